"""A superuser tampers with the record: each deed is found, an untouched record is fine, blind verifiers are noticed."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from shared.evidence.verifying import Finding, Kind
from tests.evidence.grown import Grown, grown
from tests.evidence.put_back import PutBack
from tests.evidence.tampering import everything, tampered

FEW = 60


@pytest.fixture
async def record(superuser: asyncpg.Connection, worker: asyncpg.Pool, folder: Path) -> AsyncIterator[Grown]:
    """Trusts that no other test has, and that are gone afterwards."""
    yield await grown(superuser, worker, folder, ("RT1", "RT2"))
    for table in ("audit", "entry", "seal", "anchor"):
        await superuser.execute(f"DELETE FROM {table} WHERE trust IN ('RT1', 'RT2')")  # noqa: S608 -- our tables


@dataclass(frozen=True, slots=True)
class Blind:
    """A verifier that does not see some kinds of findings."""

    to: frozenset[Kind]

    async def __call__(self, record: Grown, trust: str) -> Iterable[Finding]:
        return [each for each in await everything(record, trust) if each.kind not in self.to]


async def test_sixty_tamperings_are_all_found_and_named_and_blind_verifiers_are_noticed(record: Grown) -> None:
    async with record.connection.transaction():
        assert [(await record.report(trust)).findings for trust in record.trusts] == [(), ()]
    tally = await tampered(record, FEW, seed=1)
    assert (tally.missed, sum(tally.found.values())) == ([], FEW)
    without_anchors = Blind(frozenset({Kind.RESEALED, Kind.TAIL_GONE, Kind.OLDER_COPY, Kind.ALL_GONE}))
    for blind in (without_anchors, Blind(frozenset({Kind.EDITED})), Blind(frozenset({Kind.INSERTED}))):
        assert (await tampered(record, 20, seed=1, look=blind)).missed


OLDER, EDITED = Finding(Kind.OLDER_COPY, "RT1", "numbers 3 to 5"), Finding(Kind.EDITED, "RT1", "audit 1")


@pytest.mark.parametrize(
    ("before", "found", "grown_to", "named"),
    [
        ((), (OLDER,), 5, True),
        ((), (), 5, False),
        ((), (OLDER, EDITED), 5, False),
        ((EDITED,), (OLDER,), 5, False),
        ((), (OLDER,), 2, False),
    ],
    ids=["named", "not seen", "something else as well", "an alarm before", "a world that did not go on"],
)
def test_a_backup_put_back_counts_as_named_only_when_it_is(
    before: tuple[Finding, ...], found: tuple[Finding, ...], grown_to: int, *, named: bool
) -> None:
    assert PutBack({"RT1": 2}, {"RT1": grown_to}, before, {"RT1": found}).named is named
