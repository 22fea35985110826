"""Whether a death, a mistake or a transfer can be written down so, and what each asks for (clinical.md 1.1, T-XFER)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway.civil_time import civil
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.endings import OpenedInError, PatientDied, TransferAccepted, TransferPart, TransferredOut
from shared.pathway.filter_track import in_situ
from shared.pathway.life_events import answers, died, offered_elsewhere, unanswered
from shared.pathway.people import Role
from shared.pathway.procedure import started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.refusal import Refusal


def death_refusals(question: Question[PatientDied]) -> Iterator[Refusal]:
    """Why this news cannot stand.

    Refuses: a death without its date or in the future, taking back what nobody said. Guidance: clinical.md 4.
    """
    record, known = question.record, died(question.moment)
    if record.learned_at > question.now:
        yield Refusal("H-05", "learned_at", "This lies in the future", "D")
    if record.what == "recorded_in_error":
        if known is None:
            yield Refusal("H-05", "what", "Nobody wrote down that this patient died", "D")
        return
    if record.died_on is None:
        yield Refusal("H-05", "died_on", "Give the date of death, as far as it is known", "D")
    elif record.died_on > civil(question.now):
        yield Refusal("H-05", "died_on", "This lies in the future", "D")


def mistake_refusals(question: Question[OpenedInError]) -> Iterator[Refusal]:
    """Why a pathway was not opened in error. Refuses: one in which a procedure was started (IPG651 1.3)."""
    if started(question.pathway):
        words = "A procedure was started in this pathway: it is part of the record, and of the registry"
        yield Refusal("1.1", "", words, "1.3")


def transfer_refusals(question: Question[TransferredOut]) -> Iterator[Refusal]:
    """Why this transfer cannot be offered.

    Refuses: to this very trust, during a procedure, while another offer waits, a filter left out or made up.
    Guidance: 2.6, 2.5.
    """
    record, moment = question.record, question.moment
    if record.to_trust == question.pathway.trust:
        yield Refusal("T-XFER", "to_trust", "This is the trust that has the patient now", "D")
    if under_way(question.pathway):
        yield Refusal("R-PRO-1", "", "A procedure is under way: write down its end first", "2.5")
    if unanswered(moment):
        yield Refusal("T-XFER", "", "An offer to another trust waits for its answer", "D")
    inside = bool(in_situ(moment))
    if inside and TransferPart.FILTER not in record.parts:
        yield Refusal("T-XFER", "parts", "A filter is inside: hand its removal over too", "2.5")
    elif not inside and TransferPart.FILTER in record.parts:
        yield Refusal("T-XFER", "parts", "No filter is inside", "2.5")
    if TransferPart.ANTICOAGULATION not in record.parts:
        yield Refusal("T-XFER", "parts", "Somebody there has to take over anticoagulation", "2.6")


def answer_refusals(question: Question[TransferAccepted]) -> Iterator[Refusal]:
    """Why this answer cannot stand.

    Refuses: no offer of this part, an answer before the offer or in the future. Guidance: clinical.md 1.1.
    """
    record, offer = question.record, offered_elsewhere(question.moment)
    if offer is None or record.part not in unanswered(question.moment):
        yield Refusal("T-XFER", "part", "No offer of this part waits for an answer", "D")
        return
    if record.answered_at > question.now:
        yield Refusal("T-XFER", "answered_at", "This lies in the future", "D")


def tasks(moment: Moment) -> Iterator[Task]:
    """Getting an answer for each part handed over. Until there is one, this trust keeps every duty (hazard H-11)."""
    offer = offered_elsewhere(moment)
    if offer is None or not isinstance(offer.record, TransferredOut) or died(moment):
        return
    due = offer.at + timedelta(hours=moment.policy.transfer_accept_hours)
    waiting, said = unanswered(moment), answers(moment, offer)
    for part in sorted(offer.record.parts):
        if part not in waiting and part not in said:
            continue
        state = TaskState.OPEN if part in waiting else TaskState.DONE
        told = (Role.GOVERNANCE_LEAD,) if state == TaskState.OPEN and moment.now >= due else ()
        words = "Until the other trust accepts, the duty stays here"
        yield Task(
            "transfer_accepted",
            Role.MDT_COORDINATOR,
            offer.at,
            due,
            key=part,
            state=state,
            escalated_to=told,
            why=words,
        )


def timers(moment: Moment) -> Iterator[Timer]:
    """T-XFER: an offer that nobody accepted within its hours stays with the sender, and is escalated."""
    offer = offered_elsewhere(moment)
    if offer is None:
        return
    due = offer.at + timedelta(hours=moment.policy.transfer_accept_hours)
    over = not unanswered(moment) or died(moment) is not None
    tells = (Role.MDT_COORDINATOR, Role.GOVERNANCE_LEAD)
    yield Timer("T-XFER", "unaccepted", "offered_at", offer.at, due, civil(due), tells, met=over)
