"""News of the trust's registers, for one pathway (R-GOV-6, G3, G13; clinical.md 4)."""

from datetime import date

import pytest

from shared.pathway import decide
from shared.pathway.authorisation import authorisation_timers
from shared.pathway.duties import TaskState
from shared.pathway.people import Role, Signature
from shared.pathway.record import Record
from shared.pathway.trust_news import DeviceRecall
from shared.pathway.trust_news_rules import owner_now, permit, recalled, study_open
from tests.forms.consent import STUDY, enrolment
from tests.forms.endings import answer, departure, new_guidance, recall, study_closure, suspension
from tests.forms.filled import london
from tests.forms.procedure import RHEOLYTIC, device, start
from tests.patients import (
    FACTS,
    OPEN_STUDY,
    POLICY,
    Case,
    classified,
    consented,
    ended,
    femoropopliteal_right,
    on_the_day,
)

LEAD = Signature("gov-1", Role.GOVERNANCE_LEAD)
SAFETY = Signature("dso-1", Role.DEVICE_SAFETY_OFFICER)
COORDINATOR = Signature("coord-1", Role.MDT_COORDINATOR)


def asked(case: Case, state: TaskState = TaskState.OPEN) -> set[tuple[str, Role]]:
    work = {"recall_review", "guidance_review", "new_owner"}
    return {(each.kind, each.role) for each in decide.tasks(case.moment) if each.kind in work and each.state == state}


@pytest.mark.parametrize(
    ("record", "model", "operator", "status"),
    [
        (suspension(), True, True, "suspended"),
        (suspension(scope="device", subject="Riptide"), False, True, "active"),
        (suspension(scope="operator", subject="ir-1"), True, False, "active"),
    ],
)
def test_what_is_suspended_is_not_authorised(record: Record, model: bool, operator: bool, status: str) -> None:
    found = permit(consented().writes(record, LEAD).moment)
    assert found is not None
    assert ("Riptide" in found.device_models, "ir-1" in found.operators, found.status) == (model, operator, status)


def test_a_suspension_that_was_lifted_suspends_nothing() -> None:
    case = consented().writes(suspension(), LEAD).where(suspensions_lifted=frozenset({"SUS-1"}))
    assert permit(case.moment) == FACTS.authorisation


def test_a_suspended_device_is_named() -> None:
    assert consented().refused(suspension(scope="device"), LEAD) == {("R-GOV-6", "subject", "YR3")}


def test_a_study_that_closed_is_not_open_whatever_the_register_still_says() -> None:
    case = classified(femoropopliteal_right(studies=OPEN_STUDY))
    assert study_open(case.moment, STUDY)
    closed = case.writes(study_closure(), LEAD)
    assert not study_open(closed.moment, STUDY)
    assert study_open(closed.writes(enrolment()).moment, STUDY)


@pytest.mark.parametrize(
    ("record", "lot", "found"),
    [
        (recall(), "L-1", True),
        (recall(lots=("L-1", "L-2")), "L-1", True),
        (recall(lots=("L-2",)), "L-1", False),
        (recall(udi_di="05000000000099"), "L-1", False),
    ],
)
def test_a_recall_is_of_its_lots(record: DeviceRecall, lot: str, found: bool) -> None:
    assert recalled(consented().writes(record, SAFETY).moment, RHEOLYTIC, lot) is found


def test_the_register_knows_recalled_lots() -> None:
    device = FACTS.devices[RHEOLYTIC].model_copy(update={"recalled_lots": frozenset({"L-9"})})
    case = consented().where(devices={RHEOLYTIC: device})
    assert recalled(case.moment, RHEOLYTIC, "L-9")
    assert not recalled(case.moment, RHEOLYTIC, "L-8")


def test_a_recall_asks_the_device_safety_officer_only_where_the_device_was_used() -> None:
    assert asked(consented().writes(recall(), SAFETY)) == set()
    used = ended().writes(recall(), SAFETY)
    assert asked(used) == {("recall_review", Role.DEVICE_SAFETY_OFFICER)}
    assert asked(used.writes(answer(used.pathway.version), SAFETY)) == set()


def test_new_guidance_asks_the_clinical_owner() -> None:
    assert asked(classified().writes(new_guidance(), LEAD)) == {("guidance_review", Role.CLINICAL_OWNER)}


def test_whoever_left_is_followed_by_a_new_owner() -> None:
    case = classified().writes(departure(), LEAD)
    assert asked(case) == {("new_owner", Role.MDT_COORDINATOR)}
    seq = case.pathway.version
    assert case.refused(answer(seq), COORDINATOR) == {("H-17", "new_owner", "YR3")}
    assert case.refused(answer(seq, new_owner="stranger-1"), COORDINATOR) == {("H-17", "new_owner", "YR3")}
    taken = case.writes(answer(seq, new_owner="vs-1"), COORDINATOR)
    assert owner_now(taken.moment, "ir-1") == "vs-1"
    assert owner_now(taken.moment, "hae-1") == "hae-1"
    assert asked(taken) == set()


def test_only_news_is_answered_and_by_whom_it_asks() -> None:
    case = classified().writes(new_guidance(), LEAD)
    assert case.refused(answer(1), LEAD) == {("H-17", "news", "YR3")}
    assert case.refused(answer(99), LEAD) == {("H-17", "news", "YR3")}
    assert case.refused(answer(case.pathway.version), SAFETY) == {("H-17", "news", "YR3")}


def test_governance_hears_two_months_one_month_and_on_the_last_day_of_the_authorisation() -> None:
    permitted = FACTS.authorisation
    assert permitted is not None
    due = [(each.rung, each.due_on) for each in authorisation_timers(permitted, POLICY)]
    assert due == [("days_0", date(2027, 3, 31)), ("days_30", date(2027, 3, 1)), ("days_60", date(2027, 1, 30))]
    assert next(each.due_at for each in authorisation_timers(permitted, POLICY)) == london("2027-03-31T00:00")


def test_an_authorisation_that_is_over_warns_of_nothing() -> None:
    permitted = FACTS.authorisation
    assert permitted is not None
    assert list(authorisation_timers(permitted.model_copy(update={"status": "expired"}), POLICY)) == []


@pytest.mark.parametrize(
    ("record", "by", "gate"),
    [
        (suspension(), LEAD, "G6"),
        (suspension(scope="operator", subject="ir-1"), LEAD, "G6"),
        (suspension(scope="device", subject="Riptide"), LEAD, "G6"),
        (recall(), SAFETY, "G13"),
        (recall(lots=(device().lot,)), SAFETY, "G13"),
    ],
)
def test_news_shuts_its_gate_on_the_day(record: Record, by: Signature, gate: str) -> None:
    assert gate not in {rule for rule, _field, _paragraph in on_the_day().refused(start())}
    assert gate in {rule for rule, _field, _paragraph in on_the_day().writes(record, by).refused(start())}
