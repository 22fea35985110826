"""A death, a mistake, a transfer (H-05, H-11, T-XFER; clinical.md 1.1, 4)."""

from datetime import date
from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import ClosingReason
from shared.pathway.closure import Closure, ending
from shared.pathway.duties import TaskState
from shared.pathway.endings import TransferPart
from shared.pathway.governance_notice import notices
from shared.pathway.life_events import accepted_parts, died, transferred
from tests.forms.consent import consent
from tests.forms.endings import answered, death, mistake, no_death, transfer
from tests.forms.filled import london
from tests.forms.follow_up import closure
from tests.forms.procedure import end, start
from tests.patients import Case, classified, discharged, on_the_day, registered, started, told

DIED, TRANSFERRED = ClosingReason.DIED, ClosingReason.TRANSFERRED_OUT
CARE, DRUGS, FILTER = TransferPart.PATHWAY_CARE, TransferPart.ANTICOAGULATION, TransferPart.FILTER


def open_tasks(case: Case) -> set[str]:
    return {each.kind for each in decide.tasks(case.moment) if each.state == TaskState.OPEN}


def home() -> Case:
    return discharged().when("2026-03-20T10:00")


def passed_away(case: Case | None = None) -> Case:
    return (case or home()).writes(death(died_on=date(2026, 3, 6)))


def offered_away(case: Case | None = None) -> Case:
    return (case or classified()).when("2026-03-05T09:00").writes(transfer())


def test_after_a_death_nobody_is_asked_to_contact_the_patient() -> None:
    before, after = home(), passed_away()
    assert "anticoagulation_review" in {each.kind for each in decide.tasks(before.until("2026-05-20T10:00").moment)}
    later = after.until("2026-06-20T10:00")
    assert not open_tasks(later) & {"anticoagulation_review", "supply_check", "discharge", "contact_attempt"}


def test_after_a_death_no_timer_of_treatment_fires_and_those_of_the_registry_still_do() -> None:
    case = passed_away(started().when("2026-03-09T10:00").writes(end(ended_at=london("2026-03-09T10:00"))))
    pending = {view.timer.id for view in decide.timers(case.moment) if view.state == "pending"}
    assert "T-REG" in pending
    assert not pending & {"T-3M", "T-SUP", "T-CON", "T-OFFER", "T-14D", "T-LT"}


def test_after_a_death_the_registry_and_governance_are_still_owed() -> None:
    ended = started().when("2026-03-09T11:00").writes(end())
    owed = {each.key for each in decide.owed(passed_away(ended).moment)}
    assert owed == {"p-1.1.v2", "n2-first"}
    assert [each.about for each in notices(passed_away(ended).moment)][-1] == "death"


def test_nobody_starts_a_procedure_on_somebody_who_died() -> None:
    case = passed_away(on_the_day())
    assert case.refused(start()) == {("H-05", "", "D")}
    assert case.refused(consent()) == {("H-05", "", "D")}


def test_the_end_of_a_procedure_is_written_down_after_a_death_in_the_room() -> None:
    case = started().when("2026-03-09T11:00").writes(death(died_on=date(2026, 3, 9)))
    assert case.refused(end()) == set()


def test_a_death_that_was_somebody_elses_is_taken_back() -> None:
    case = passed_away().writes(no_death())
    assert died(case.moment) is None
    assert "anticoagulation_review" in {each.kind for each in decide.tasks(case.until("2026-06-02T10:00").moment)}
    assert home().refused(no_death()) == {("H-05", "what", "D")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"died_on": None}, "died_on"),
        ({"died_on": date(2026, 3, 21)}, "died_on"),
        ({"learned_at": london("2026-03-20T10:01")}, "learned_at"),
    ],
)
def test_a_death_that_cannot_be_is_refused(changes: dict[str, Any], field: str) -> None:
    assert home().refused(death(**changes)) == {("H-05", field, "D")}


def test_a_death_ends_the_pathway_for_that_reason_and_no_other() -> None:
    case = passed_away(home())
    assert ending(case.moment) == DIED
    assert ("1.1", "reason", "1.4") in case.refused(closure(ClosingReason.COMPLETED))
    assert ("1.1", "reason", "D") in home().refused(closure(DIED))


def test_the_death_of_an_untreated_patient_is_closed_without_a_review() -> None:
    case = passed_away(classified().when("2026-03-07T09:00"))
    assert "closure" in open_tasks(case)
    assert case.refused(closure(DIED)) == set()


def test_opened_in_error_needs_to_be_said_first() -> None:
    error = ClosingReason.OPENED_IN_ERROR
    assert classified().refused(closure(error)) == {("1.1", "reason", "D")}
    said = classified().writes(mistake())
    assert said.refused(closure(error)) == set()
    assert "mdt_review" not in open_tasks(said)


def test_a_treated_patients_pathway_was_not_opened_in_error() -> None:
    assert registered().refused(mistake()) == {("1.1", "", "1.3")}


def test_the_sender_keeps_every_duty_until_the_other_trust_accepts() -> None:
    case = offered_away()
    assert "mdt_review" in open_tasks(case)
    assert {each.key for each in decide.tasks(case.moment) if each.kind == "transfer_accepted"} == {CARE, DRUGS}
    assert transferred(case.moment) is None
    assert ("T-XFER", "", "D") in case.refused(closure(TRANSFERRED))


def test_each_part_is_accepted_on_its_own() -> None:
    case = offered_away().when("2026-03-05T10:00").writes(answered(CARE))
    assert accepted_parts(case.moment) == {CARE}
    assert transferred(case.moment) is None
    case = case.writes(answered(DRUGS))
    assert transferred(case.moment) is not None
    assert case.refused(closure(TRANSFERRED)) == set()
    assert "closure" in open_tasks(case)


def test_a_transfer_that_was_declined_leaves_everything_here() -> None:
    case = offered_away().when("2026-03-05T10:00").writes(answered(CARE, answer="declined"))
    assert accepted_parts(case.moment) == frozenset()
    assert case.refused(transfer()) == set()
    assert ("1.1", "reason", "D") in case.refused(closure(TRANSFERRED))


def test_a_transfer_nobody_accepts_within_a_day_is_escalated() -> None:
    case = offered_away().until("2026-03-06T09:00")
    fired = [view for view in decide.timers(case.moment) if (view.timer.id, view.state) == ("T-XFER", "fired")]
    assert [view.timer.due_at for view in fired] == [london("2026-03-06T09:00")]
    waiting = [each for each in decide.tasks(case.moment) if each.kind == "transfer_accepted"]
    assert {each.escalated_to for each in waiting} == {("governance_lead",)}


def test_an_accepted_transfer_is_no_alarm() -> None:
    case = offered_away().when("2026-03-05T10:00").writes(answered(CARE)).writes(answered(DRUGS))
    assert [view.state for view in decide.timers(case.moment) if view.timer.id == "T-XFER"] == ["met"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to_trust": "RXX"}, "to_trust"),
        ({"parts": frozenset({CARE})}, "parts"),
        ({"parts": frozenset({CARE, DRUGS, FILTER})}, "parts"),
    ],
)
def test_a_transfer_with_a_flaw_is_refused(changes: dict[str, Any], field: str) -> None:
    assert field in {each for _rule, each, _paragraph in classified().refused(transfer(**changes))}


def test_a_second_offer_waits_for_the_answer_to_the_first() -> None:
    assert ("T-XFER", "", "D") in offered_away().refused(transfer())


def test_an_answer_needs_an_offer() -> None:
    assert classified().when("2026-03-05T10:00").refused(answered()) == {("T-XFER", "part", "D")}


def test_governance_hears_when_the_care_has_moved() -> None:
    case = told().when("2026-03-06T09:00").writes(transfer())
    case = case.when("2026-03-06T11:00").writes(answered(CARE, answered_at=london("2026-03-06T10:00")))
    assert [each.about for each in notices(case.moment)] == ["mdt_offer", "moved_trust"]


def test_overtaken_needs_its_story() -> None:
    overtaken = ClosingReason.CLINICALLY_OVERTAKEN
    assert classified().refused(closure(overtaken)) == {("1.1", "note", "2.3")}
    told_why = Closure(reason=overtaken, note="Bypass by the vascular team, who follow up")
    assert classified().refused(told_why) == set()


def test_lost_to_follow_up_needs_attempts() -> None:
    assert ("1.1", "reason", "2.6") in home().refused(closure(ClosingReason.LOST_TO_FOLLOWUP))
