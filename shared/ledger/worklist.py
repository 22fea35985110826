"""A role's open work in one trust, in the order in which it is due: keyset pages, steady while others write."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared.ledger.visit import Connection, pathway_uuid

if TYPE_CHECKING:
    import asyncpg

LARGEST_PAGE = 200
WORDS = 3  # kind, key and role
NO_DEADLINE = "infinity"

# Lines are in the order of the server's clock; `due_before` is in the pathway's own time. They differ in training.
SEARCH = """
SELECT line.due_rank::text AS rank, task.*, pathway.sides, pathway.urgency, pathway.presentation_at, pathway.status,
    $9::timestamptz + coalesce(pathway_clock.ahead, '0') AS now
FROM worklist AS line
JOIN task ON (task.pathway_id, task.kind, task.key, task.role) = (line.pathway_id, line.kind, line.key, line.role)
JOIN pathway ON pathway.id = line.pathway_id
LEFT JOIN pathway_clock ON pathway_clock.pathway_id = line.pathway_id
WHERE line.seen_by = $1
    AND (line.due_rank, line.pathway_id, line.kind, line.key, line.role) > ($2::text::timestamptz, $3, $4, $5, $6)
    AND ($7::timestamptz IS NULL OR task.due_at < $7)
ORDER BY line.due_rank, line.pathway_id, line.kind, line.key, line.role LIMIT $8
"""


class PlaceUnreadableError(ValueError):
    """The `after` of a page is not one that a page gave."""


@dataclass(frozen=True, slots=True)
class WorklistTask:
    """One open task, with as much of its pathway as a worklist shows. `now` is that pathway's own time."""

    pathway_id: str
    kind: str
    key: str
    role: str
    opened_at: datetime
    due_at: datetime | None
    escalated_to: tuple[str, ...]
    why: str
    sides: tuple[str, ...]
    urgency: str
    presentation_at: datetime
    status: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """`after` leads to the next page; None: this was the last."""

    tasks: tuple[WorklistTask, ...]
    after: str | None

    @property
    def shown(self) -> tuple[str, ...]:
        """Whose tasks they are."""
        return tuple(task.pathway_id for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind this task."""

    due: str
    pathway_id: UUID
    kind: str
    key: str
    role: str

    def written(self) -> str:
        parts = [self.due, str(self.pathway_id), self.kind, self.key, self.role]
        return base64.urlsafe_b64encode(json.dumps(parts).encode("utf-8")).decode("ascii")


START = Place("-infinity", UUID(int=0), "", "", "")


def read_place(text: str) -> Place:
    """The place that `after` names. Raises PlaceUnreadableError for anything a page did not give."""
    try:
        due, pathway, *words = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
        if due != NO_DEADLINE:
            due = datetime.fromisoformat(due).astimezone(UTC).isoformat()
        pathway_id = pathway_uuid(pathway)
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise PlaceUnreadableError from None
    if pathway_id is None or len(words) != WORDS or not all(_plain(word) for word in words):
        raise PlaceUnreadableError
    return Place(due, pathway_id, *words)


def _plain(word: object) -> bool:
    return isinstance(word, str) and word.isascii() and word.isprintable()


async def search(
    connection: Connection, role: str, *, due_before: datetime | None, place: Place, limit: int, server_now: datetime
) -> Page:
    """One page of at most `limit` tasks. With `due_before`, tasks without a deadline stay out."""
    start = (place.due, place.pathway_id, place.kind, place.key, place.role)
    rows = await connection.fetch(SEARCH, role, *start, due_before, limit + 1, server_now)
    tasks = tuple(_task(row) for row in rows[:limit])
    return Page(tasks, _place(rows[limit - 1]).written() if len(rows) > limit else None)


def _place(row: "asyncpg.Record") -> Place:
    return Place(row["rank"], row["pathway_id"], row["kind"], row["key"], row["role"])


def _task(row: "asyncpg.Record") -> WorklistTask:
    return WorklistTask(
        pathway_id=str(row["pathway_id"]),
        kind=row["kind"],
        key=row["key"],
        role=row["role"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        escalated_to=tuple(row["escalated_to"]),
        why=row["why"],
        sides=tuple(row["sides"]),
        urgency=row["urgency"],
        presentation_at=row["presentation_at"],
        status=row["status"],
        now=row["now"],
    )
