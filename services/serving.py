"""Several desks on one event loop, each listening on its own port, all ending together within three seconds."""

import asyncio
import logging
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

GRACE_S = 1  # for answers under way, after a signal

log = logging.getLogger(__name__)


class Listener(uvicorn.Server):
    """One desk's server. It leaves signals alone: they are meant for all desks of the process."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listener(app: FastAPI, host: str, port: int) -> Listener:
    """A server for `app`. It opens its socket itself: uvicorn turns Nagle off only on those (40 ms an answer)."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=500,
    )
    return Listener(config)


async def serve(apps: Mapping[int, FastAPI], host: str) -> None:
    """Serves each application on its port until SIGTERM or SIGINT, or until one of them cannot."""
    servers = [listener(app, host, port) for port, app in apps.items()]

    def end() -> None:
        for server in servers:
            server.should_exit = True

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # eight servers would tell the same eight times
    log.info("desks open on ports %s", ", ".join(map(str, apps)))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    await asyncio.gather(*(server.serve() for server in servers))
    log.info("desks closed")
