"""Serves the figures to Prometheus: `python -m deploy.alerts --port 8099`, on loopback unless told otherwise.

GET /metrics; while PostgreSQL is away the answer is 503, and the alert NoFigures says so.
"""

import argparse
import asyncio
import signal

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from temporalio.client import Client

from deploy.alerts.engine import of_the_engine
from deploy.alerts.figures import exposition, figures
from shared.wiring import logs
from shared.wiring.postgres import is_outage, open_pool
from shared.wiring.settings import RelaySettings, load
from shared.wiring.temporal import connect

ROLE = "desk_operations"
TEXT = "text/plain; version=0.0.4"


def application(pool: asyncpg.Pool, client: Client) -> Starlette:
    async def metrics(_: Request) -> PlainTextResponse:
        try:
            found = (*await figures(pool), *await of_the_engine(client))
            return PlainTextResponse(exposition(found), media_type=TEXT)
        except Exception as error:
            if not is_outage(error):
                raise
            return PlainTextResponse("PostgreSQL does not answer\n", 503)

    return Starlette(routes=[Route("/metrics", metrics)])


async def serve(listen: str, port: int) -> None:
    """Until told to stop."""
    settings = load(RelaySettings)
    pool, client = await open_pool(settings, ROLE, size=1), await connect(settings, lazy=True)
    config = uvicorn.Config(
        application(pool, client), listen, port, access_log=False, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    await server.serve()
    pool.terminate()


def main() -> None:
    asked = argparse.ArgumentParser(description="Serves the figures that alerts look at.")
    asked.add_argument("--port", type=int, default=8099)
    asked.add_argument("--listen", default="127.0.0.1")
    given = asked.parse_args()
    logs.start("alerts")
    asyncio.run(serve(given.listen, given.port))


if __name__ == "__main__":
    main()
