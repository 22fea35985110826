"""Who may break which gate, and the second look at it within a day (clinical.md 5.1, 5.2; IPG651 3.5, YR1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.pathway.break_glass import Breakable, BreakGlass, BreakGlassReview
from shared.pathway.breaking import used
from shared.pathway.civil_time import civil
from shared.pathway.consent_rules import refused, withdrawn
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureStart, procedures
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import sides
from shared.pathway.refusal import Refusal
from shared.pathway.roles import CONSULTANTS


def refusals(question: Question[BreakGlass]) -> Iterator[Refusal]:
    """Why these gates cannot be broken. Neither MDT nor registry is asked: it works without them (5.2).

    Refuses: a leg that was not referred, a danger nobody attests, treating against the patient's word or without
    a lawful basis, research only without a second consultant. Guidance: 3.5, YR1, 1.1.
    """
    record = question.record
    if record.side not in sides(question.pathway):
        yield Refusal("G10", "side", f"The {record.side.upper()} leg was not referred", "D")
    if not record.limb_or_life_attested:
        words = "Gates are broken for a threatened limb or life only: attest it"
        yield Refusal("G14", "limb_or_life_attested", words, "3.5")
    if withdrawn(question.moment) or refused(question.moment):
        yield Refusal("G7", "gates", "The patient said no: nothing breaks that", "1.2")
    elif Breakable.G7 in record.gates and record.lawful_basis is None:
        words = "Say on what basis the patient is treated: agreement by word of mouth, or best interests"
        yield Refusal("G7", "lawful_basis", words, "1.2")
    if Breakable.G3 in record.gates:
        yield from _second_consultant(question)


def _second_consultant(question: Question[BreakGlass]) -> Iterator[Refusal]:
    other = question.record.second_consultant
    if other is None or other == question.by.person:
        words = "Outside a study two consultants decide together: name the other one"
        yield Refusal("G3", "second_consultant", words, "1.1")
    elif not question.facts.staff.get(other, frozenset()) & CONSULTANTS:
        yield Refusal("G3", "second_consultant", "The staff directory names no consultant with this id", "1.1")


def review_refusals(question: Question[BreakGlassReview]) -> Iterator[Refusal]:
    """Why this second look cannot stand.

    Refuses: a breaking that does not exist or was looked at, a look from tomorrow, somebody who broke the gate,
    agreed to it or operated. Guidance: 3.5, YR1.
    """
    moment, record = question.moment, question.record
    entry = next((each for each in moment.pathway.every(BreakGlass) if each.seq == record.breaking), None)
    if entry is None:
        yield Refusal("G14", "breaking", "This pathway has no such breaking of a gate", "YR1")
        return
    if _looked_at(moment, entry) is not None:
        yield Refusal("G14", "breaking", "A second person has looked at this already", "YR1")
    if not entry.at <= record.looked_at <= question.now:
        yield Refusal("G14", "looked_at", "The look lies between the breaking and now", "YR1")
    if question.by.person in _involved(moment, entry):
        yield Refusal("G14", "", "Somebody who took no part has to look at it", "YR1")


def _involved(moment: Moment, entry: Entry) -> set[str]:
    """Who broke the gate, the second consultant, and those who operated under it."""
    found = {entry.by.person}
    if isinstance(entry.record, BreakGlass) and entry.record.second_consultant:
        found.add(entry.record.second_consultant)
    for procedure in procedures(moment.pathway):
        if entry in used(moment, procedure):
            for each in procedure.time_outs:
                found.update(each.record.operators if isinstance(each.record, ProcedureStart) else ())
    return found


def _looked_at(moment: Moment, breaking: Entry) -> Entry | None:
    """The second person's look at one breaking; None while it is owed."""
    looks = moment.pathway.every(BreakGlassReview)
    return next((each for each in looks if getattr(each.record, "breaking", 0) == breaking.seq), None)


def _due(moment: Moment, breaking: Entry) -> datetime:
    return breaking.at + timedelta(hours=moment.policy.break_glass_review_hours)


def settled(moment: Moment) -> bool:
    """Whether a second person has looked at every breaking."""
    return all(_looked_at(moment, each) for each in moment.pathway.every(BreakGlass))


def tasks(moment: Moment) -> Iterator[Task]:
    """The second look at each breaking, for the other of the two specialties; the medical director is told."""
    for entry in moment.pathway.every(BreakGlass):
        surgeon = entry.by.role == Role.VASCULAR_SURGEON
        role = Role.INTERVENTIONAL_RADIOLOGIST if surgeon else Role.VASCULAR_SURGEON
        state = TaskState.DONE if _looked_at(moment, entry) else TaskState.OPEN
        director = (Role.MEDICAL_DIRECTOR,)
        due, key = _due(moment, entry), str(entry.seq)
        yield Task("break_glass_review", role, entry.at, due, key=key, state=state, escalated_to=director)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-EMG: a second person within hours of each breaking, weekends included."""
    for entry in moment.pathway.every(BreakGlass):
        due, met = _due(moment, entry), _looked_at(moment, entry) is not None
        director = (Role.MEDICAL_DIRECTOR,)
        yield Timer("T-EMG", "break_glass_review", "broken_at", entry.at, due, civil(due), director, met=met)
