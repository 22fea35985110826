"""The end of a procedure (R-PRO-1, R-PRO-3, R-CON-5, R-AE-7; IPG651 2.4, 2.5, 3.3)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.anatomy import Segment
from shared.pathway.choices import Answer, LysisMode, Status
from shared.pathway.consent import LineStatus
from shared.pathway.procedure import Event, Stent, procedure_id, under_way
from shared.pathway.procedure_parts import StopAndCall
from shared.pathway.quantity import Length
from tests.forms import procedure as procedure_form
from tests.forms.consent import lines, withdrawal
from tests.forms.filled import filled, london
from tests.forms.procedure import end, lysis, sign_out, used
from tests.forms.referral import FEMOROPOPLITEAL
from tests.forms.the_day import bleeding_risk, breaking
from tests.patients import (
    RADIOLOGIST,
    Case,
    classified,
    consented,
    ended,
    offered,
    on_the_day,
    reviewed,
    signed,
    started,
    told,
)


def kinds(case: Case) -> set[str]:
    return {each.kind for each in decide.tasks(case.moment) if each.state == "open"}


def at_the_end(case: Case | None = None) -> Case:
    return started(case).when("2026-03-09T11:00")


def cleared() -> Case:
    """Nothing forbids a thrombolytic drug."""
    case = signed(reviewed(classified().writes(bleeding_risk())))
    return at_the_end(consented(told(case)))


def stent(**changes: Any) -> Stent:
    given = {
        "vein": Segment.COMMON_ILIAC,
        "reason": "Compression by the artery",
        "diameter": Length(value=14, unit="mm"),
        "length": Length(value=80, unit="mm"),
    }
    return filled(Stent, given, changes)


def called(**changes: Any) -> StopAndCall:
    given = {
        "called_at": london("2026-03-09T10:00"),
        "spoke_to": "vs-1",
        "decision": "went_on_otherwise",
        "reason": "The clot had moved down since the scan",
    }
    return filled(StopAndCall, given, changes)


def test_a_complete_end_stands() -> None:
    assert at_the_end().refused(end()) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"ended_at": london("2026-03-09T11:01")}, ("R-PRO-1", "ended_at", "2.5")),
        ({"ended_at": london("2026-03-09T09:29")}, ("R-PRO-1", "ended_at", "2.5")),
        ({"outcome": "abandoned"}, ("R-CON-5", "abandoned_reason", "1.3")),
        ({"no_event": False}, ("R-AE-7", "events", "3.3")),
        ({"events": frozenset({Event.BLEEDING})}, ("R-AE-7", "events", "3.3")),
        ({"devices_used": (used(run_time_s=None),)}, ("R-PRO-5", "devices_used.0.run_time_s", "3.3")),
        ({"devices_used": (used(saline=None),)}, ("R-PRO-5", "devices_used.0.saline", "3.3")),
        ({"stent": stent(diameter=None)}, ("R-PRO-1", "stent.diameter", "2.7")),
        ({"stent": stent(length=None)}, ("R-PRO-1", "stent.length", "2.7")),
        ({"irmer_justification": None}, ("R-PRO-1", "irmer_justification", "3.3")),
        ({"aspirated_blood": None}, ("R-PRO-1", "aspirated_blood", "3.3")),
        ({"completion_flow": None}, ("R-PRO-1", "completion_flow", "3.3")),
        ({"residual_stenosis_percent": None}, ("R-PRO-1", "residual_stenosis_percent", "3.3")),
        ({"sign_out": sign_out(specimen="not_labelled")}, ("R-PRO-1", "sign_out.specimen", "3.3")),
        ({"sign_out": sign_out(filter_present=Answer.YES)}, ("R-FIL-1", "filter", "2.5")),
        ({"pre_run_extent": FEMOROPOPLITEAL}, ("R-PRO-2", "stop_and_call", "1.1")),
    ],
)
def test_an_end_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert at_the_end().refused(end(**changes)) == {refused}


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "abandoned", "abandoned_reason": "The patient asked to stop"},
        {"no_event": False, "events": frozenset({Event.BLEEDING})},
        {"stent": stent()},
        {"pre_run_extent": FEMOROPOPLITEAL, "stop_and_call": called()},
        {"outcome": "abandoned", "abandoned_reason": "The wire did not pass", "aspirated_blood": None},
        {"ended_at": london("2026-03-09T09:30")},
    ],
)
def test_what_is_answered_in_full_stands(changes: dict[str, Any]) -> None:
    assert at_the_end().refused(end(**changes)) == set()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mode": LysisMode.NONE}, "lysis.mode"),
        ({"route": None}, "lysis.route"),
        ({"started_at": None}, "lysis.started_at"),
        ({"started_at": london("2026-03-09T09:29")}, "lysis.started_at"),
        ({"stopped_at": london("2026-03-09T09:59")}, "lysis.stopped_at"),
    ],
)
def test_an_incomplete_account_of_a_thrombolytic_drug_is_refused(changes: dict[str, Any], field: str) -> None:
    assert cleared().refused(end(lysis=lysis())) == set()
    assert cleared().refused(end(lysis=lysis(**changes))) == {("R-PRO-3", field, "2.4")}


def test_a_contraindicated_drug_cannot_be_recorded_as_given() -> None:
    assert at_the_end().refused(end(lysis=lysis())) == {("R-PRO-3", "lysis", "2.4")}


def test_more_than_the_patient_agreed_to_needs_the_reason_of_a_rescue() -> None:
    only_clot = lines(angioplasty_stent=LineStatus.REFUSED)
    case = at_the_end(consented(lines=only_clot))
    assert case.refused(end(stent=stent())) == {("R-CON-4", "stent", "1.2")}
    assert case.refused(end(stent=stent(), rescue_reason="The vein closed and the leg went blue")) == set()


def test_whoever_began_in_an_emergency_need_not_stop_and_call_even_when_it_is_written_up_the_next_day() -> None:
    broken = on_the_day().writes(breaking("G12"), RADIOLOGIST).writes(procedure_form.start())
    case = broken.when("2026-03-10T11:00")
    assert case.refused(end(pre_run_extent=FEMOROPOPLITEAL)) == set()


def test_a_call_from_before_the_procedure_is_no_stop_and_call() -> None:
    early = end(pre_run_extent=FEMOROPOPLITEAL, stop_and_call=called(called_at=london("2026-03-09T09:00")))
    assert at_the_end().refused(early) == {("R-PRO-2", "stop_and_call.called_at", "1.1")}


@pytest.mark.parametrize(
    "question", ["devices_accounted_for", "filter_present", "anticoagulation_ordered", "observations_planned"]
)
@pytest.mark.parametrize("answer", [Answer.UNKNOWN, Answer.NOT_ASSESSED])
def test_an_unanswered_sign_out_is_refused(question: str, answer: Answer) -> None:
    silent = end(sign_out=sign_out(**{question: answer}))
    assert at_the_end().refused(silent) == {("R-PRO-1", f"sign_out.{question}", "3.3")}


def test_an_end_without_a_start_is_refused() -> None:
    assert on_the_day().refused(end()) == {("R-PRO-1", "", "2.5")}


def test_a_second_end_is_refused() -> None:
    assert ended().refused(end()) == {("R-PRO-1", "", "2.5")}


def test_the_end_of_a_procedure_whose_consent_was_withdrawn_meanwhile_can_be_written_down() -> None:
    case = started().writes(withdrawal()).when("2026-03-09T11:00")
    assert case.refused(end(outcome="abandoned", abandoned_reason="The patient withdrew")) == set()


def test_an_abandoned_procedure_owes_its_registry_entry() -> None:
    case = ended(outcome="abandoned", abandoned_reason="The wire did not pass")
    assert [each.key for each in decide.owed(case.moment)] == ["p-1.1.v1"]


def test_the_start_is_asked_for_once_offer_notice_and_consent_are_there() -> None:
    assert "procedure_start" not in kinds(told())
    assert "procedure_start" not in kinds(consented(offered()))
    assert "procedure_start" in kinds(consented())


def test_a_patient_in_the_room_owes_the_end_of_the_procedure() -> None:
    assert decide.status(started().moment) == Status.IN_PROCEDURE
    assert under_way(started().pathway)
    assert "procedure_end" in kinds(started())


def test_a_finished_procedure_owes_a_discharge() -> None:
    assert decide.status(ended().moment) == Status.POST_PROCEDURE
    assert {"discharge", "registry_entry"} <= kinds(ended())


def test_procedures_are_numbered_within_their_pathway() -> None:
    assert procedure_id(started().pathway, 1) == "p-1.1"
