"""The simulated outside world in a container of its own: `python -m deploy.compose.training_world FOLDER`.

The same issuer, inbox and registry as in the local world, but for the other containers instead of for loopback. It
lets anybody sign in as anybody: it belongs to the training profile, and production refuses its plain http issuer.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from typing_extensions import override
from werkzeug.serving import make_server

from deploy.local.outside.__main__ import Server, _serve_both
from deploy.local.outside.cabinet import Cabinet
from deploy.local.outside.identity import Quiet, issuer
from deploy.local.outside.inbox import inbox
from deploy.local.outside.mailroom import Mailroom
from deploy.local.outside.postman import Postman
from deploy.local.outside.registry import registry
from deploy.local.outside.reports import Reports
from deploy.local.ports import Ports
from shared.wiring import telemetry

EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 -- of the container; compose publishes on loopback only
GOVERNANCE_DESK = "http://governance:{port}"


class OpenPostman(Postman):
    """Listens to the other containers."""

    @override
    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, EVERY_INTERFACE, self.port)


async def training_world(folder: Path, ports: Ports) -> None:
    """Serves everything until the process is asked to end."""
    mailroom = Mailroom.opened(folder / "inbox")
    desk = GOVERNANCE_DESK.format(port=ports.of("governance"))
    reports = Reports(mailroom, desk=desk, issuer=ports.url("issuer"))
    postman = OpenPostman(mailroom, ports.of("smtp"), kept=reports.news.set)
    with _signing_in(ports.of("issuer")), Cabinet(folder / "simulated-registry.db") as cabinet:
        entries = registry(cabinet)
        telemetry.instrument(entries, service="simulated-registry", edge=False)
        await postman.open()
        reporting = asyncio.create_task(reports.run())
        try:
            await _serve_both(
                _server(inbox(mailroom, postman, reports.news.set), ports.of("inbox")),
                _server(entries, ports.of("simulated_registry")),
            )
        finally:
            reporting.cancel()
            await postman.close()


@contextmanager
def _signing_in(port: int) -> Iterator[None]:
    server = make_server(EVERY_INTERFACE, port, issuer(), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="issuer")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _server(app: FastAPI, port: int) -> Server:
    config = uvicorn.Config(app, EVERY_INTERFACE, port, access_log=False, log_level="warning", lifespan="off")
    return Server(config)


def main() -> None:
    """The process."""
    logging.basicConfig(level=logging.WARNING)
    telemetry.start("outside-world")
    try:
        asyncio.run(training_world(Path(sys.argv[1]), Ports()))
    finally:
        telemetry.stop()


if __name__ == "__main__":
    main()
