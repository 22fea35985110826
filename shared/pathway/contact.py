"""Patients who did not come, and the attempts to reach them (R-ACO-5, R-PTS-5). Silence never ends a pathway."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.civil_time import civil
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import Words


class Appointment(StrEnum):
    ANTICOAGULATION_REVIEW = "anticoagulation_review"
    LONG_TERM_VISIT = "long_term_visit"
    FILTER_RETRIEVAL = "filter_retrieval"


class DidNotAttend(Record):
    """An appointment at which the patient did not appear. Treatment goes on, and somebody asks why."""

    kind: ClassVar[str] = "did_not_attend"

    appointment: Appointment = asked("Which appointment?")
    appointment_on: date = asked("When was it?")


class ContactAttempt(Record):
    kind: ClassVar[str] = "contact_attempt"

    tried_at: AwareDatetime = asked("When did you try?")
    way: Literal["telephone", "letter", "text_message", "visit", "general_practitioner"] = asked("How?")
    reached: bool = asked("Did you reach the patient?")
    note: Words | None = asked("What was said?", default=None)


def attempts_since(moment: Moment, missed: Entry | None) -> tuple[ContactAttempt, ...]:
    """The attempts written down after `missed`; none when nothing was missed."""
    if missed is None:
        return ()
    tried = (each for each in moment.pathway.every(ContactAttempt) if each.seq > missed.seq)
    return tuple(each.record for each in tried if isinstance(each.record, ContactAttempt))


def lost(moment: Moment) -> bool:
    """Whether as many attempts as the policy asks for reached nobody: an outcome, counted (R-PTS-5)."""
    tried = attempts_since(moment, moment.pathway.latest(DidNotAttend))
    return len(tried) >= moment.policy.contact_attempts_lost and not any(each.reached for each in tried)


def missed_refusals(question: Question[DidNotAttend]) -> Iterator[Refusal]:
    """Why this cannot stand. Refuses: an appointment that lies ahead. Guidance: 2.6."""
    if question.record.appointment_on > civil(question.now):
        yield Refusal("R-ACO-5", "appointment_on", "This appointment lies in the future", "2.6")


def attempt_refusals(question: Question[ContactAttempt]) -> Iterator[Refusal]:
    """Why this cannot stand. Refuses: an attempt that lies ahead, one without its outcome in words. Guidance: 2.6."""
    if question.record.tried_at > question.now:
        yield Refusal("R-ACO-5", "tried_at", "This lies in the future", "2.6")
    if question.record.reached and question.record.note is None:
        yield Refusal("R-ACO-5", "note", "Write down what the patient said", "2.6")


def tasks(moment: Moment) -> Iterator[Task]:
    """Reaching a patient who did not come: the patient twice, then the general practitioner, then governance."""
    missed = moment.pathway.latest(DidNotAttend)
    if missed is None:
        return
    tried = attempts_since(moment, missed)
    reached = any(each.reached for each in tried)
    limit = moment.policy.contact_attempts_patient
    asked_gp = any(each.way == "general_practitioner" for each in tried)
    told = (Role.GOVERNANCE_LEAD,) if asked_gp and not reached else ()
    due = missed.at + timedelta(days=moment.policy.contact_within_days * (len(tried) + 1))
    why = "Ask the general practitioner" if len(tried) >= limit else "Try to reach the patient"
    state = TaskState.DONE if reached else TaskState.OPEN
    yield Task(
        "contact_attempt",
        Role.ANTICOAG_CLINIC,
        missed.at,
        due,
        key=str(missed.seq),
        state=state,
        escalated_to=told,
        why="" if reached else why,
    )
