"""Blood and urine 24, 48 and 72 hours after a rheolytic run, and what looks like haemolysis in them (R-PRO-5)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Mechanism
from shared.pathway.duties import TaskState
from shared.pathway.laboratory import Bloods
from shared.pathway.people import Role
from shared.pathway.quantity import Creatinine, Haemoglobin
from tests import patients, tracks
from tests.forms import adverse_events as forms
from tests.forms import the_day
from tests.forms.filled import london
from tests.forms.procedure import used
from tests.unit.pathway.timetable import days, instants


def bloods(wall: str, **changes: Any) -> Bloods:
    return the_day.bloods(**({"collected_at": london(wall), "urine_colour": "normal"} | changes))


def drawn(case: patients.Case, wall: str, **changes: Any) -> patients.Case:
    return case.until(wall).writes(bloods(wall, **changes), patients.WARD)


def open_checks(case: patients.Case) -> set[str]:
    found = (each for each in decide.tasks(case.moment) if each.kind == "laboratory_check")
    return {each.key for each in found if each.state == TaskState.OPEN}


def suggested(case: patients.Case) -> list[str]:
    return [each.why for each in decide.tasks(case.moment) if each.kind == "adverse_event"]


def fired(case: patients.Case) -> set[str]:
    return {v.timer.rung for v in decide.timers(case.moment) if v.timer.id == "T-LABS" and v.state == "fired"}


def test_the_checks_of_a1_are_due_on_10_11_and_12_march() -> None:
    case = patients.ended()
    assert days(case, "T-LABS") == {"h24": "2026-03-10", "h48": "2026-03-11", "h72": "2026-03-12"}
    assert instants(case, "T-LABS")["h24"] == london("2026-03-10T11:00")
    assert open_checks(case) == {"1-24", "1-48", "1-72"}


def test_a_device_that_does_not_break_cells_asks_for_none() -> None:
    turned = used(mechanism=Mechanism.ASPIRATION, run_time_s=None, saline=None)
    assert days(patients.ended(devices_used=(turned,)), "T-LABS") == {}


def test_blood_of_its_time_answers_a_check_and_no_other() -> None:
    case = drawn(patients.ended(), "2026-03-10T10:00")
    assert open_checks(case) == {"1-48", "1-72"}
    assert fired(case.until("2026-03-10T12:00")) == set()


def test_a_check_nobody_made_is_told_to_ward_and_radiology() -> None:
    case = patients.ended().until("2026-03-10T12:00")
    assert fired(case) == {"h24"}
    late = next(each for each in decide.tasks(case.moment) if each.key == "1-24")
    assert (late.role, late.escalated_to) == (Role.WARD_CLINICIAN, (Role.INTERVENTIONAL_RADIOLOGIST,))


@pytest.mark.parametrize("missing", [{"hb": None}, {"creatinine": None}, {"urine_colour": "not_seen"}])
def test_half_a_check_answers_for_none(missing: dict[str, Any]) -> None:
    case = drawn(patients.ended(), "2026-03-10T10:00", **missing)
    assert open_checks(case) == {"1-24", "1-48", "1-72"}


def test_a_missed_check_is_the_next_ones_work_and_the_last_one_waits() -> None:
    case = patients.ended().until("2026-03-20T12:00")
    assert open_checks(case) == {"1-72"}
    assert fired(case) == {"h24", "h48", "h72"}
    assert open_checks(drawn(case, "2026-03-20T13:00")) == set()


def test_normal_results_suggest_nothing() -> None:
    assert suggested(drawn(patients.ended(), "2026-03-10T10:00")) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"urine_colour": "red_or_brown"}, "Red or brown urine"),
        ({"hb": Haemoglobin(value=121, unit="g/L")}, "Haemoglobin has fallen"),
        ({"creatinine": Creatinine(value=108, unit="µmol/L")}, "Creatinine has risen"),
        ({"creatinine": Creatinine(value=123, unit="µmol/L")}, "Creatinine has risen"),
    ],
)
def test_what_looks_like_haemolysis_is_suggested_to_a_clinician(changes: dict[str, Any], why: str) -> None:
    (words,) = suggested(drawn(patients.ended(), "2026-03-10T10:00", **changes))
    assert words.startswith(why)


@pytest.mark.parametrize(
    "changes", [{"hb": Haemoglobin(value=122, unit="g/L")}, {"creatinine": Creatinine(value=107, unit="µmol/L")}]
)
def test_just_short_of_the_limits_suggests_nothing(changes: dict[str, Any]) -> None:
    assert suggested(drawn(patients.ended(), "2026-03-10T10:00", **changes)) == []


def test_a_suggestion_is_answered_by_a_report_or_by_a_judgement() -> None:
    case = drawn(patients.ended(), "2026-03-10T10:00", urine_colour="red_or_brown")
    judged = case.writes(forms.none(tracks.number(case)), patients.WARD)
    (task,) = (each for each in decide.tasks(judged.moment) if each.kind == "adverse_event")
    assert task.state == TaskState.DONE
