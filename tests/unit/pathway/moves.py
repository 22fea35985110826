"""A move of a journey: a record that somebody offers, in a role, at the time and in the state a case is in."""

from collections.abc import Callable
from typing import NamedTuple

from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.record import Record
from tests.patients import CLERK, OPERATOR, RADIOLOGIST, USUALLY_BY, WARD, Case

OFFICER = Signature("dso-1", Role.DEVICE_SAFETY_OFFICER)
BY: dict[str, Signature] = {
    **USUALLY_BY,
    "adverse_event": WARD,
    "adverse_event_outcome": WARD,
    "adverse_event_seen": RADIOLOGIST,
    "thirty_day_check": CLERK,
    "yellow_card": OFFICER,
    "device_retained": OFFICER,
    "candour": OPERATOR,
    "filter_plan": OPERATOR,
    "filter_review": RADIOLOGIST,
    "filter_retrieval": OPERATOR,
    "filter_made_permanent": RADIOLOGIST,
    "filter_removed_elsewhere": WARD,
    "patient_died": WARD,
    "opened_in_error": WARD,
    "transferred_out": WARD,
    "transfer_accepted": WARD,
    "long_term_visit": WARD,
    "visit_not_made": WARD,
    "device_recall": OFFICER,
}


class Move(NamedTuple):
    """A record somebody offers, in a role."""

    record: Record
    by: Signature


Mover = Callable[[Case], Move | None]
"""Looks at a case and offers a record; None when it has nothing to offer."""


def usual(record: Record) -> Move:
    return Move(record, BY.get(record.kind, PATENCY))


def always(record: Record, by: Signature | None = None) -> Mover:
    move = Move(record, by) if by else usual(record)
    return lambda _case: move
