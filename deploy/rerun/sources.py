"""Where pathways come from: the stories, played on the clinical core, or a database, read and never written."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
from typing_extensions import override

from deploy.rerun.differences import Offer, Travelled, travelled
from deploy.scenarios.never import Watch
from deploy.scenarios.playing import Answer, play
from deploy.scenarios.pure import PureStage
from deploy.scenarios.reading import story
from deploy.scenarios.story import Story
from shared.ledger.visit import entries_of
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Signature
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.policy import Policy

READ = """
SELECT p.id::text AS id, p.trust, t.nation, clock_timestamp() + coalesce(c.ahead, interval '0') AS now,
    array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.kind ORDER BY e.seq) AS kinds,
    array_agg(e.at ORDER BY e.seq) AS ats, array_agg(e.by_person ORDER BY e.seq) AS persons,
    array_agg(e.by_role ORDER BY e.seq) AS roles, array_agg(e.record::text ORDER BY e.seq) AS records,
    array_agg(e.facts::text ORDER BY e.seq) AS seen
FROM pathway p JOIN trust t ON t.trust = p.trust JOIN entry e ON e.pathway_id = p.id
LEFT JOIN pathway_clock c ON c.pathway_id = p.id
GROUP BY p.id, p.trust, t.nation, c.ahead
ORDER BY p.id
"""


class Noting(PureStage):
    """A story's stage that notes every record that was offered, also those that were refused."""

    def __init__(self, told: Story, watch: Watch, policy: Policy) -> None:
        super().__init__(told, watch.see, policy)
        self.offers: list[Offer] = []

    @override
    def _offer(self, moment: Moment, record: Record, by: Signature) -> Answer:
        self.offers.append(Offer(moment, record, by))
        return super()._offer(moment, record, by)


async def of_stories(files: Sequence[Path], policy: Policy) -> AsyncIterator[Travelled]:
    """Each story as it goes under this policy. Raises StoryRefused for a file that is no story."""
    for path in files:
        told = story(path)
        watch = Watch(told.never)
        stage = Noting(told, watch, policy)
        async for _check in play(told, stage, watch):
            pass  # only the way is of interest here
        if stage.pathway is not None and stage.pathway.entries:
            last = stage.pathway.entries[-1].facts
            end = Moment(stage.pathway, policy, stage.now, last)
            yield Travelled(told.scenario, tuple(stage.offers), end)


async def of_database(dsn: str, policy: Policy) -> AsyncIterator[Travelled]:
    """Every pathway that this login may see, closed ones among them, named by trust and id."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction(readonly=True):
            async for row in connection.cursor(READ):
                pathway = fold(Pathway(row["id"], row["trust"], row["nation"]), entries_of(row))
                end = Moment(pathway, policy, row["now"], pathway.entries[-1].facts)
                yield travelled(f"{pathway.trust} {pathway.id}", end)
    finally:
        await connection.close()
