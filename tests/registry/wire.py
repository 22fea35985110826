"""A bad line to the registry: cuts, loses and doubles what passes, by a seeded plan. The rest it hands through."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import httpx

HEAD_END = b"\r\n\r\n"


class WireFault(StrEnum):
    """What a line does to one exchange."""

    CUT = "connection cut"
    LOST = "answer lost"
    TORN = "answer torn"
    SENT_TWICE = "sent twice"
    ANSWERED_TWICE = "answered twice"


class Wire:
    """The line. `met` counts what it did, `passed` every submission that came to it."""

    def __init__(self, upstream: str, rate: float, seed: int) -> None:
        self._rate = rate
        self._seed = seed
        self._times: Counter[str] = Counter()
        self._registry = httpx.AsyncClient(base_url=upstream, timeout=60, trust_env=False)
        self.met: Counter[str] = Counter()
        self.passed = 0

    async def close(self) -> None:
        await self._registry.aclose()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a sender, until either side ends it."""
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, httpx.HTTPError):
            pass  # who is at the end of a bad line sees exactly that
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One question and its answer; False once the line is dead."""
        head = await reader.readuntil(HEAD_END)
        method, path, *_ = head.split(b" ", 2)
        headers = _headers(head)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        fault = self._drawn(path.decode()) if method == b"PUT" else None
        if fault is WireFault.CUT:
            return False
        asked = self._registry.build_request(method.decode(), path.decode(), content=body, headers=headers)
        if fault is WireFault.SENT_TWICE:
            await self._registry.send(asked)
        answer = await self._registry.send(asked)
        return await self._answered(writer, _written(answer), fault)

    async def _answered(self, writer: asyncio.StreamWriter, raw: bytes, fault: WireFault | None) -> bool:
        match fault:
            case WireFault.LOST:
                return False
            case WireFault.TORN:
                writer.write(raw[: len(raw) - 9])
            case WireFault.ANSWERED_TWICE:
                writer.write(raw + raw)
            case _:
                writer.write(raw)
        await writer.drain()
        return fault is not WireFault.TORN

    def _drawn(self, path: str) -> WireFault | None:
        self.passed += 1
        self._times[path] += 1
        named = f"wire/{self._seed}/{path}/{self._times[path]}"
        die = random.Random(named)  # noqa: S311 -- a plan of faults, no secret
        if die.random() >= self._rate:
            return None
        fault = die.choice(list(WireFault))
        self.met[fault] += 1
        return fault


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip().lower(): text.strip() for name, text in pairs if name.strip().lower() != "host"}


def _written(answer: httpx.Response) -> bytes:
    lines = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}", "Content-Type: application/json"]
    head = "\r\n".join([*lines, f"Content-Length: {len(answer.content)}", "", ""])
    return head.encode("ascii") + answer.content


@asynccontextmanager
async def bad_line(upstream: str, *, rate: float, seed: int) -> AsyncIterator[tuple[str, Wire]]:
    """The address of a line to `upstream` that does something to this share of submissions."""
    wire = Wire(upstream, rate, seed)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", wire
    finally:
        server.close()
        await wire.close()
