"""The booked place in the room, and what cancels it (R-CON-5, R-MDT-5, A4; IPG651 3.9)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.slot import SlotBooked
from shared.pathway.slot_rules import slot
from tests.forms.consent import consent, withdrawal
from tests.forms.filled import LEFT, RIGHT, filled, london
from tests.forms.procedure import start
from tests.forms.referral import new_imaging
from tests.patients import Case, classified, consented, limb_under_threat, on_the_day, told


def booking(**changes: Any) -> SlotBooked:
    given = {"side": LEFT, "planned_at": london("2026-03-09T11:00"), "room": "IR 2"}
    return filled(SlotBooked, given, changes)


def booked() -> Case:
    return consented().writes(booking())


def state(case: Case) -> str:
    found = slot(case.moment, LEFT)
    return found.state if found else "none"


def test_a_leg_with_an_offer_is_booked() -> None:
    assert state(consented()) == "none"
    assert state(booked()) == "booked"


def test_the_start_is_due_when_it_is_booked() -> None:
    (task,) = (each for each in decide.tasks(booked().moment) if each.kind == "procedure_start")
    assert task.due_at == london("2026-03-09T11:00")


def test_a_later_booking_moves_it() -> None:
    case = booked().writes(booking(planned_at=london("2026-03-10T08:00")))
    found = slot(case.moment, LEFT)
    assert found is not None
    assert found.booked.planned_at == london("2026-03-10T08:00")


def test_a_withdrawal_cancels_the_place_at_once_and_calls_the_team() -> None:
    case = booked().when("2026-03-09T08:20").writes(withdrawal())
    assert state(case) == "cancelled"
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "stop_procedure")
    assert task.due_at == london("2026-03-09T08:20")


def test_consenting_again_does_not_bring_the_place_back() -> None:
    case = booked().when("2026-03-09T08:20").writes(withdrawal()).when("2026-03-09T09:00")
    again = consented_again(case)
    assert state(again) == "cancelled"
    assert state(again.writes(booking())) == "booked"


def consented_again(case: Case) -> Case:

    return case.writes(consent(signed_at=case.now))


def test_new_imaging_cancels_the_place() -> None:
    assert state(booked().writes(new_imaging())) == "cancelled"


def test_a_start_uses_the_place() -> None:
    assert state(on_the_day(booked()).writes(start())) == "used"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"planned_at": london("2026-03-06T09:59")}, ("R-PRO-1", "planned_at", "3.9")),
        ({"planned_at": london("2026-03-12T14:00")}, ("R-MDT-5", "planned_at", "3.8")),
        ({"side": RIGHT}, ("G10", "side", "D")),
    ],
)
def test_a_booking_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert consented().refused(booking(**changes)) == {refused}


def test_without_an_offer_only_a_leg_in_danger_is_booked() -> None:
    assert classified().refused(booking()) == {("G4", "side", "3.8")}
    assert classified(limb_under_threat()).refused(booking()) == set()


def test_nothing_is_booked_for_a_patient_who_withdrew() -> None:
    assert told().writes(withdrawal()).refused(booking()) == {("R-CON-5", "", "1.2")}
