"""Ending a pathway (clinical.md 1.1): only when nothing is owed, and never between two stools."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.adverse_event_track import unresolved
from shared.pathway.choices import ClosingReason
from shared.pathway.classification import agreed, recommendations
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.consent_rules import declined, refused
from shared.pathway.contact import lost
from shared.pathway.duties import Task, TaskState
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.endings import TransferPart
from shared.pathway.filter_track import in_situ
from shared.pathway.follow_up import reviewed
from shared.pathway.life_events import accepted_parts, died, opened_in_error, transferred, unanswered
from shared.pathway.long_term_rules import settled as long_term_done
from shared.pathway.material_change import reclassified
from shared.pathway.mdt_offer import decision
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.people import Role
from shared.pathway.procedure import started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record, asked
from shared.pathway.referral import Referral, sides
from shared.pathway.refusal import Refusal
from shared.pathway.registry_entry import settled as registered
from shared.pathway.text import Line, StaffId, Words


class StandardCareHandoff(Record):
    """Who goes on treating a patient who will not have the procedure. The harm is a patient nobody follows."""

    kind: ClassVar[str] = "standard_care_handoff"

    reason: ClosingReason = asked("Why will there be no procedure?")
    to_person: StaffId = asked("Who continues anticoagulation?")
    to_team: Line = asked("Which team?")
    plan: Words = asked("What is the plan?")


class HandoffAccepted(Record):
    """The receiving clinician says: mine now."""

    kind: ClassVar[str] = "handoff_accepted"

    first_contact_at: AwareDatetime = asked("When will you see the patient?")


class Closure(Record):
    kind: ClassVar[str] = "closure"

    reason: ClosingReason = asked("Why does this pathway end?")
    note: Words | None = asked("Anything to add?", default=None)


NEED_HANDOFF = frozenset(
    {
        ClosingReason.NOT_ELIGIBLE,
        ClosingReason.MDT_DECLINED,
        ClosingReason.PATIENT_DECLINED,
        ClosingReason.CONSENT_WITHDRAWN,
        ClosingReason.NO_STUDY_AVAILABLE,
    }
)


def closed(moment: Moment) -> Closure | None:
    return moment.pathway.record(Closure)


def handed_over(moment: Moment) -> bool:
    offered, accepted = moment.pathway.latest(StandardCareHandoff), moment.pathway.latest(HandoffAccepted)
    return offered is not None and accepted is not None and accepted.seq > offered.seq


def ending(moment: Moment) -> ClosingReason | None:
    """The reason for which this pathway is coming to its end; None while it goes on its way."""
    if moment.pathway.record(Referral) is None:
        return None
    if died(moment):
        return ClosingReason.DIED
    if opened_in_error(moment):
        return ClosingReason.OPENED_IN_ERROR
    if transferred(moment):
        return ClosingReason.TRANSFERRED_OUT
    return None if started(moment.pathway) else _without_procedure(moment)


def _without_procedure(moment: Moment) -> ClosingReason | None:
    if declined(moment):
        return ClosingReason.CONSENT_WITHDRAWN
    if refused(moment):
        return ClosingReason.PATIENT_DECLINED
    found = decision(moment)
    if found is None or found.offers or reclassified(moment, found.seq):
        return None
    return _why_no_offer(moment)


def _why_no_offer(moment: Moment) -> ClosingReason:
    classes = {found.cls for found in recommendations(moment)}
    if classes <= {ArrangementClass.OUTSIDE_GUIDANCE, ArrangementClass.NO_DVT}:
        return ClosingReason.NOT_ELIGIBLE
    study = any(each.open_on_site for each in moment.facts.studies.values())
    if classes == {ArrangementClass.RESEARCH_ONLY} and not study:
        return ClosingReason.NO_STUDY_AVAILABLE
    return ClosingReason.MDT_DECLINED


def guards(moment: Moment) -> Iterator[Refusal]:
    """What keeps this pathway open (clinical.md 1.1). Guidance: 1.3, 2.5, 2.6, 3.3."""
    if under_way(moment.pathway):
        yield Refusal("R-PRO-1", "", "A procedure is under way", "2.5")
    if not registered(moment):
        yield Refusal("R-REG-1", "", "A started procedure has no accepted registry entry", "1.3")
    if started(moment.pathway) and reviewed(moment) is None and not _anticoagulation_elsewhere(moment):
        yield Refusal("R-ACO-5", "", "The anticoagulation review is owed", "2.6")
    if in_situ(moment):
        yield Refusal("R-FIL-4", "", "A vena cava filter is inside, and nobody wrote down what becomes of it", "2.5")
    if unresolved(moment):
        yield Refusal("R-AE-7", "", "An adverse event is not resolved", "3.3")
    if unanswered(moment) and not died(moment):
        yield Refusal("T-XFER", "", "An offer to another trust waits for its answer", "D")


def _anticoagulation_elsewhere(moment: Moment) -> bool:
    """Nobody reviews the drugs of somebody who died; another trust does once it has accepted to."""
    return died(moment) is not None or TransferPart.ANTICOAGULATION in accepted_parts(moment)


def refusals(question: Question[Closure]) -> Iterator[Refusal]:
    """Why this pathway cannot end so.

    Refuses: while a guard holds, without an accepted hand-over, for a reason that is not so. Guidance: 1.3, 2.3.
    """
    moment, reason = question.moment, question.record.reason
    yield from guards(moment)
    if reason in NEED_HANDOFF:
        yield from _handed_over_for(moment, reason)
        return
    known = ending(moment)
    if known in TOLD and reason != known:
        yield Refusal("1.1", "reason", "This is not why this pathway ends", "1.4")
        return
    is_so, otherwise = TRUE_OF[reason]
    if not is_so(moment):
        yield otherwise
    if reason == ClosingReason.CLINICALLY_OVERTAKEN and question.record.note is None:
        yield Refusal("1.1", "note", "Say what happened, and who looks after the patient now", "2.3")


def _handed_over_for(moment: Moment, reason: ClosingReason) -> Iterator[Refusal]:
    if not handed_over(moment):
        yield Refusal("1.1", "reason", "Standard care has to be handed over, and accepted, first", "2.3")
    elif reason != _end_so_far(moment):
        yield Refusal("1.1", "reason", "This is not why this pathway ends", "1.4")


TOLD = frozenset({ClosingReason.DIED, ClosingReason.OPENED_IN_ERROR, ClosingReason.TRANSFERRED_OUT})
"""What somebody wrote down as an event of its own: no other reason is then the reason."""

TRUE_OF: dict[ClosingReason, tuple[Callable[[Moment], bool], Refusal]] = {
    ClosingReason.COMPLETED: (
        lambda m: bool(started(m.pathway)),
        Refusal("1.1", "reason", "There was no procedure: name why not", "1.3"),
    ),
    ClosingReason.DIED: (
        lambda m: died(m) is not None,
        Refusal("1.1", "reason", "Nobody wrote down that the patient died", "D"),
    ),
    ClosingReason.OPENED_IN_ERROR: (
        lambda m: opened_in_error(m) is not None,
        Refusal("1.1", "reason", "Write down first that it was opened in error, and why", "D"),
    ),
    ClosingReason.TRANSFERRED_OUT: (
        lambda m: transferred(m) is not None,
        Refusal("1.1", "reason", "No other trust has accepted every part of the care", "D"),
    ),
    ClosingReason.CLINICALLY_OVERTAKEN: (
        lambda m: not started(m.pathway),
        Refusal("1.1", "reason", "A procedure was started: this pathway is completed, not overtaken", "1.3"),
    ),
    ClosingReason.LOST_TO_FOLLOWUP: (
        lambda m: bool(started(m.pathway)) and lost(m),
        Refusal("1.1", "reason", "Try to reach the patient first, and write down each attempt", "2.6"),
    ),
}
"""For each reason without a hand-over: when it is so, and what is missing when it is not."""


def _end_so_far(moment: Moment) -> ClosingReason | None:
    """`ending`, or not eligible where the classification alone, agreed by a clinician, ends it before an MDT."""
    found = ending(moment)
    if found is not None or started(moment.pathway) or decision(moment) is not None:
        return found
    why = _why_no_offer(moment) if agreed(moment).issuperset(sides(moment.pathway)) else None
    return None if why == ClosingReason.MDT_DECLINED else why


def handoff_refusals(question: Question[StandardCareHandoff]) -> Iterator[Refusal]:
    """Why a hand-over cannot stand. Refuses: an unknown receiver, a reason that needs none. Guidance: 2.3."""
    record = question.record
    if record.reason not in NEED_HANDOFF:
        yield Refusal("1.1", "reason", "This reason needs no hand-over", "2.3")
    if record.to_person not in question.facts.staff:
        yield Refusal("1.1", "to_person", "Name somebody of this trust's staff directory", "2.3")


def acceptance_refusals(question: Question[HandoffAccepted]) -> Iterator[Refusal]:
    """Why an acceptance cannot stand. Refuses: nothing offered, another than the person named. Guidance: 2.3."""
    offered = question.pathway.record(StandardCareHandoff)
    if offered is None or handed_over(question.moment):
        yield Refusal("1.1", "", "No hand-over waits for an answer", "2.3")
    elif offered.to_person != question.by.person:
        yield Refusal("1.1", "", "The person it was handed to has to accept it", "2.3")


def tasks(moment: Moment) -> Iterator[Task]:
    """Handing standard care over, accepting it, closing what is done."""
    why = ending(moment)
    offered, since = moment.pathway.latest(StandardCareHandoff), _known_since(moment)
    if why not in NEED_HANDOFF or since is None:
        return
    state = TaskState.DONE if offered is not None else TaskState.OPEN
    yield Task("standard_care_handoff", Role.MDT_COORDINATOR, since, None, state=state, why=why.value)
    if offered is not None:
        state = TaskState.DONE if handed_over(moment) else TaskState.OPEN
        yield Task("handoff_accepted", Role.ANTICOAG_CLINIC, offered.at, None, state=state)
    accepted = moment.pathway.latest(HandoffAccepted)
    if accepted is not None and handed_over(moment):
        yield Task("closure", Role.MDT_COORDINATOR, accepted.at, None, why=why.value)


def closing_tasks(moment: Moment) -> Iterator[Task]:
    """Closing a pathway that has come to its end otherwise, once nothing keeps it open any more.

    After a death, a mistake or a transfer the coordinator does it; after the last visit the clinic.
    """
    why = ending(moment)
    if moment.pathway.latest(Referral) is None or not nothing_waits(moment):
        return
    since = moment.pathway.entries[-1].at
    if why in TOLD:
        yield Task("closure", Role.MDT_COORDINATOR, since, None, key="ended", why=why.value)
    elif started(moment.pathway) and long_term_done(moment):
        yield Task("closure", Role.ANTICOAG_CLINIC, since, None, key="ended", why=ClosingReason.COMPLETED.value)


def nothing_waits(moment: Moment) -> bool:
    """Whether nothing keeps this pathway open."""
    return next(guards(moment), None) is None


def _known_since(moment: Moment) -> datetime | None:
    """When the word was spoken that there will be no procedure: the last signature, refusal or withdrawal."""
    said = [moment.pathway.latest(kind) for kind in (MdtSignOff, Consent, ConsentWithdrawn)]
    return max((entry.at for entry in said if entry is not None), default=None)
