"""Who owes what about consent, and by when (IPG651 1.2): the talk, asking again on the day, stopping at once."""

from collections.abc import Iterator

from shared.pathway.choices import Answer
from shared.pathway.civil_time import add_days, civil
from shared.pathway.consent import Consent, ConsentLine, ConsentWithdrawn
from shared.pathway.consent_refusals import emergency
from shared.pathway.consent_rules import (
    confirmed_today,
    declined,
    refused,
    settled,
    standing,
    withdrawals,
    withdrawn,
)
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.news import CapacityChanged
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, started
from shared.pathway.question import Moment
from shared.pathway.record import Entry


def tasks(moment: Moment) -> Iterator[Task]:
    """Talking with the patient, while an offer stands; due before the offer lapses. A withdrawal: tell the team."""
    offer = standing_offer(moment)
    if offer is not None and not declined(moment):
        state = TaskState.DONE if settled(moment) else TaskState.OPEN
        yield Task("consent", Role.CONSENT_TAKER, offer.decided_at, offer.lapses_at, state=state)
    yield from _asking_again(moment)
    if withdrawn(moment):
        yield _stopping(moment, withdrawals(moment)[-1])
    yield from _capacity(moment)


def _asking_again(moment: Moment) -> Iterator[Task]:
    """R-CON-3: on the day, in the room. An emergency's consent is never old enough to be asked again."""
    taken, entry = standing(moment), moment.pathway.latest(Consent)
    begun = started(moment.pathway)
    if taken is None or entry is None or emergency(moment) or (begun and begun[-1].seq > entry.seq):
        return
    for side in sorted(taken.sides):
        state = TaskState.DONE if confirmed_today(moment, side) else TaskState.OPEN
        why = "On the day, before the procedure starts"
        yield Task("consent_confirmed", Role.PROCEDURALIST, entry.at, None, key=side.value, state=state, why=why)


def _stopping(moment: Moment, said: Entry) -> Task:
    stopped = moment.pathway.latest(ProcedureEnd)
    state = TaskState.DONE if stopped is not None and stopped.seq > said.seq else TaskState.OPEN
    words = "Consent was withdrawn: stop, cancel the slot"
    return Task("stop_procedure", Role.PROCEDURALIST, said.at, said.at, key=str(said.seq), state=state, why=words)


def _capacity(moment: Moment) -> Iterator[Task]:
    """A withdrawal with capacity in doubt counts at once; somebody assesses afterwards (R-CON-5)."""
    said = moment.pathway.latest(ConsentWithdrawn)
    if said is None or not isinstance(said.record, ConsentWithdrawn) or said.record.capacity_doubted == Answer.NO:
        return
    assessed = [moment.pathway.latest(kind) for kind in (CapacityChanged, Consent)]
    done = any(entry is not None and entry.seq > said.seq for entry in assessed)
    state = TaskState.DONE if done else TaskState.OPEN
    words = "The patient withdrew, and may not be able to decide: assess capacity"
    yield Task("capacity_changed", Role.CONSENT_TAKER, said.at, said.at, key=str(said.seq), state=state, why=words)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-CON: a consent older than its days is taken again."""
    entry = moment.pathway.latest(Consent)
    if entry is None or not isinstance(entry.record, Consent):
        return
    signed = entry.record.signed_at
    due = add_days(signed, moment.policy.consent_valid_days)
    over = bool(started(moment.pathway)) or withdrawn(moment) or refused(moment)
    yield Timer("T-CON", "re_consent", "signed_at", signed, due, civil(due), (Role.CONSENT_TAKER,), met=over)


def research_withdrawals(moment: Moment) -> tuple[Entry, ...]:
    """Each withdrawal from research alone: governance has to hear of it (R-GOV-5; IPG651 1.1)."""
    whole = {entry.seq for entry in withdrawals(moment)}
    given = withdrawals(moment, ConsentLine.RESEARCH_PARTICIPATION)
    return tuple(entry for entry in given if entry.seq not in whole)
