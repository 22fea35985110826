"""The relay process: `python -m activities.relay`; with `--reconcile` it compares once with Temporal, and ends."""

import argparse
import asyncio
import signal

import asyncpg
import uvloop

from activities.adapters.postgres_outbox import ROLE, PostgresOutbox
from activities.outbox import Relay, keep_counting
from activities.reconcile import keep_reconciling, reconcile, reconcile_filters
from shared.wiring import garbage, logs, metrics, telemetry
from shared.wiring.ending import let_go
from shared.wiring.postgres import open_pool
from shared.wiring.settings import RelaySettings, load
from shared.wiring.temporal import connect, connect_patiently


async def relay(settings: RelaySettings) -> None:
    """Pass on and reconcile until told to stop."""
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    pool = await open_pool(settings, ROLE, size=4)
    stopped, work = asyncio.create_task(stop.wait()), asyncio.create_task(pass_on(pool, settings))
    await asyncio.wait([stopped, work], return_when=asyncio.FIRST_COMPLETED)
    defect = work.exception() if work.done() else None
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    pool.terminate()
    if defect is not None:  # ends the process loudly
        raise defect


async def pass_on(pool: asyncpg.Pool, settings: RelaySettings) -> None:
    """Until cancelled: the outbox, and every minute a comparison."""
    outbox, figures = PostgresOutbox(pool, settings), metrics.RelayFigures()
    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.listen())
        group.create_task(keep_counting(outbox, figures))
        client = await connect_patiently(settings)
        group.create_task(Relay(outbox, client).run())
        group.create_task(keep_reconciling(outbox, client, figures))


async def reconcile_once(settings: RelaySettings) -> int:
    """Compare now, and put back what is missing; returns how many were."""
    pool = await open_pool(settings, ROLE, size=1)
    record, client = PostgresOutbox(pool, settings), await connect(settings)
    missing = (*await reconcile(record, client), *await reconcile_filters(record, client))
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
        print(f"{missing} open pathways and filters were missing in Temporal and are told of again")  # noqa: T201 -- its answer
    else:
        metrics.serve(settings.metrics)
        garbage.stay()
        uvloop.run(relay(settings))
    telemetry.stop()
    let_go()


if __name__ == "__main__":
    main()
