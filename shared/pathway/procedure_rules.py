"""When a procedure is ready to start, and what is still to do about it (IPG651 2.4-2.7, 3.3)."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway.anatomy import Side
from shared.pathway.breaking import in_force
from shared.pathway.consent import Consent
from shared.pathway.consent_rules import standing
from shared.pathway.duties import Task, TaskState
from shared.pathway.governance_notice import current as current_notice
from shared.pathway.governance_notice import informed
from shared.pathway.mdt_offer import Decision, standing_offer
from shared.pathway.people import Role
from shared.pathway.procedure import current, procedure_id, procedures, started, under_way
from shared.pathway.question import Moment
from shared.pathway.referral import sides
from shared.pathway.slot_rules import slot
from shared.pathway.time_out import TimeOutVoid


def ready(moment: Moment) -> bool:
    """Whether everything that can be settled before the day is settled: offer, notice, consent (not the sign-in)."""
    return standing_offer(moment) is not None and informed(moment) and standing(moment) is not None


def _ready_since(moment: Moment, decided_at: datetime) -> datetime:
    """When the last of offer, delivered notice and consent came in."""
    taken, notice = moment.pathway.latest(Consent), current_notice(moment)
    told_at = notice.delivered_at if notice else None
    return max(at for at in (decided_at, taken.at if taken else None, told_at) if at is not None)


def settled(moment: Moment) -> bool:
    return bool(started(moment.pathway)) and not under_way(moment.pathway)


def tasks(moment: Moment) -> Iterator[Task]:
    """Doing the procedure once it is prepared, or cannot wait; writing down its end; a new time-out after a stop."""
    found = procedures(moment.pathway)
    for number, each in enumerate(found, start=1):
        state = TaskState.OPEN if each.end is None else TaskState.DONE
        if each.end is None or number == len(found):
            key = procedure_id(moment.pathway, number)
            yield Task("procedure_end", Role.PROCEDURALIST, each.start.at, None, key=key, state=state)
    waiting = current(moment.pathway)
    if waiting is None:
        yield from _starts(moment)
    elif waiting.stopped:
        words = "The time-out was voided: a new one, with two people, or the end"
        stopped = moment.pathway.every(TimeOutVoid)[-1].at
        yield Task("procedure_start", Role.PROCEDURALIST, stopped, stopped, key=waiting.side.value, why=words)


def _starts(moment: Moment) -> Iterator[Task]:
    """The legs to treat: those in danger now, at once; those prepared, before their offer lapses or when booked."""
    offer = standing_offer(moment)
    for side in sides(moment.pathway):
        endangered = in_force(moment, side)
        if endangered:
            at = endangered[0].at
            yield Task("procedure_start", Role.PROCEDURALIST, at, at, key=side.value, why="Limb or life in danger")
        elif offer is not None and ready(moment) and side in _still_to_treat(moment, offer):
            since, due = _ready_since(moment, offer.decided_at), _due(moment, side, offer)
            yield Task("procedure_start", Role.PROCEDURALIST, since, due, key=side.value)


def _due(moment: Moment, side: Side, offer: Decision) -> datetime:
    """The booked time, where there is one; else when the offer lapses."""
    booked = slot(moment, side)
    return booked.booked.planned_at if booked is not None and booked.state == "booked" else offer.lapses_at


def _still_to_treat(moment: Moment, offer: Decision) -> frozenset[Side]:
    """The offered legs on which no procedure was started under this offer."""
    done = {each.side for each in procedures(moment.pathway) if each.start.seq > offer.seq}
    return frozenset(limb.side for limb in offer.offers) - done
