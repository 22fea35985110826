"""What a pathway amounts to at a moment: statuses and steps of A1 in order, timers once each, time never back."""

from datetime import timedelta

import pytest

from shared.contracts.steps import Step
from shared.pathway import decide
from shared.pathway.choices import Status
from shared.pathway.clock_marks import TimerFired
from shared.pathway.people import PATENCY
from shared.pathway.stages import KINDS
from tests.forms.consent import withdrawal
from tests.forms.filled import london
from tests.forms.follow_up import closure
from tests.forms.procedure import start
from tests.forms.referral import referral
from tests.patients import (
    Case,
    arrived,
    classified,
    consented,
    discharged,
    ended,
    iliofemoral_left,
    offered,
    on_the_day,
    registered,
    reviewed,
    seen_at_clinic,
    started,
    told,
)

A1: list[tuple[Case, Status, Step]] = [
    (iliofemoral_left(), Status.REFERRED, Step.REFERRAL),
    (classified(), Status.MDT_PENDING, Step.MDT_REVIEW),
    (reviewed(), Status.MDT_PENDING, Step.MDT_REVIEW),
    (offered(), Status.PREPARING, Step.GOVERNANCE_NOTIFICATION),
    (told(), Status.PREPARING, Step.CONSENT),
    (consented(), Status.READY, Step.PROCEDURE),
    (started(), Status.IN_PROCEDURE, Step.PROCEDURE),
    (ended(), Status.POST_PROCEDURE, Step.REGISTRY_ENTRY),
    (registered(), Status.POST_PROCEDURE, Step.ANTICOAGULATION_FOLLOW_UP),
    (discharged(), Status.DISCHARGED, Step.ANTICOAGULATION_FOLLOW_UP),
    (discharged().when("2026-05-19T00:00"), Status.ANTICOAG_FOLLOWUP, Step.ANTICOAGULATION_FOLLOW_UP),
    (seen_at_clinic(), Status.LONG_TERM_FOLLOWUP, Step.LONG_TERM_OUTCOMES),
    (seen_at_clinic().writes(closure()), Status.CLOSED, Step.LONG_TERM_OUTCOMES),
]


@pytest.mark.parametrize(("case", "status", "step"), A1, ids=[f"{n}-{each[1]}" for n, each in enumerate(A1)])
def test_a1_goes_through_every_status_and_step_in_order(case: Case, status: Status, step: Step) -> None:
    assert decide.status(case.moment) == status
    assert decide.step(case.moment) == step


def test_a1_never_goes_back_a_step() -> None:
    order = list(Step)
    places = [order.index(decide.step(case.moment)) for case, _status, _step in A1]
    assert places == sorted(places)


def test_every_step_but_the_long_term_of_a_reviewed_patient_is_settled() -> None:
    assert decide.settled(seen_at_clinic().moment) == set(Step) - {Step.LONG_TERM_OUTCOMES}


def test_a_pathway_begins_with_its_referral() -> None:
    assert arrived().refused(start()) == {("R-REF-1", "", "2.1")}
    assert arrived().refused(withdrawal()) == {("R-REF-1", "", "2.1")}


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"referral"}))
def test_every_kind_of_record_is_filed_under_its_own_name(name: str) -> None:
    assert KINDS[name].record.kind == name
    assert KINDS[name].roles


def test_an_entry_takes_the_next_number_the_time_and_the_facts() -> None:
    case = iliofemoral_left().when("2026-03-03T10:00")
    entry = decide.next_entry(case.moment, withdrawal(), PATENCY)
    assert (entry.seq, entry.at, entry.facts) == (2, london("2026-03-03T10:00"), case.facts)


def test_an_entry_is_never_older_than_the_one_before_it() -> None:
    case = classified()
    behind = Case(case.now - timedelta(hours=1), pathway=case.pathway)
    assert decide.entry_at(behind.moment, withdrawal()) == case.now


def test_a_timer_is_stamped_with_its_own_due_time_however_late_it_is_noticed() -> None:
    case = iliofemoral_left().until("2026-03-20T09:00")
    fired = [(entry.record.rung, entry.at) for entry in case.pathway.entries if isinstance(entry.record, TimerFired)]
    assert fired == [
        ("triage", london("2026-03-04T17:00")),
        ("amber", london("2026-03-09T00:00")),
        ("red", london("2026-03-12T00:00")),
        ("past_window", london("2026-03-17T00:00")),
    ]


def test_timers_fall_due_in_the_order_of_their_times() -> None:
    times = [each.due_at for each in decide.due(told().when("2026-04-01T09:00").moment)]
    assert times == sorted(times)
    assert len(times) > 3


def test_a_timer_is_not_due_a_microsecond_early() -> None:
    moment_before = iliofemoral_left().when(london("2026-03-04T17:00") - timedelta(microseconds=1))
    assert decide.due(moment_before.moment) == ()
    assert len(decide.due(iliofemoral_left().when("2026-03-04T17:00").moment)) == 1


def test_a_fired_timer_is_shown_with_the_time_it_fired_and_does_not_fire_again() -> None:
    case = iliofemoral_left().until("2026-03-09T00:00")
    amber = next(view for view in decide.timers(case.moment) if view.timer.rung == "amber")
    assert (amber.state, amber.fired_at) == ("fired", london("2026-03-09T00:00"))
    assert decide.due(case.moment) == ()


def test_the_next_due_time_is_that_of_the_next_waiting_timer() -> None:
    assert decide.next_due_at(iliofemoral_left().moment) == london("2026-03-04T17:00")
    assert decide.next_due_at(iliofemoral_left().until("2026-03-09T00:00").moment) == london("2026-03-12T00:00")


def test_nothing_waits_for_a_pathway_that_has_not_begun() -> None:
    assert decide.next_due_at(arrived().moment) is None
    assert decide.tasks(arrived().moment) == ()
    assert decide.owed(arrived().moment) == ()


def test_the_same_refusal_is_said_once() -> None:
    twice = on_the_day().refusals(referral())
    assert len(twice) == len(set(twice))
