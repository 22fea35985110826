"""The relay process: `python -m activities.relay`; with `--reconcile` it compares once with Temporal, and ends."""

import argparse
import asyncio
import signal

from activities.adapters.postgres_outbox import ROLE, PostgresOutbox
from activities.outbox import Relay
from activities.reconcile import keep_reconciling, reconcile
from shared.wiring import logs, telemetry
from shared.wiring.postgres import open_pool
from shared.wiring.settings import RelaySettings, load
from shared.wiring.temporal import connect


async def relay(settings: RelaySettings) -> None:
    """Pass on and reconcile until told to stop."""
    pool = await open_pool(settings, ROLE, size=4)
    client = await connect(settings, lazy=True)
    outbox = PostgresOutbox(pool, settings)
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    work: list[asyncio.Task[None]] = [
        asyncio.create_task(Relay(outbox, client).run()),
        asyncio.create_task(keep_reconciling(outbox, client)),
    ]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, *work], return_when=asyncio.FIRST_COMPLETED)
    defects = [task.exception() for task in work if task.done()]
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    pool.terminate()
    for defect in defects:  # ends the process loudly
        if defect is not None:
            raise defect


async def reconcile_once(settings: RelaySettings) -> int:
    """Compare now, and put back what is missing; returns how many were."""
    pool = await open_pool(settings, ROLE, size=1)
    missing = await reconcile(PostgresOutbox(pool, settings), await connect(settings))
    await pool.close()
    return len(missing)


def main() -> None:
    arguments = argparse.ArgumentParser(description="Passes the outbox on to Temporal.")
    arguments.add_argument("--reconcile", action="store_true", help="compare once with Temporal, repair, and end")
    once = arguments.parse_args().reconcile
    settings = load(RelaySettings)
    logs.start("relay")
    telemetry.start("relay")
    if once:
        missing = asyncio.run(reconcile_once(settings))
        print(f"{missing} open pathways were missing in Temporal and are told of again")  # noqa: T201 -- its answer
    else:
        asyncio.run(relay(settings))
    telemetry.stop()


if __name__ == "__main__":
    main()
