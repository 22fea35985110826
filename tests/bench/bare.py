"""A process of a reference: `python -m tests.bench.bare postgres|temporal PORT`, or `... worker`."""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI


def _application(what: str) -> FastAPI:
    """Imported only here: rows need no engine, and it takes a second to load."""
    if what == "postgres":
        from tests.bench import bare_postgres

        return bare_postgres.create()
    from tests.bench import bare_temporal

    return bare_temporal.create()


def main(what: str, port: str = "0") -> None:
    if what == "worker":
        from tests.bench import bare_temporal

        asyncio.run(bare_temporal.work())
    else:
        app = _application(what)
        uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning", ws="none")


if __name__ == "__main__":
    main(*sys.argv[1:])
