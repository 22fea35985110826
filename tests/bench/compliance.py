"""How long the pages of figures take with 100,000 pathways in the period, and what keeping their rows adds to a click.

The rows are those of synthetic pathways, copied again and again under new ids and days; their verdicts are mixed, so
that PostgreSQL has as many kinds of rows to group as a trust of that size may have.
"""

import asyncio
import json
import random
import statistics
import time
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import asyncpg
from pydantic_core import to_json

from deploy.local.world import World
from services.desks import DESKS, database_role, directory
from services.identity import Person, Post
from services.sessions.keeping import SignedIn
from services.sessions.reception import Reception
from services.wiring import Wiring
from shared.compliance.measures import MEASURES
from shared.compliance.row import as_stored, row_of
from shared.ledger import Ledger
from shared.ledger.compliance_rows import kept_row
from shared.ledger.derived import derive
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.bench.crowd import FILL, TRUST
from tests.bench.worklist import Asking
from tests.database import settings_of
from tests.patients import discharged, seen_at_clinic

DESK, SIZES, ROUNDS = "governance", (100_000,), 5
KINDS_OF_ROWS = 3000
MONTHS = "from=2018-01&to=2027-12"
ADDRESSES = {
    "overview": f"/compliance?{MONTHS}",
    "selection (1.4)": f"/compliance/1.4?{MONTHS}",
    "outcomes by device (3.2)": f"/compliance/3.2?{MONTHS}",
    "safety and chart (3.3)": f"/compliance/3.3?{MONTHS}",
    "equality (YR3)": f"/compliance/YR3?{MONTHS}",
    "cases and months": f"/compliance/measures/registered?{MONTHS}&said=no",
    "CSV": f"/compliance/csv/measures?{MONTHS}",
}


def kinds(many: int = KINDS_OF_ROWS) -> list[str]:
    """Rows of one treated and one followed patient, with verdicts, groups, devices and days of their own."""
    chance = random.Random(651)  # noqa: S311 -- made-up figures, not secrets
    models = [_columns(case.moment) for case in (discharged(), seen_at_clinic())]
    found = []
    for _ in range(many):
        row = dict(chance.choice(models))
        day = date(2018, 1, 1) + timedelta(days=chance.randrange(3600))
        row |= {"considered_on": day.isoformat(), "sex": chance.choice(("male", "female"))}
        row |= {
            "age_band": chance.choice(("under_40", "40_to_59", "60_to_79")),
            "device": f"Model {chance.randrange(6)}",
        }
        said = {each.id: chance.choices(("yes", "no", "open"), (90, 6, 4))[0] for each in MEASURES}
        row |= {"verdicts": row["verdicts"] | said, "course": chance.choice(("reviewed", "treated", "not_offered"))}
        row["serious_on"] = [day.isoformat()] if chance.random() < 0.02 else []
        found.append(to_json(row).decode("utf-8"))
    return found


def _columns(moment: Moment) -> dict[str, Any]:
    row = row_of(moment)
    assert row is not None
    found: dict[str, Any] = json.loads(to_json(as_stored(row)))
    return found


async def crowd(connection: asyncpg.Connection, already: int, until: int) -> None:
    """Pathways from `already` to `until`, each with its row; then PostgreSQL counts what it has."""
    rows = await connection.fetch(FILL, TRUST, already, until)
    written = kinds()
    await connection.execute("SELECT set_config('patency.trust', $1, false)", TRUST)
    await connection.execute("CREATE TEMP TABLE IF NOT EXISTS kind_of_row (n int PRIMARY KEY, found json)")
    await connection.execute("TRUNCATE kind_of_row")
    await connection.executemany("INSERT INTO kind_of_row VALUES ($1, $2::json)", list(enumerate(written)))
    await connection.execute(
        "SELECT count(keep_compliance(id, $1, decode(md5(place::text), 'hex'), found))"
        " FROM unnest($2::uuid[]) WITH ORDINALITY AS p (id, place) JOIN kind_of_row ON n = place % $3",
        TRUST,
        [row["pathway_id"] for row in rows],
        len(written),
    )
    await connection.execute("VACUUM ANALYZE")


async def asking(pool: asyncpg.Pool, signing_in: asyncpg.Pool) -> Asking:
    """The governance desk on this pool, and a lead's session."""
    desks, clock = directory("http://127.0.0.1:8000", 8000), ServerClock()
    reception = Reception.of(DESK, pool, clock, desks, issuer="http://127.0.0.1:9", training=True)
    wiring = Wiring(Ledger(pool, load(), clock), cast("Any", None), _nobody, desks, training=True, reception=reception)
    lead = Person(f"{TRUST.lower()}-governance-lead-1", frozenset({Post(TRUST, Role.GOVERNANCE_LEAD)}))
    door = Reception.of("front_door", signing_in, clock, desks, issuer="http://127.0.0.1:9", training=True)
    cookie, _ = await door.sessions.begin(SignedIn(lead, "Synthetic Person", clock.now(), None, ""))
    origin = next(each.url for each in desks if each.name == DESK)
    return Asking(DESKS[DESK](wiring), f"http://{urlsplit(origin).netloc}", f"{reception.cookie.name}={cookie}")


async def _nobody() -> bool:
    return True


async def measured(sizes: tuple[int, ...] = SIZES, *, times: int = ROUNDS) -> dict[str, Any]:
    """For each number of pathways the median and the longest time of each page in milliseconds; then the click."""
    async with World.scratch() as world:
        await world.start(("postgres", "migrations", "seed"))
        door = await open_pool(settings_of(world), database_role("front_door"), size=1)
        pool = await open_pool(settings_of(world), database_role(DESK), size=3)
        filler = await asyncpg.connect(world.superuser_dsn)
        try:
            there, found = 0, {}
            for size in sizes:
                await crowd(filler, there, size)
                who = await asking(pool, door)
                there, found[str(size)] = size, {name: await _page(who, at, times) for name, at in ADDRESSES.items()}
            return found | {"click": await click(filler)}
        finally:
            await filler.close()
            pool.terminate()
            door.terminate()


async def _page(who: Asking, address: str, times: int) -> dict[str, float]:
    taken = [await who.seconds(address) for _ in range(times + 1)][1:]
    spans = [seconds * 1000 for seconds, _size in taken]
    return {"p50_ms": round(statistics.median(spans), 1), "most_ms": round(max(spans), 1), "bytes": taken[0][1]}


async def click(connection: asyncpg.Connection, times: int = 300) -> dict[str, float]:
    """What one click pays: making the row, and keeping it, unchanged and changed; medians in milliseconds."""
    pathway = await connection.fetchval("SELECT pathway_id FROM compliance LIMIT 1")
    row = kept_row(discharged().moment)
    keep = await connection.prepare("SELECT keep_compliance($1, $2, $3, $4::json)")
    nothing = await connection.prepare("SELECT $1::uuid, $2::text, $3::bytea, $4::json")
    spans: dict[str, list[float]] = {"round trip": [], "unchanged": [], "changed": []}
    async with connection.transaction():  # as a click does, which commits anyway
        for at in range(times):
            digest = str(at).encode()
            for name, question in (("round trip", nothing), ("changed", keep), ("unchanged", keep)):
                began = time.perf_counter()
                await question.fetchval(pathway, TRUST, digest, row.columns)
                spans[name].append((time.perf_counter() - began) * 1000)
    told = {name: statistics.median(each) for name, each in spans.items()}
    found = {f"keep_{name}_ms": round(told[name] - told["round trip"], 3) for name in ("unchanged", "changed")}
    return {"make_row_ms": round(_making(times), 3)} | found


def _making(times: int) -> float:
    """The row of a patient who was discharged, after everything else has been derived; median, processor time."""
    moment, spans = discharged().moment, []
    for _ in range(times):
        fresh = fold(Pathway(moment.pathway.id, moment.pathway.trust), moment.pathway.entries)
        looked = Moment(fresh, moment.policy, moment.now, moment.facts)
        derive(looked)
        began = time.process_time()
        kept_row(looked)
        spans.append((time.process_time() - began) * 1000)
    return statistics.median(spans)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured()), indent=2))  # noqa: T201 -- the command's answer
