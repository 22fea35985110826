"""The two references of the bench do walk: two pathways each, on a real PostgreSQL and a real Temporal server."""

from collections import Counter

from tests.bench.references import references
from tests.bench.seven_steps import HUMAN, NOTICE, REGISTRY
from tests.bench.walking import walked

EFFECTS = "SELECT pathway, kind FROM effect WHERE starts_with(pathway, $1)"


async def test_both_references_take_every_step_once_and_call_outside_twice_for_each_pathway() -> None:
    async with references() as sides:
        for side in sides:
            walk = await walked(side, 2, 2)

            assert walk.figures(frozenset())["clicks_per_pathway"] == len(HUMAN)
            outside = Counter((row["pathway"], row["kind"]) for row in await side.connection.fetch(EFFECTS, side.name))
            wanted = [(walker.pathway, kind) for walker in walk.walkers for kind in (NOTICE, REGISTRY)]
            assert outside == Counter(wanted), side.name
