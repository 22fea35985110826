"""A steady stream of new pathways, whatever the answers take: from a click to the automatic step it owed."""

import asyncio
from collections.abc import Sequence

from tests.bench.figures import Figures, spread_ms
from tests.bench.product import Product
from tests.bench.stack import stored_bytes
from tests.bench.walking import Walker
from tests.bench.wire import Lines

LOOK_S = 0.25  # seldom: many are under way at a time, and looking is not to be what is measured
KIB = 1024
RECORDED = """
SELECT pathway_id::text, kind, min(extract(epoch FROM recorded_at))::float8 AS at FROM entry
WHERE pathway_id = ANY($1::uuid[]) AND kind IN ('governance_notice_sent', 'registry_accepted') GROUP BY 1, 2
"""
OWED_BY = {"governance_notice_sent": "mdt_sign_off", "registry_accepted": "procedure_end"}
"""Which click owes what: a notice by the last signature, a registry entry by the end of the procedure."""


async def offered(side: Product, per_second: float, seconds: float) -> Figures:
    """Pathways begin on time and stay open until their 3-month review.

    `automatic` is from the moment the click was sent to the moment PostgreSQL had the answer of the outside world.
    """
    await side.prepare()
    count = max(1, round(per_second * seconds))
    before = await stored_bytes(side.connection, side.engine_file)
    clock, walkers, late = asyncio.get_running_loop(), tuple(Walker() for _ in range(count)), []
    began = clock.time()
    async with asyncio.TaskGroup() as group:
        for number, walker in enumerate(walkers):
            await asyncio.sleep(max(0.0, began + number / per_second - clock.time()))
            late.append(clock.time() - began - number / per_second)
            group.create_task(_until_home(side, walker))
    took = clock.time() - began
    after = await stored_bytes(side.connection, side.engine_file)
    grown = {name: round((after[name] - before.get(name, 0)) / count) for name in after}
    return {
        "pathways_per_second": per_second,
        "pathways": count,
        "took_s": round(took, 1),
        "began_late": spread_ms(late),
        "click": spread_ms([click.took_s for walker in walkers for click in walker.clicks]),
        "automatic": spread_ms(await _followed_after(side, walkers)),
        "bytes_per_open_pathway": grown,
        "kib_per_open_pathway": round(sum(grown.values()) / KIB, 1),
        "kib_without_spans": round(sum(size for name, size in grown.items() if name != "traces") / KIB, 1),
    }


async def _until_home(side: Product, walker: Walker) -> None:
    lines = Lines()
    for number in range(3):
        await side.phase(number, walker, lines)
        await side.caught_up(number, [walker.pathway], LOOK_S)
    lines.close()


async def _followed_after(side: Product, walkers: Sequence[Walker]) -> list[float]:
    by_pathway = {walker.pathway: walker for walker in walkers}
    rows = await side.connection.fetch(RECORDED, list(by_pathway))
    return [row["at"] - _sent_at(by_pathway[row["pathway_id"]], OWED_BY[row["kind"]]) for row in rows]


def _sent_at(walker: Walker, kind: str) -> float:
    return max(click.began_at for click in walker.clicks if click.kind == kind)
