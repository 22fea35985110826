"""What was decided and measured, as Observation: the MDT's decision for each leg, Villalta scores (IPG651 3.2, 3.8)."""

from collections.abc import Iterator
from datetime import date

from shared.fhir.elements import Case, Json, day, hl7, instant, leg, of_list, person
from shared.pathway.instruments import villalta
from shared.pathway.long_term import LegOutcome, LongTermVisit
from shared.pathway.mdt_offer import decision
from shared.pathway.mdt_review import MdtReview
from shared.pathway.record import Entry


def told(case: Case) -> Iterator[Json]:
    """Decisions first, then scores, oldest first."""
    for entry in case.moment.pathway.every(MdtReview):
        if isinstance(entry.record, MdtReview):
            yield from _decisions(case, entry, entry.record)
    for entry in case.moment.pathway.every(LongTermVisit):
        if isinstance(entry.record, LongTermVisit):
            yield from (_score(case, entry, entry.record.visited_on, each) for each in entry.record.legs)


def _decisions(case: Case, entry: Entry, review: MdtReview) -> Iterator[Json]:
    """`final` once three specialties signed; `preliminary` before (IPG651 3.8). An older review keeps what it said."""
    settled = decision(case.moment)
    final = settled is not None and settled.seq == entry.seq
    for each in review.decisions:
        yield case.resource(
            "Observation",
            entry.seq,
            each.side,
            status="final" if final else "preliminary",
            code=of_list("observed", "mdt_decision", "Decision of the MDT (NICE IPG651 3.8)"),
            subject=case.patient,
            focus=[case.to("Condition", each.side)],
            effectiveDateTime=instant(review.met_at),
            issued=instant(entry.at),
            performer=[person(one.person) for one in review.attendees],
            valueCodeableConcept=of_list("mdt-outcome", each.outcome.value),
            bodySite=leg(each.side)[0],
        )


def _score(case: Case, entry: Entry, visited_on: date, each: LegOutcome) -> Json:
    """The raw sum; an item left out leaves no sum, and says so. No official code for the scale was verified."""
    total = villalta.raw(each.villalta)
    measured = {"dataAbsentReason": hl7("data-absent-reason", "unknown")} if total is None else {"valueInteger": total}
    return case.resource(
        "Observation",
        entry.seq,
        each.side,
        status="final",
        code=of_list("observed", "villalta_scale", "Villalta scale, sum of 11 items (0 to 33)"),
        subject=case.patient,
        effectiveDateTime=day(visited_on),
        issued=instant(entry.at),
        interpretation=[of_list("villalta-category", villalta.category(each.villalta))],
        bodySite=leg(each.side)[0],
        **measured,
    )
