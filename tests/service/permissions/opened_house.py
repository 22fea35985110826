"""Every desk on PostgreSQL, each with its own login role, for programs and for people alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.desks import DESKS, database_role
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.policy import load
from shared.traces.pathway_health import PathwaysHealth
from shared.traces.store import TraceStore
from shared.traces.watch import Watch
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.pages.visitors import House
from tests.service.callers import DIRECTORY, KnownPeople, well
from tests.standing_desks import desk_of

POLICY = load()


TRACE_KEY = "a-key-of-the-tests"
TEMPORAL_UI = "http://127.0.0.1:8022"


def watching(pool: asyncpg.Pool, clock: ServerClock) -> Watch:
    """What the operations desk looks at; spans are taken from whoever shows TRACE_KEY."""
    elsewhere = "http://viewer.invalid/trace/{trace_id}"
    return Watch(TraceStore(pool, clock), PathwaysHealth(pool, clock), lambda: TRACE_KEY, TEMPORAL_UI, elsewhere)


@asynccontextmanager
async def opened_house(postgres: Postgres) -> AsyncIterator[House]:
    """Open until the end of the block. Tokens are directory ids; sessions are begun without an issuer."""
    house, pools, clock = House(), [], ServerClock()
    house.urls = {each.name: each.url for each in DIRECTORY}
    for name in DESKS:
        pool = await open_pool(postgres.settings, database_role(name), size=2)
        pools.append(pool)
        reception = Reception.of(name, pool, clock, DIRECTORY, issuer="http://127.0.0.1:9", training=True)
        ledger = Ledger(pool, POLICY, clock)
        wiring = Wiring(
            ledger,
            KnownPeople(),
            well,
            DIRECTORY,
            training=True,
            reception=reception,
            registers=Registers(pool, clock),
            watch=watching(pool, clock) if name == "operations" else None,
        )
        house.apps[name], house.receptions[name], house.ledgers[name] = desk_of(name, wiring), reception, ledger
    yield house
    for pool in pools:
        pool.terminate()
