"""What a pathway amounts to after an entry, as the rows that are kept beside it (tasks, timers, notices)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from shared.ledger.compliance_rows import KeptRow, kept_row
from shared.ledger.known import Known
from shared.pathway import decide
from shared.pathway.closure import Closure
from shared.pathway.duties import Task
from shared.pathway.filter_chasing import next_due_at as next_rung_at
from shared.pathway.filter_track import in_situ
from shared.pathway.governance_notice import Notice, notices
from shared.pathway.question import Moment

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """Columns of `pathway`, and each projection as a JSON array of rows. `known` is what the engine has to know."""

    version: int
    status: str
    step: str
    next_due_at: datetime | None
    closed_at: datetime | None
    known: Known
    tasks: str
    timers: str
    notices: str
    compliance: KeptRow


def derive(moment: Moment) -> Derived:
    timers = decide.timers(moment)
    next_due_at = min((view.timer.due_at for view in timers if view.state == "pending"), default=None)
    closing = moment.pathway.latest(Closure)
    return Derived(
        version=moment.pathway.version,
        status=decide.status(moment).value,
        step=decide.step(moment).value,
        next_due_at=next_due_at,
        closed_at=closing.at if closing else None,
        known=_known(moment, next_due_at),
        tasks=_rows(_once(map(_task, decide.tasks(moment)), "kind", "key", "role")),
        timers=_rows(_once(map(_timer, timers), "id", "rung", "anchor_value")),
        notices=_rows(row for each in notices(moment) for row in _dispatches(each)),
        compliance=kept_row(moment),
    )


def known(moment: Moment) -> Known:
    """What the engine has to know of the pathway as it stands."""
    return _known(moment, decide.next_due_at(moment))


def _known(moment: Moment, next_due_at: datetime | None) -> Known:
    owed = sorted(each.key for each in decide.owed(moment))
    inside = [(each.number, next_rung_at(moment, each)) for each in in_situ(moment)]
    closed = moment.pathway.latest(Closure) is not None
    acts_on = hashlib.sha256(to_json([decide.step(moment), owed, closed, inside])).hexdigest()
    return Known(acts_on, next_due_at)


def _rows(rows: Iterable[Row]) -> str:
    return to_json(list(rows)).decode("utf-8")


def _once(rows: Iterable[Row], *key: str) -> list[Row]:
    """The first row of each key. Two procedures on one day share their timers: they are counted from the same date."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple(row[part] for part in key), row)
    return list(found.values())


def _task(task: Task) -> Row:
    return {
        "kind": task.kind,
        "key": task.key,
        "role": task.role,
        "state": task.state,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "escalated_to": task.escalated_to,
        "why": task.why,
    }


def _timer(view: decide.TimerView) -> Row:
    timer = view.timer
    return {
        "id": timer.id,
        "rung": timer.rung,
        "anchor_field": timer.anchor_field,
        "anchor_value": timer.anchor_value.isoformat(),
        "due_at": timer.due_at,
        "due_on": timer.due_on,
        "state": view.state,
        "fired_at": view.fired_at,
    }


def _dispatches(notice: Notice) -> list[Row]:
    return [
        {
            "dispatch": each.key,
            "number": notice.number,
            "about": notice.about,
            "role": each.to,
            "reason": each.reason,
            "owed_at": each.owed_at,
            "sent_at": each.sent_at,
            "delivered_at": each.delivered_at,
            "failed_at": each.failed_at,
            "acknowledged_at": notice.acknowledged_at,
            "acknowledged_by": notice.acknowledged_by,
        }
        for each in notice.dispatches
    ]
