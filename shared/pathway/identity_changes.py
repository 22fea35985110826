"""Who the patient is, corrected (hazard H-12), and two pathways of one patient (hazards H-06, R-REF-1).

The identity itself stands in the patient's table only; an entry says which parts changed, by whom and why.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import ClassVar, Literal

from shared.pathway.duties import Task, TaskState
from shared.pathway.facts import Facts
from shared.pathway.people import Role
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record, asked
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, Words


class IdentityPart(StrEnum):
    NUMBER = "number"
    NUMBER_STATUS = "number_status"
    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    SEX = "sex"


class IdentityCorrected(Record):
    """The patient's identity was wrong, or temporary, and is right now. The old one is kept apart."""

    kind: ClassVar[str] = "identity_corrected"

    parts: frozenset[IdentityPart] = asked("What was corrected?", min_length=1)
    why: Words = asked("How do you know?", hint="No name, number or date of birth here")


class PatientMerged(Record):
    """A person decided that two pathways are about one patient. Both go on; nothing of either is lost."""

    kind: ClassVar[str] = "patient_merged"

    other_pathway: Code = asked("Which other pathway is about the same patient?")
    compared: Literal[True] = asked("I have compared name, date of birth, number and address")
    why: Words = asked("How do you know?", hint="No name, number or date of birth here")


class MergeReview(Record):
    """A person looked at two patients who might be one, and they are two."""

    kind: ClassVar[str] = "merge_review"

    other_pathway: Code = asked("Which other pathway did you compare?")
    finding: Literal["different_people"] = asked("What did you find?")
    why: Words = asked("How do you know?", hint="No name, number or date of birth here")


def facts_about_patient(moment: Moment) -> Facts:
    """Age, sex and how sure the identity is, as last written down: at the referral or at its newest correction."""
    entry = moment.pathway.latest(IdentityCorrected) or moment.pathway.latest(Referral)
    return entry.facts if entry is not None else moment.facts


def merge_refusals(question: Question[PatientMerged] | Question[MergeReview]) -> Iterator[Refusal]:
    """Why this cannot be said of two pathways. Refuses: the pathway itself, what was said before. Guidance: 2.1."""
    other = question.record.other_pathway
    if other == question.pathway.id:
        yield Refusal("R-REF-1", "other_pathway", "This is the same pathway", "2.1")
    elif other in _merged(question.moment):
        yield Refusal("R-REF-1", "other_pathway", "The two belong to one patient already", "2.1")


def _merged(moment: Moment) -> frozenset[str]:
    return frozenset(
        entry.record.other_pathway
        for entry in moment.pathway.every(PatientMerged)
        if isinstance(entry.record, PatientMerged)
    )


def _compared(moment: Moment) -> frozenset[str]:
    found = moment.pathway.every(MergeReview)
    return _merged(moment) | {e.record.other_pathway for e in found if isinstance(e.record, MergeReview)}


def tasks(moment: Moment) -> Iterator[Task]:
    """A temporary identity made real, and two patients who may be one looked at (R-REF-1)."""
    opened = moment.pathway.latest(Referral)
    if opened is None:
        return
    if opened.facts.identity == "temporary":
        state = TaskState.OPEN if facts_about_patient(moment).identity == "temporary" else TaskState.DONE
        words = "The patient came with a temporary identity"
        yield Task("identity_corrected", Role.REFERRER, opened.at, None, state=state, why=words)
    done = _compared(moment)
    for other in sorted(opened.facts.possible_same_person):
        state = TaskState.DONE if other in done else TaskState.OPEN
        words = "Another patient has this name and date of birth"
        yield Task("merge_review", Role.MDT_COORDINATOR, opened.at, None, key=other, state=state, why=words)
