"""Consent and its withdrawal (R-CON-1..5, R-ELI-1; IPG651 1.2, 3.7)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.choices import Answer, ClosingReason, Mechanism, Status
from shared.pathway.closure import ending
from shared.pathway.consent import ConsentLine, InformationItem, Interpreter, LineStatus, NiceInformation
from shared.pathway.consent_refusals import little_time_to_consider
from shared.pathway.consent_rules import confirmed_today, line_status, standing, withdrawn
from shared.pathway.governance_notice import notices
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import Role, Signature
from shared.pathway.stages import KINDS
from tests.forms.consent import confirmation, consent, enrolment, leaflet, lines, withdrawal
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.mdt_review import mdt_review, offer
from tests.forms.referral import new_imaging
from tests.patients import (
    OPEN_STUDY,
    Case,
    classified,
    consented,
    femoropopliteal_right,
    iliofemoral_left,
    on_the_day,
    reviewed,
    signed,
    told,
)

FRIDAY = "2026-03-06T10:00"
REFUSED = lines(LineStatus.REFUSED)


def asked(case: Case | None = None) -> Case:
    return (case or told()).when(FRIDAY)


def research_offer() -> Case:
    woman = classified(femoropopliteal_right(studies=OPEN_STUDY))
    return signed(reviewed(woman, mdt_review(offer(RIGHT, outcome=Outcome.OFFER_IN_RESEARCH))))


def test_a_complete_consent_stands() -> None:
    assert asked().refused(consent()) == set()
    assert standing(consented().moment) is not None


@pytest.mark.parametrize("item", list(InformationItem))
def test_every_item_of_information_is_discussed_or_a_reason_given(item: InformationItem) -> None:
    silent = frozenset(InformationItem) - {item}
    assert asked().refused(consent(discussed=silent)) == {("R-CON-1", "discussed", "1.2")}
    explained = consent(discussed=silent, not_discussed_because={item: "Not part of this plan"})
    assert asked().refused(explained) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"signed_at": london("2026-03-06T10:01")}, ("R-CON-1", "signed_at", "1.2")),
        ({"written_information": None}, ("R-CON-1", "written_information", "1.2")),
        (
            {"written_information": leaflet(given_at=london("2026-03-06T10:00:01"))},
            ("R-CON-1", "written_information.given_at", "1.2"),
        ),
        ({"written_information": leaflet(version="2")}, ("R-CON-1", "written_information.version", "1.2")),
        ({"written_information": leaflet(document_id="other")}, ("R-CON-1", "written_information.version", "1.2")),
        (
            {"nice_information": NiceInformation(given=False)},
            ("R-CON-1", "nice_information.reason_not_given", "1.2"),
        ),
        ({"capacity_doubted": Answer.YES}, ("R-CON-1", "capacity_doubted", "1.2")),
        ({"capacity_doubted": Answer.UNKNOWN}, ("R-CON-1", "capacity_doubted", "1.2")),
        ({"interpreter": Interpreter(needed=True)}, ("R-CON-2", "interpreter.interpreter_id", "1.2")),
        ({"sides": frozenset({RIGHT})}, ("R-CON-4", "sides", "3.8")),
        ({"sides": frozenset({LEFT, RIGHT})}, ("R-CON-4", "sides", "3.8")),
        ({"device_class": Mechanism.ASPIRATION}, ("R-CON-4", "device_class", "3.6")),
    ],
)
def test_a_consent_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert asked().refused(consent(**changes)) == {refused}


@pytest.mark.parametrize(
    "changes",
    [
        {"written_information": leaflet(given_at=london(FRIDAY))},
        {"nice_information": NiceInformation(given=False, reason_not_given="Printer broken")},
        {"interpreter": Interpreter(needed=True, interpreter_id="int-7")},
        {"interpreter": Interpreter(needed=True, reason_without="Nurse speaks Polish")},
        {"lines": lines(thrombolysis=LineStatus.REFUSED, registry_identifiable_data=LineStatus.REFUSED)},
    ],
)
def test_what_is_answered_or_reasoned_does_not_hold_up_consent(changes: dict[str, Any]) -> None:
    assert asked().refused(consent(**changes)) == set()


def test_an_interpreter_named_at_referral_is_needed_whatever_the_consent_form_says() -> None:
    needed = {"language": "Polish", "interpreter_needed": True}
    deaf = iliofemoral_left(communication_needs=needed)
    case = asked(told(signed(reviewed(classified(deaf)))))
    assert case.refused(consent()) == {("R-CON-2", "interpreter.interpreter_id", "1.2")}


def test_consent_without_an_offer_is_refused() -> None:
    assert asked(classified()).refused(consent()) == {("G4", "", "3.8")}


def test_consent_to_a_lapsed_offer_is_refused() -> None:
    assert asked(told()).when("2026-03-12T14:00").refused(consent()) == {("G4", "", "3.8")}


def test_consent_signed_before_the_mdt_met_is_refused() -> None:
    early = {
        "signed_at": london("2026-03-05T13:59"),
        "written_information": leaflet(given_at=london("2026-03-05T13:00")),
    }
    assert asked().refused(consent(**early)) == {("R-CON-4", "signed_at", "1.2")}


def test_saying_no_needs_no_precondition() -> None:
    assert asked(classified()).refused(consent(lines=REFUSED, discussed=frozenset())) == set()


def test_a_refusal_is_an_answer_that_ends_the_way_to_the_procedure() -> None:
    case = consented(lines=REFUSED)
    assert standing(case.moment) is None
    assert ending(case.moment) == ClosingReason.PATIENT_DECLINED


def test_research_needs_its_own_line() -> None:
    case = asked(research_offer())
    assert case.refused(consent(sides=frozenset({RIGHT}))) == {("R-ELI-1", "lines", "1.1")}
    agreed = lines(research_participation=LineStatus.GIVEN)
    assert case.refused(consent(sides=frozenset({RIGHT}), lines=agreed)) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, set()),
        ({"study_id": "study-9"}, {("R-ELI-1", "study_id", "1.1")}),
        ({"ethics_reference": "26/XX/0002"}, {("R-ELI-1", "ethics_reference", "1.1")}),
        ({"screened_eligible": Answer.UNKNOWN}, {("R-ELI-1", "screened_eligible", "1.1")}),
        ({"screened_eligible": Answer.NO}, {("R-ELI-1", "screened_eligible", "1.1")}),
    ],
)
def test_enrolment_is_in_an_open_study_by_a_screened_patient(
    changes: dict[str, Any], refused: set[tuple[str, str, str]]
) -> None:
    assert research_offer().refused(enrolment(**changes)) == refused


def test_enrolment_in_a_study_that_closed_is_refused() -> None:
    closed = {"study-1": OPEN_STUDY["study-1"].model_copy(update={"open_on_site": False})}
    assert research_offer().where(studies=closed).refused(enrolment()) == {("R-ELI-1", "study_id", "1.1")}


@pytest.mark.parametrize("role", sorted(KINDS["consent_withdrawn"].roles))
def test_a_withdrawal_told_to_anyone_stands(role: Role) -> None:
    assert consented().refused(withdrawal(), Signature("anyone", role)) == set()


def test_a_withdrawal_stands_before_there_is_any_consent() -> None:
    assert classified().refused(withdrawal()) == set()


def test_a_withdrawal_takes_effect_at_once_and_tells_the_team_to_stop() -> None:
    case = on_the_day().writes(withdrawal())
    assert withdrawn(case.moment)
    assert standing(case.moment) is None
    assert decide.status(case.moment) != Status.READY
    stop = next(each for each in decide.tasks(case.moment) if each.kind == "stop_procedure")
    assert (stop.role, stop.due_at) == (Role.PROCEDURALIST, case.now)


def test_a_withdrawal_leaves_the_first_notice_and_the_14_days_as_they_are_and_is_told_as_well() -> None:
    before, after = told(), told().writes(withdrawal())
    assert [each.about for each in notices(after.moment)] == ["mdt_offer", "consent_withdrawn"]
    assert notices(after.moment)[0] == notices(before.moment)[0]
    kept = {view.timer.key for view in decide.timers(after.moment)}
    assert {view.timer.key for view in decide.timers(before.moment)} <= kept


def test_a_form_signed_before_the_withdrawal_does_not_bring_consent_back() -> None:
    case = on_the_day().writes(withdrawal()).when("2026-03-09T11:00")
    assert case.refused(consent()) == {("R-CON-5", "signed_at", "1.2")}


def test_a_patient_may_change_their_mind_again() -> None:
    case = on_the_day().writes(withdrawal()).when("2026-03-09T11:00")
    case = case.writes(consent(signed_at=london("2026-03-09T10:30")))
    assert not withdrawn(case.moment)
    assert standing(case.moment) is not None


@pytest.mark.parametrize(("wall", "stands"), [("2026-03-20T09:59", True), ("2026-03-20T10:00", False)])
def test_consent_stands_for_fourteen_days(wall: str, stands: bool) -> None:
    assert (standing(consented().when(wall).moment) is not None) == stands


def test_new_imaging_asks_for_consent_again() -> None:
    assert standing(consented().when("2026-03-07T09:00").writes(new_imaging()).moment) is None


def test_a_new_offer_asks_for_consent_again() -> None:
    again = signed(reviewed(consented().when("2026-03-06T12:00")))
    assert standing(again.moment) is None


RESEARCH = ConsentLine.RESEARCH_PARTICIPATION


def test_a_patient_may_withdraw_from_research_alone() -> None:
    case = consented(lines=lines(research_participation=LineStatus.GIVEN))
    case = case.writes(withdrawal(lines=frozenset({RESEARCH})))
    found = standing(case.moment)
    assert found is not None
    assert found.lines[RESEARCH] == line_status(case.moment, RESEARCH) == LineStatus.WITHDRAWN
    assert not withdrawn(case.moment)
    assert [each.about for each in notices(case.moment)] == ["mdt_offer", "research_withdrawal"]


def test_withdrawing_from_everything_withdraws_every_line() -> None:
    case = consented().writes(withdrawal())
    assert line_status(case.moment, ConsentLine.IVC_FILTER) == LineStatus.WITHDRAWN
    assert line_status(case.moment, ConsentLine.IMAGE_TEACHING_USE) == LineStatus.NOT_ASKED


def test_a_withdrawal_with_capacity_in_doubt_counts_at_once_and_is_assessed_afterwards() -> None:
    case = on_the_day(consented()).writes(withdrawal(capacity_doubted=Answer.YES))
    assert withdrawn(case.moment)
    assert [each.kind for each in decide.tasks(case.moment) if each.kind == "capacity_changed"] == ["capacity_changed"]


def at_breakfast(case: Case | None = None) -> Case:
    return (case or consented()).when("2026-03-09T09:00")


def test_consent_is_confirmed_on_the_day_for_that_day_and_that_leg() -> None:
    case = at_breakfast().writes(confirmation())
    assert confirmed_today(case.moment, LEFT)
    assert not confirmed_today(case.moment, RIGHT)
    assert not confirmed_today(case.when("2026-03-10T00:00").moment, LEFT)
    assert not confirmed_today(at_breakfast().moment, LEFT)


def test_a_withdrawal_after_the_confirmation_counts() -> None:
    case = at_breakfast().writes(confirmation()).writes(withdrawal())
    assert not confirmed_today(case.moment, LEFT)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"side": RIGHT}, ("R-CON-3", "side", "D")),
        ({"confirmed_at": london("2026-03-09T09:01")}, ("R-CON-3", "confirmed_at", "1.2")),
        ({"confirmed_at": london("2026-03-08T20:00")}, ("R-CON-3", "confirmed_at", "1.2")),
        ({"still_agrees": Answer.NO}, ("R-CON-5", "still_agrees", "1.2")),
        ({"still_agrees": Answer.UNKNOWN}, ("R-CON-3", "still_agrees", "1.2")),
    ],
)
def test_a_confirmation_with_a_flaw_is_refused(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert at_breakfast().refused(confirmation(**changes)) == {refused}


def test_without_consent_there_is_nothing_to_confirm() -> None:
    assert at_breakfast(told()).refused(confirmation()) == {("R-CON-3", "", "1.2")}


@pytest.mark.parametrize(("given", "little"), [("2026-03-05T10:00", False), ("2026-03-05T10:01", True)])
def test_less_than_a_day_to_consider_is_flagged_and_blocks_nothing(given: str, little: bool) -> None:
    case = consented(written_information=leaflet(given_at=london(given)))
    entry = case.pathway.entries[-1]
    assert standing(case.moment) is not None
    assert little_time_to_consider(case.moment, entry) is little
