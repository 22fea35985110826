"""A role's open work as its page shows it: filtered, sorted, with who has each task, in one round trip.

Identities are read in the same question, for roles that may know them, and audited before they are returned.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import asyncpg
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from shared.ledger.keeping import Note, audit
from shared.ledger.visit import pathway_uuid
from shared.ledger.worklist import LARGEST_PAGE, PlaceUnreadableError
from shared.pathway.anatomy import Side
from shared.pathway.choices import Status, Urgency
from shared.pathway.civil_time import civil, day_number
from shared.pathway.people import Signature
from shared.wiring.clock import Clock

FIND = "SELECT find_work($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9, $10)"
MEETING = """
SELECT pathway_id::text FROM task WHERE state = 'open' AND kind IN ('mdt_review', 'mdt_sign_off')
GROUP BY pathway_id ORDER BY min(due_rank), pathway_id LIMIT $1
"""
# Each notice with its sendings, those that nobody has acknowledged first, then the newest of the others.
NOTICES = """
SELECT notice.pathway_id::text, number, about, min(owed_at) AS owed_at, acknowledged_at, acknowledged_by,
    staff_name.name AS acknowledged_name, sides, pathway.urgency, presentation_at, status,
    $4::timestamptz + coalesce(ahead, '0') AS now,
    (SELECT min(at) FROM entry WHERE entry.pathway_id = notice.pathway_id AND kind = 'procedure_start') AS started_at,
    array_agg(json_build_object('key', dispatch, 'to', notice.role, 'reason', reason,
        'sent_at', sent_at, 'delivered_at', delivered_at, 'failed_at', failed_at)::text ORDER BY notice.owed_at) AS sent
FROM notice JOIN pathway ON pathway.id = notice.pathway_id
LEFT JOIN pathway_clock ON pathway_clock.pathway_id = pathway.id
LEFT JOIN staff_name ON staff_name.person = notice.acknowledged_by
WHERE $3::uuid IS NULL OR notice.pathway_id = $3
GROUP BY notice.pathway_id, number, about, acknowledged_at, acknowledged_by, staff_name.name, pathway.id, ahead
ORDER BY acknowledged_at IS NOT NULL, acknowledged_at DESC, min(owed_at), notice.pathway_id, number LIMIT $1 OFFSET $2
"""
# A pathway by the beginning of its id, or by the exact number of its patient. Nothing that says who that is comes back.
BY_REFERENCE = "starts_with(id::text, $1)"
BY_NUMBER = "patient_id IN (SELECT id FROM patient WHERE number = $1)"
PATHWAYS = """
SELECT id::text AS pathway_id, sides, status, opened_at FROM pathway WHERE {} ORDER BY closed_at IS NOT NULL,
    opened_at DESC, id LIMIT 20
"""
START = (-1e300, "-infinity", "00000000-0000-0000-0000-000000000000", "", "", "")
NO_DEADLINE = "infinity"
REFERENCE_DIGITS = 8


class Sort(StrEnum):
    """DUE: soonest first; DAY: who presented first; URGENCY: emergencies first. Then by deadline."""

    DUE = "due"
    DAY = "day"
    URGENCY = "urgency"


class Whose(StrEnum):
    """MINE counts what is assigned to whom one stands in for today as well."""

    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which tasks, in which order.

    `reference` is the beginning of a pathway's id in lower case; `number` a patient's number, which counts for
    nothing when identities are not asked for.
    """

    sort: Sort = Sort.DUE
    urgency: Urgency | None = None
    side: Side | None = None
    overdue: bool = False
    whose: Whose | None = None
    reference: str = ""
    number: str = ""

    def asked(self) -> str:
        """As JSON, only what is asked for."""
        wanted = {name: getattr(self, name) for name in self.__slots__}
        return to_json({name: value for name, value in wanted.items() if value}).decode("ascii")


@dataclass(frozen=True, slots=True)
class Named:
    """Who the patient is, as short as a worklist can be."""

    name: str
    number: str
    born_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One open task. `now` is its pathway's own time; `holder` who has it, with `held_at` in the server's time.

    `rank` and `due_rank` are its place in the order that was asked for, on the server's clock.
    """

    pathway_id: str
    kind: str
    key: str
    role: str
    opened_at: datetime
    due_at: datetime | None
    escalated_to: tuple[str, ...]
    why: str
    rank: float
    due_rank: str
    sides: tuple[Side, ...]
    urgency: Urgency
    presentation_at: datetime
    status: str
    now: datetime
    holder: str | None
    holder_name: str | None
    held_at: datetime | None
    started_at: datetime | None
    patient: Named | None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of work. `colleagues` hold the role today, `stands_for` are those whose work is done besides.

    Both are names by directory id, the id itself where the directory has no name. `after` leads to the next page;
    "": this was the last.
    """

    tasks: tuple[OpenTask, ...]
    colleagues: dict[str, str]
    stands_for: dict[str, str]
    after: str = field(default="")


@dataclass(frozen=True, slots=True)
class NoticeInBox:
    """One governance notice, with its pathway's sides, urgency and day of fourteen; nothing of the patient.

    `day` is counted from presentation, and stands still once a procedure has started.
    """

    pathway_id: str
    number: int
    about: str
    owed_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_name: str | None
    sides: tuple[str, ...]
    urgency: str
    day: int
    treated: bool
    closed: bool
    sent: tuple[str, ...]  # each sending as JSON: key, to, reason, and when it was sent, delivered, failed


@dataclass(frozen=True, slots=True)
class Listed:
    """A pathway that was searched for, without its patient."""

    pathway_id: str
    sides: tuple[str, ...]
    status: str
    opened_at: datetime


_FOUND = TypeAdapter(Found)


class Work:
    """The open work of a trust's roles, for people in a browser. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def page(
        self,
        trust: str,
        by: Signature,
        wish: Wish,
        *,
        after: str = "",
        size: int,
        identified: bool,
        audited: bool = True,
    ) -> Found:
        """At most `size` tasks of the reader's role. Raises PlaceUnreadableError for an `after` that no page gave.

        `audited` False is for finding out whether a page would be another now, without showing it to anybody.
        """
        place = read_place(after) if after else START
        size, now = max(1, min(size, LARGEST_PAGE)), self._clock.now()
        asked = (wish.asked(), to_json(place).decode("utf-8"), size, now, civil(now), identified, audited)
        found = _FOUND.validate_json(await self._pool.fetchval(FIND, trust, by.person, by.role.value, *asked))
        if len(found.tasks) <= size:
            return found
        tasks = found.tasks[:size]
        return Found(tasks, found.colleagues, found.stands_for, _written(tasks[-1]))

    async def pathways(self, trust: str, by: Signature, *, reference: str = "", number: str = "") -> tuple[Listed, ...]:
        """The trust's pathways, open and closed, of one reference or one number. Audited as a search."""
        question = PATHWAYS.format(BY_NUMBER if number else BY_REFERENCE)
        rows = await self._rows(trust, question, number or reference, searched_by=by)
        return tuple(Listed(**{**row, "sides": tuple(row["sides"])}) for row in rows)

    async def meeting(self, trust: str, *, most: int) -> tuple[str, ...]:
        """The pathways whose MDT review is to be held or signed, the soonest due first."""
        rows = await self._rows(trust, MEETING, most)
        return tuple(row["pathway_id"] for row in rows)

    async def notices(
        self, trust: str, by: Signature | None, *, most: int, after: int = 0, pathway_id: str | None = None
    ) -> tuple[NoticeInBox, ...]:
        """The governance notices of the trust, or of one pathway; those that wait first, `after` so many left out.

        Audited as a search; `by` None: they are shown to nobody.
        """
        now = self._clock.now()
        return tuple(map(_notice, await self._rows(trust, NOTICES, most, after, pathway_id, now, searched_by=by)))

    async def _rows(
        self, trust: str, question: str, *given: object, searched_by: Signature | None = None
    ) -> list[asyncpg.Record]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(question, *given)
            if searched_by is not None:
                shown = tuple(row["pathway_id"] for row in rows)
                await audit(connection, Note(trust, searched_by, "searched", kind=searched_by.role.value, shown=shown))
            return rows


def _notice(row: asyncpg.Record) -> NoticeInBox:
    told = dict(row)
    presented, now, started, status = (told.pop(name) for name in ("presentation_at", "now", "started_at", "status"))
    told |= {"sides": tuple(told["sides"]), "sent": tuple(told["sent"])}
    day = day_number(presented, started or now)
    return NoticeInBox(**told, day=day, treated=started is not None, closed=status == Status.CLOSED)


def _written(task: OpenTask) -> str:
    place = [task.rank, task.due_rank, task.pathway_id, task.kind, task.key, task.role]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode("ascii")


_PLACE: TypeAdapter[tuple[float, str, str, str, str, str]] = TypeAdapter(tuple[float, str, str, str, str, str])


def read_place(text: str) -> tuple[float, str, str, str, str, str]:
    """The place that `after` names. Raises PlaceUnreadableError for anything a page did not give."""
    try:
        place = _PLACE.validate_json(base64.b64decode(text, altchars=b"-_", validate=True))
        if place[1] != NO_DEADLINE and datetime.fromisoformat(place[1]).tzinfo is None:
            raise PlaceUnreadableError
    except (binascii.Error, ValidationError, ValueError):
        raise PlaceUnreadableError from None
    _rank, _due, pathway_id, *words = place
    if pathway_uuid(pathway_id) is None or not all(word.isascii() and word.isprintable() for word in words):
        raise PlaceUnreadableError
    return place
