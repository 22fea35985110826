"""Real readiness checks: a part is ready when it answers what it is there for, not when it was started."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from deploy.local.processes import Process

HOST = "127.0.0.1"
POLL_S = 0.05
ANSWER_S = 2.0

Probe = Callable[[Process], Awaitable[bool]]


class NotReadyError(Exception):
    """A part ended, or did not answer in time. Says which, and where its log is."""

    def __init__(self, process: Process, what: str) -> None:
        super().__init__(f"{process.name} {what}; its log: {process.log}")
        self.process = process


async def until_ready(process: Process, probe: Probe, *, within_s: float) -> None:
    """Returns when the probe first says yes.

    Raises NotReadyError when the child ends or the time is over. A child that did not become ready, or whose
    start was called off, is killed: nobody else knows of it yet.
    """
    try:
        await _wait(process, probe, within_s)
    except BaseException:
        process.kill()
        await process.ended()
        raise


async def _wait(process: Process, probe: Probe, within_s: float) -> None:
    clock = asyncio.get_running_loop()
    latest = clock.time() + within_s
    while not await probe(process):
        if not process.running:
            raise NotReadyError(process, f"ended with code {process.child.returncode} before it was ready")
        if clock.time() > latest:
            raise NotReadyError(process, f"was not ready within {within_s:g} s")
        await asyncio.sleep(POLL_S)


async def listens(port: int) -> bool:
    """Whether something accepts connections on the loopback port."""
    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of a plain GET on loopback, (0, b"") when nobody answers; spares us an HTTP client."""
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return 0, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    return (int(words[1]) if len(words) > 1 else 0), body


async def get_json(port: int, path: str) -> Any:
    """The JSON of a 200 answer; an empty mapping for anything else."""
    status, body = await get(port, path)
    return json.loads(body) if status == 200 else {}  # noqa: PLR2004 -- HTTP's own number for "OK"


async def asked(dsn: str, question: str) -> Any:
    """The one value PostgreSQL answers; None while it cannot answer."""
    try:
        connection = await asyncpg.connect(dsn, timeout=ANSWER_S, command_timeout=ANSWER_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    try:
        return await connection.fetchval(question)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    finally:
        connection.terminate()
