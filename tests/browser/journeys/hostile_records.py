"""Records of every kind, so many of each that its free texts have held what they have to hold.

A long text holds every hostile text. A line of words holds an eighth of them, with everything that would run and every
way out: the same functions draw every line, and the lines of all records together hold every text.
They are kept by a ledger whose rules were sent home: what a page draws must be harmless whatever was ever written.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar
from zlib import crc32

import asyncpg
import pytest

from deploy.local.people import mail_system_of
from deploy.local.world import World
from services.desks import DESKS, database_role
from shared.ledger import Ledger
from shared.ledger.access import Access, Why
from shared.pathway import decide
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.record import Part
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.policy import load
from shared.web.forms.description import describe
from shared.web.forms.raw import RawForm
from shared.web.forms.reading import read_raw
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.browser.journeys.hostile import LINE, PARTS, TEXTS, written
from tests.database import settings_of
from tests.forms.generated import texts_of
from tests.ledger.acting import TRUST, act, kept, opened, patient, person

P = TypeVar("P", bound=Part)
Pools = dict[str, asyncpg.Pool]
WORKER = "patency_worker"
MACHINES = {Role.PATENCY: PATENCY, Role.MAIL_SYSTEM: Signature(mail_system_of(TRUST), Role.MAIL_SYSTEM)}
POLICY, CLOCK = load(), ServerClock()
SHORTEST = min(TEXTS, key=len)


def hostile_records(record: type[P]) -> Iterator[P]:
    """As few records as hold in every place what it has to hold; none where no free text is asked for."""
    raw, places, left = texts_of(record), places_of(record), texts_for(record)
    while any(left.values()):
        filled = {name: (_taken(left[name], most),) for name, most in places.items() if left[name]}
        found = read_raw(record, RawForm({**raw.texts, **filled})).model
        assert found is not None, filled
        yield found


def places_of(record: type[Part]) -> dict[str, int]:
    """Where this record takes free text, and how long a text at most."""
    raw = texts_of(record)
    return {name: most or LINE for name, most in written(describe(record), raw) if _takes(record, raw, name)}


def texts_for(record: type[Part]) -> dict[str, list[str]]:
    """What each free text of this record has to hold: lines take turns with the parts of the texts."""
    return {
        name: [
            text
            for text in (TEXTS if most > LINE else PARTS[crc32(f"{record.__name__} {name}".encode()) % len(PARTS)])
            if len(text) <= most
        ]
        for name, most in places_of(record).items()
    }


def _takes(record: type[Part], raw: RawForm, name: str) -> bool:
    """Whether this is free text: a code takes none of these."""
    return read_raw(record, RawForm({**raw.texts, name: (SHORTEST,)})).model is not None


def _taken(left: list[str], most: int) -> str:
    """As many of the texts as fit, taken away from those that are left."""
    text = left.pop(0)
    while left and len(text) + 1 + len(left[0]) <= most:
        text = f"{text} {left.pop(0)}"
    return text


def writer(kind: Kind) -> Signature:
    """Somebody, or something, that may write this."""
    role = min(kind.roles)
    return MACHINES.get(role) or person(role)


async def plant(world: World) -> dict[str, str]:
    """A pathway for every kind of record, full of it; their ids by the names of the kinds."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decide, "refusals", lambda *_: ())
        async with _pools(world) as pools:
            return {kind.name: await _pathway_of(pools, kind) for kind in KINDS.values()}


async def _pathway_of(pools: Pools, kind: Kind) -> str:
    by, desk = writer(kind), database_role(kind.desk) if kind.desk else WORKER
    referral_desk = Ledger(pools[database_role("referral")], POLICY, CLOCK)
    pathway_id = await opened(lambda _: referral_desk, patient=patient(name=SHORTEST))
    ledger = Ledger(pools[desk], POLICY, CLOCK)
    for record in hostile_records(kind.record):
        kept(await ledger.enter(act(pathway_id, record, by)))
    await Access(pools[database_role("front_door")], CLOCK).grant(TRUST, pathway_id, by, Why.COVERING, TEXTS[0])
    return pathway_id


@asynccontextmanager
async def _pools(world: World) -> AsyncIterator[Pools]:
    """A connection for each process that writes, under its own role."""
    roles = (WORKER, *(database_role(desk) for desk in DESKS))
    pools = {role: await open_pool(settings_of(world), role, size=1) for role in roles}
    yield pools
    for pool in pools.values():
        await pool.close()
