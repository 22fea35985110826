"""When a discharge is complete, and what a patient leaves behind who went without one (R-DIS-1..4; IPG651 2.6)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.contact import ContactAttempt
from shared.pathway.discharge import Discharge, Leaving
from shared.pathway.duties import Task, TaskState
from shared.pathway.filter_track import in_situ
from shared.pathway.follow_up import min_until
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.refusal import Refusal


def refusals(question: Question[Discharge]) -> Iterator[Refusal]:
    """Every reason why this discharge is not complete (R-DIS-1). Guidance: 2.6, 3.3.

    Who leaves against advice or without a word cannot be kept until a form is full: then only the times are
    checked, and what is missing becomes work (R-DIS-4).
    """
    record, pathway = question.record, question.pathway
    if not pathway.every(ProcedureEnd) or under_way(pathway):
        yield Refusal("R-DIS-1", "", "There is no finished procedure to be discharged after", "2.6")
        return
    if not pathway.every(ProcedureEnd)[-1].at <= record.discharged_at <= question.now:
        yield Refusal("R-DIS-1", "discharged_at", "The discharge lies between the procedure and now", "2.6")
    if record.leaving == Leaving.PLANNED:
        yield from _complete(question)
        yield from _review_in_time(question)


def _complete(question: Question[Discharge]) -> Iterator[Refusal]:
    for field in missing(question.record):
        yield Refusal("R-DIS-1", field, DISCHARGE_WORDS[field], "2.6")
    if in_situ(question.moment) and question.record.filter_in_situ == Answer.NO:
        yield Refusal("R-FIL-4", "filter_in_situ", "The record says that a filter is inside", "2.5")
    if in_situ(question.moment) and question.record.filter_removal_on is None:
        yield Refusal("R-DIS-1", "filter_removal_on", "Tell the patient when the filter is to be removed", "2.5")


def missing(record: Discharge) -> tuple[str, ...]:
    """The fields without which a planned discharge is not complete."""
    complete = {
        "anticoagulant": record.anticoagulant is not None or record.anticoagulant_contraindication is not None,
        "review_booked_on": record.review_booked_on is not None,
        "adverse_events": record.no_adverse_event_so_far != bool(record.adverse_events),
        "gp_letter_sent_at": record.gp_letter_sent_at is not None,
        "patient_letter_document": record.patient_letter_document is not None,
        "warnings_given": record.warnings_given,
        "filter_in_situ": record.filter_in_situ in {Answer.YES, Answer.NO},
    }
    return tuple(field for field, said in complete.items() if not said)


def _review_in_time(question: Question[Discharge]) -> Iterator[Refusal]:
    record, until = question.record, min_until(question.moment)
    if record.review_booked_on and until and not civil(record.discharged_at) < record.review_booked_on <= until:
        words = f"Book the review before the minimum of anticoagulation ends on {until.isoformat()}"
        yield Refusal("R-DIS-1", "review_booked_on", words, "2.6")


DISCHARGE_WORDS = {
    "anticoagulant": "Write down the anticoagulant plan, or why there is none",
    "review_booked_on": "Book the 3-month review before the patient leaves",
    "adverse_events": "Either name adverse events, or assert that there were none",
    "gp_letter_sent_at": "Send the GP letter",
    "patient_letter_document": "Give the patient their own copy",
    "warnings_given": "Warn about bleeding, breathlessness and change of leg colour",
    "filter_in_situ": "Say whether a filter is inside",
}


def tasks(moment: Moment) -> Iterator[Task]:
    """The discharge itself; reaching a patient who left without one (R-DIS-4)."""
    ended = moment.pathway.latest(ProcedureEnd)
    if ended is None or under_way(moment.pathway):
        return
    left = moment.pathway.latest(Discharge)
    gone = left is not None and left.seq > ended.seq
    yield Task("discharge", Role.WARD_CLINICIAN, ended.at, None, state=TaskState.DONE if gone else TaskState.OPEN)
    if left is not None and gone and isinstance(left.record, Discharge):
        yield from _contact_protocol(moment, left, left.record)


def _contact_protocol(moment: Moment, left: Entry, how: Discharge) -> Iterator[Task]:
    if how.leaving == Leaving.PLANNED or not missing(how):
        return
    tried = (each for each in moment.pathway.every(ContactAttempt) if each.seq > left.seq)
    reached = any(isinstance(each.record, ContactAttempt) and each.record.reached for each in tried)
    due = left.at + timedelta(days=moment.policy.contact_within_days)
    state = TaskState.DONE if reached else TaskState.OPEN
    words = "Left without a complete discharge: " + "; ".join(DISCHARGE_WORDS[field] for field in missing(how))
    yield Task("contact_after_leaving", Role.WARD_CLINICIAN, left.at, due, key=str(left.seq), state=state, why=words)
