"""The outside world of the training trusts in one process: issuer, mail and registry, all simulated.

Started as `python -m deploy.local.outside DIRECTORY BASE_PORT`.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from deploy.local.outside import identity
from deploy.local.outside.cabinet import Cabinet
from deploy.local.outside.inbox import inbox
from deploy.local.outside.mailroom import Mailroom
from deploy.local.outside.postman import Postman
from deploy.local.outside.registry import registry
from deploy.local.outside.reports import Reports
from deploy.local.ports import Ports
from shared.wiring import telemetry


class Server(uvicorn.Server):
    """Leaves signals alone: one of them ends the whole process in order, not one server out of two."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def outside_world(directory: Path, ports: Ports) -> None:
    """Serves everything until the process is asked to end."""
    mailroom = Mailroom.opened(directory / "inbox")
    reports = Reports(mailroom, desk=ports.url("governance"), issuer=ports.url("issuer"))
    postman = Postman(mailroom, ports.of("smtp"), kept=reports.news.set)
    with identity.serving(ports.of("issuer")), Cabinet(directory / "simulated-registry.db") as cabinet:
        desk = registry(cabinet)
        telemetry.instrument(desk, service="simulated-registry", edge=False)
        await postman.open()
        reporting = asyncio.create_task(reports.run())
        try:
            await _serve_both(
                _server(inbox(mailroom, postman, reports.news.set), ports.of("inbox")),
                _server(desk, ports.of("simulated_registry")),
            )
        finally:
            reporting.cancel()
            await postman.close()


async def _serve_both(*servers: Server) -> None:
    def end() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    async with asyncio.TaskGroup() as group:
        for server in servers:
            group.create_task(server.serve())


def _server(app: FastAPI, port: int) -> Server:
    config = uvicorn.Config(
        app,
        "127.0.0.1",
        port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
        lifespan="off",
    )
    return Server(config)


def main() -> None:
    """The process."""
    directory, base_port = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    telemetry.start("outside-world")
    try:
        asyncio.run(outside_world(Path(directory), Ports(int(base_port))))
    finally:
        telemetry.stop()


if __name__ == "__main__":
    main()
