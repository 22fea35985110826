"""Ending a pathway (clinical.md 1.1): only when nothing is owed, and never between two stools."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import AwareDatetime

from shared.pathway.choices import ClosingReason
from shared.pathway.classification import agreed, recommendations
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.consent_rules import declined, refused
from shared.pathway.duties import Task, TaskState
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.follow_up import reviewed
from shared.pathway.mdt_offer import decision, overtaken
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.people import Role
from shared.pathway.procedure import started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record, asked
from shared.pathway.referral import Referral, sides
from shared.pathway.refusal import Refusal
from shared.pathway.registry_entry import settled as registered
from shared.pathway.text import Code, Line, Words


class StandardCareHandoff(Record):
    """Who goes on treating a patient who will not have the procedure. The harm is a patient nobody follows."""

    kind: ClassVar[str] = "standard_care_handoff"

    reason: ClosingReason = asked("Why will there be no procedure?")
    to_person: Code = asked("Who continues anticoagulation?", hint="Staff directory id")
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

THIS_RELEASE = NEED_HANDOFF | {ClosingReason.COMPLETED}
"""Reasons that this release can check. The others wait for death, transfer and their tracks (clinical.md 4)."""


def closed(moment: Moment) -> Closure | None:
    return moment.pathway.record(Closure)


def handed_over(moment: Moment) -> bool:
    offered, accepted = moment.pathway.latest(StandardCareHandoff), moment.pathway.latest(HandoffAccepted)
    return offered is not None and accepted is not None and accepted.seq > offered.seq


def ending(moment: Moment) -> ClosingReason | None:
    """The reason for which this pathway is coming to its end without a procedure; None while it goes on."""
    if started(moment.pathway) or moment.pathway.record(Referral) is None:
        return None
    if declined(moment):
        return ClosingReason.CONSENT_WITHDRAWN
    if refused(moment):
        return ClosingReason.PATIENT_DECLINED
    found = decision(moment)
    if found is None or found.offers or overtaken(moment, found.seq):
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
    """What keeps this pathway open (clinical.md 1.1). Guidance: 1.3, 2.6."""
    if under_way(moment.pathway):
        yield Refusal("R-PRO-1", "", "A procedure is under way", "2.5")
    if not registered(moment):
        yield Refusal("R-REG-1", "", "A started procedure has no accepted registry entry", "1.3")
    if started(moment.pathway) and reviewed(moment) is None:
        yield Refusal("R-ACO-5", "", "The anticoagulation review is owed", "2.6")


def refusals(question: Question[Closure]) -> Iterator[Refusal]:
    """Why this pathway cannot end so.

    Refuses: while a guard holds, without an accepted hand-over, for a reason that is not so. Guidance: 1.3, 2.3.
    """
    moment, reason = question.moment, question.record.reason
    yield from guards(moment)
    if reason not in THIS_RELEASE:
        yield Refusal("1.1", "reason", "This release cannot close a pathway for this reason", "D")
    elif reason in NEED_HANDOFF and not handed_over(moment):
        words = "Standard care has to be handed over, and accepted, first"
        yield Refusal("1.1", "reason", words, "2.3")
    elif reason == ClosingReason.COMPLETED and not started(moment.pathway):
        yield Refusal("1.1", "reason", "There was no procedure: name why not", "1.3")
    elif reason in NEED_HANDOFF and reason != _end_so_far(moment):
        yield Refusal("1.1", "reason", "This is not why this pathway ends", "1.4")


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
    if why is None or since is None:
        return
    state = TaskState.DONE if offered is not None else TaskState.OPEN
    yield Task("standard_care_handoff", Role.MDT_COORDINATOR, since, None, state=state, why=why.value)
    if offered is not None:
        state = TaskState.DONE if handed_over(moment) else TaskState.OPEN
        yield Task("handoff_accepted", Role.ANTICOAG_CLINIC, offered.at, None, state=state)
    accepted = moment.pathway.latest(HandoffAccepted)
    if accepted is not None and handed_over(moment):
        yield Task("closure", Role.MDT_COORDINATOR, accepted.at, None, why=why.value)


def _known_since(moment: Moment) -> datetime | None:
    """When the word was spoken that there will be no procedure: the last signature, refusal or withdrawal."""
    said = [moment.pathway.latest(kind) for kind in (MdtSignOff, Consent, ConsentWithdrawn)]
    return max((entry.at for entry in said if entry is not None), default=None)
