"""The booked place in the room, and what cancels it (clinical.md 2.5, R-CON-5, A4; IPG651 3.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.pathway.anatomy import Side
from shared.pathway.breaking import emergency
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.consent_rules import withdrawn
from shared.pathway.mdt_offer import overtaken, standing_offer
from shared.pathway.procedure import procedures
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import sides
from shared.pathway.refusal import Refusal
from shared.pathway.slot import SlotBooked


@dataclass(frozen=True, slots=True)
class Slot:
    """The newest booking of one leg, and what became of it: still booked, used by a start, or cancelled."""

    entry: Entry
    booked: SlotBooked
    state: Literal["booked", "used", "cancelled"]


def slot(moment: Moment, side: Side) -> Slot | None:
    """The newest booking of one leg; None when there was none. A withdrawal cancels it in the same instant."""
    found = [
        (entry, entry.record)
        for entry in moment.pathway.every(SlotBooked)
        if isinstance(entry.record, SlotBooked) and entry.record.side == side
    ]
    if not found:
        return None
    entry, booked = found[-1]
    return Slot(entry, booked, _state(moment, entry, side))


def slots(moment: Moment) -> tuple[Slot, ...]:
    """The newest booking of each leg that has one."""
    found = (slot(moment, side) for side in sides(moment.pathway))
    return tuple(each for each in found if each is not None)


def _state(moment: Moment, entry: Entry, side: Side) -> Literal["booked", "used", "cancelled"]:
    if any(each.side == side and each.time_outs[-1].seq > entry.seq for each in procedures(moment.pathway)):
        return "used"
    if _patient_said_no(moment, entry) or overtaken(moment, entry.seq):
        return "cancelled"
    return "booked"


def _patient_said_no(moment: Moment, entry: Entry) -> bool:
    """Whether the patient withdrew after this booking: consenting again does not bring the place back."""
    said, taken = moment.pathway.latest(ConsentWithdrawn), moment.pathway.latest(Consent)
    if withdrawn(moment):
        return True
    since = said is not None and taken is not None and entry.seq < said.seq < taken.seq
    return since and isinstance(said, Entry) and not getattr(said.record, "lines", frozenset())


def refusals(question: Question[SlotBooked]) -> Iterator[Refusal]:
    """Why this place cannot be booked.

    Refuses: a leg that is neither offered nor in danger, a time that has passed or lies after the offer lapses, a
    patient who withdrew. Guidance: 3.8, 3.9.
    """
    moment, record = question.moment, question.record
    if record.planned_at < question.now:
        yield Refusal("R-PRO-1", "planned_at", "This time has passed", "3.9")
    if withdrawn(moment):
        yield Refusal("R-CON-5", "", "The patient has withdrawn consent: nothing is booked", "1.2")
    if record.side not in sides(moment.pathway):
        yield Refusal("G10", "side", f"The {record.side.upper()} leg was not referred", "D")
        return
    offer = standing_offer(moment)
    if emergency(moment, record.side):
        return
    if offer is None or offer.offer(record.side) is None:
        yield Refusal("G4", "side", f"The MDT made no offer for the {record.side.upper()} leg that is in force", "3.8")
    elif record.planned_at >= offer.lapses_at:
        yield Refusal("R-MDT-5", "planned_at", "The offer lapses before this time", "3.8")
