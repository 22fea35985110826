"""The end of a procedure (R-PRO-1, R-PRO-3, R-CON-5, R-AE-7; IPG651 2.4, 2.5, 3.3)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Answer, LysisMode, Status
from shared.pathway.procedure import Event, Lysis, procedure_id, under_way
from shared.pathway.quantity import Dose
from tests.forms.consent import withdrawal
from tests.forms.filled import london
from tests.forms.procedure import end, sign_out
from tests.patients import Case, consented, ended, offered, on_the_day, started, told


def kinds(case: Case) -> set[str]:
    return {each.kind for each in decide.tasks(case.moment) if each.state == "open"}


def at_the_end() -> Case:
    return started().when("2026-03-09T11:00")


def lysis(mode: LysisMode) -> Lysis:
    return Lysis(drug="alteplase", dose=Dose(value=10, unit="mg"), mode=mode)


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
        ({"lysis": lysis(LysisMode.NONE)}, ("R-PRO-3", "lysis.mode", "2.4")),
    ],
)
def test_an_end_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert at_the_end().refused(end(**changes)) == {refused}


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "abandoned", "abandoned_reason": "The patient asked to stop"},
        {"no_event": False, "events": frozenset({Event.BLEEDING})},
        {"lysis": lysis(LysisMode.DURING)},
        {"ended_at": london("2026-03-09T09:30")},
    ],
)
def test_what_is_answered_in_full_stands(changes: dict[str, Any]) -> None:
    assert at_the_end().refused(end(**changes)) == set()


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
