"""The gates to start a procedure: G1-G7, G10, G13, each shut and open (R-PRO-1, R-PRO-4, R-ELI-1; clinical.md 5.1)."""

from datetime import date
from typing import Any

import pytest

from shared.guidance import cites
from shared.pathway.choices import AccessVein, Answer, LysisMode
from shared.pathway.consent import LineStatus
from shared.pathway.facts import Authorisation
from shared.pathway.gates import CHECKS, gates
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.mdt_review import Outcome
from shared.pathway.procedure import Identifier
from tests.forms.consent import enrolment, lines, withdrawal
from tests.forms.filled import LEFT, RIGHT
from tests.forms.mdt_review import mdt_review, offer, plan
from tests.forms.procedure import ASPIRATION, RECALLED, device, end, sign_in, start
from tests.forms.referral import agreement, classification, limb, new_imaging
from tests.forms.the_day import bleeding_risk
from tests.patients import (
    FACTS,
    OPEN_STUDY,
    Case,
    classified,
    consented,
    ended,
    femoropopliteal_right,
    limb_under_threat,
    offered,
    on_the_day,
    referred,
    reviewed,
    signed,
    started,
    told,
)
from tests.patients_again import prepared_again


def gate_ids(case: Case, **changes: Any) -> set[str]:
    return {rule for rule, _field, _paragraph in case.refused(start(**changes))}


def states(case: Case) -> dict[str, str]:
    return {gate.id: gate.state for gate in gates(case.moment, start())}


def prepared_for_research(**changes: Any) -> Case:
    """A2 with an open study: offered in research, told, consented to both, enrolled."""
    woman = classified(femoropopliteal_right(studies=OPEN_STUDY))
    case = told(signed(reviewed(woman, mdt_review(offer(RIGHT, outcome=Outcome.OFFER_IN_RESEARCH)))))
    agreed = {
        "sides": frozenset({RIGHT}),
        "study_id": "study-1",
        "lines": lines(research_participation=LineStatus.GIVEN),
    }
    return consented(case, **(agreed | changes))


def permit(**changes: Any) -> Authorisation:
    assert FACTS.authorisation is not None
    return FACTS.authorisation.model_copy(update=changes)


def test_with_everything_in_order_every_gate_is_open() -> None:
    assert on_the_day().refused(start()) == set()
    assert set(states(on_the_day()).values()) == {"open"}


def test_before_a_start_form_what_only_the_form_shows_waits_for_it() -> None:
    waiting = {gate.id for gate in gates(on_the_day().moment, None) if gate.state == "at_sign_in"}
    unverified = gates(on_the_day().where(identity="unverified").moment, None)
    assert waiting == {"G1", "G10", "G13"}
    assert {g.id for g in gates(consented().when("2026-03-07T10:00").moment, None) if g.state == "at_sign_in"} == {
        "G1",
        "G7",
        "G10",
        "G13",
    }
    assert next(gate.state for gate in unverified if gate.id == "G1") == "shut"


def test_the_gates_are_those_of_this_release_and_cite_the_guidance() -> None:
    assert list(CHECKS) == [f"G{number}" for number in range(1, 15)]
    assert all(cites(gate.paragraph) for gate in gates(on_the_day().moment, start()))


@pytest.mark.parametrize("identity", ["unverified", "temporary", "absent"])
def test_g1_an_unverified_identity_shuts(identity: str) -> None:
    assert gate_ids(on_the_day().where(identity=identity)) == {"G1"}


def test_g1_one_identifier_is_too_few() -> None:
    one = sign_in(identifiers_checked=frozenset({Identifier.NAME}))
    assert on_the_day().refused(start(sign_in=one)) == {("G1", "sign_in.identifiers_checked", "D")}


def test_g2_new_imaging_shuts_until_the_leg_is_classified_again() -> None:
    assert "G2" in gate_ids(on_the_day().writes(new_imaging()))


def test_g2_a_class_a_clinician_no_longer_agrees_with_shuts() -> None:
    disputed = classification(agreement(agrees=False, reason="The report was amended"))
    assert on_the_day().writes(disputed).refused(start()) == {("G2", "side", "1.1")}


def test_g2_a_leg_that_was_not_referred_shuts() -> None:
    assert {"G2", "G4", "G7", "G10"} <= gate_ids(on_the_day(), side=RIGHT)


def test_g3_research_only_opens_with_study_consent_and_enrolment() -> None:
    enrolled = on_the_day(prepared_for_research().writes(enrolment()))
    assert enrolled.refused(start(RIGHT)) == set()


def test_g3_research_only_without_enrolment_is_shut() -> None:
    assert on_the_day(prepared_for_research()).refused(start(RIGHT)) == {("G3", "", "1.1")}


def test_g3_a_study_that_closed_since_shuts() -> None:
    enrolled = on_the_day(prepared_for_research().writes(enrolment()))
    assert enrolled.where(studies={}).refused(start(RIGHT)) == {("G3", "", "1.1")}


def test_g3_consent_to_another_study_shuts() -> None:
    enrolled = on_the_day(prepared_for_research(study_id="study-2").writes(enrolment()))
    assert enrolled.refused(start(RIGHT)) == {("G3", "", "1.1")}


def test_g4_a_lapsed_offer_shuts() -> None:
    found = gate_ids(on_the_day().when("2026-03-12T14:00"))
    assert "G4" in found
    assert "G10" not in found  # nobody named another leg: an emergency may break this


def test_g4_no_offer_shuts() -> None:
    assert "G4" in gate_ids(on_the_day(classified()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"devices": (device(ASPIRATION),)}, "devices"),
        ({"devices": (device(role="catheter"),)}, "devices"),
    ],
)
def test_g4_another_plan_than_the_mdts_shuts(changes: dict[str, Any], field: str) -> None:
    assert on_the_day().refused(start(**changes)) == {("G4", field, "3.8")}


@pytest.mark.parametrize(
    ("planned", "wanted", "field"),
    [
        (plan(filter_planned=False), {"filter_planned": True}, "filter_planned"),
        (plan(stent_if_lesion=False), {"stent_planned": True}, "stent_planned"),
    ],
)
def test_g4_an_adjunct_the_mdt_did_not_plan_shuts(planned: Any, wanted: dict[str, Any], field: str) -> None:
    case = on_the_day(consented(told(signed(reviewed(classified(), mdt_review(offer(plan=planned)))))))
    assert case.refused(start(**wanted)) == {("G4", field, "3.8")}


def test_g4_less_than_planned_is_open() -> None:
    assert on_the_day().refused(start(filter_planned=False)) == set()


def test_g5_without_a_delivered_notice_is_shut() -> None:
    assert on_the_day(consented(offered())).refused(start()) == {("G5", "", "1.2")}


def test_g5_in_an_emergency_governance_is_told_afterwards() -> None:
    case = on_the_day(consented(signed(reviewed(classified(limb_under_threat())))))
    assert states(case)["G5"] == "after"
    assert case.refused(start()) == set()


def test_g5_a_trust_may_demand_the_acknowledgement() -> None:
    case = on_the_day().where(ack_required=True)
    assert gate_ids(case) == {"G5"}
    assert gate_ids(case.writes(NoticeAcknowledged(notice=1))) == set()


@pytest.mark.parametrize(
    ("authorisation", "field"),
    [
        (None, ""),
        (permit(status="suspended"), ""),
        (permit(review_by=date(2026, 3, 8)), ""),
        (permit(operators=frozenset({"vs-1"})), "operators"),
        (permit(device_models=frozenset({"Gulp"})), "devices"),
    ],
)
def test_g6_without_the_trusts_authorisation_is_shut(authorisation: Authorisation | None, field: str) -> None:
    assert on_the_day().where(authorisation=authorisation).refused(start()) == {("G6", field, "YR3")}


def test_g6_an_authorisation_holds_on_its_last_day() -> None:
    assert on_the_day().where(authorisation=permit(review_by=date(2026, 3, 9))).refused(start()) == set()


@pytest.mark.parametrize("facts", [{}, {"identity": "temporary"}])
def test_g7_a_withdrawal_shuts_and_no_emergency_opens_it(facts: dict[str, Any]) -> None:
    case = on_the_day(consented(told(signed(reviewed(classified(limb_under_threat()))))))
    assert case.where(**facts).writes(withdrawal()).refused(start()) == {("G7", "", "1.2")}


def test_g7_consent_older_than_fourteen_days_is_shut() -> None:
    old = on_the_day().when("2026-03-20T10:00")
    assert ("G7", "", "1.2") in old.refused(start())


def test_g7_consent_to_be_seen_in_the_room() -> None:
    unseen = start(sign_in=sign_in(consent_seen=Answer.UNKNOWN))
    assert on_the_day().refused(unseen) == {("G7", "sign_in.consent_seen", "1.2")}


@pytest.mark.parametrize(
    ("line", "planned", "wanted"),
    [
        ("ivc_filter", plan(), {"filter_planned": True}),
        ("angioplasty_stent", plan(), {"stent_planned": True}),
        ("thrombolysis", plan(lysis_mode=LysisMode.DURING), {"lysis_mode": LysisMode.DURING}),
    ],
)
def test_g7_an_adjunct_the_patient_refused_shuts(line: str, planned: Any, wanted: dict[str, Any]) -> None:
    case = told(signed(reviewed(classified().writes(bleeding_risk()), mdt_review(offer(plan=planned)))))
    case = on_the_day(consented(case, lines=lines(**{line: LineStatus.REFUSED})))
    assert case.refused(start(**wanted)) == {("G7", next(iter(wanted)), "1.2")}
    left_out: dict[str, Any] = {"filter_planned": False, "stent_planned": False, "lysis_mode": LysisMode.NONE}
    assert case.refused(start(**left_out)) == set()


def test_g13_a_recalled_device_stops_everything() -> None:
    recalled = start(devices=(device(), device(RECALLED, role="catheter")))
    assert on_the_day().refused(recalled) == {("G13", "devices.1.udi_di", "3.6")}


def test_g13_a_device_out_of_date_stops_everything() -> None:
    old = start(devices=(device(expires_on=date(2026, 3, 8)),))
    assert on_the_day().refused(old) == {("G13", "devices.0.expires_on", "3.6")}
    last_day = start(devices=(device(expires_on=date(2026, 3, 9)),))
    assert on_the_day().refused(last_day) == set()


def test_g13_an_unknown_device_stops_everything() -> None:
    stranger = start(devices=(device(), device("05099999999999", role="balloon")))
    assert on_the_day().refused(stranger) == {("G13", "devices.1.udi_di", "3.6")}


def test_a_second_start_while_one_is_under_way_is_refused() -> None:
    assert ("R-PRO-1", "", "2.5") in started().refused(start())


def test_a_redo_of_the_same_leg_needs_a_new_offer() -> None:
    assert ended().refused(start()) == {("G4", "side", "3.8")}
    assert prepared_again(ended(), "2026-03-10T09:00").refused(start()) == set()


def test_the_other_leg_may_follow_under_the_same_offer() -> None:
    case = on_the_day(both_iliofemoral_legs_prepared()).writes(start()).when("2026-03-09T11:00").writes(end())
    assert case.refused(start(RIGHT)) == set()


def both_iliofemoral_legs_prepared() -> Case:
    case = classified(referred(limb(LEFT), limb(RIGHT)))
    case = told(signed(reviewed(case, mdt_review(offer(LEFT), offer(RIGHT)))))
    return consented(case, sides=frozenset({LEFT, RIGHT}))


def test_every_reason_comes_at_once() -> None:
    nothing_right = start(sign_in=sign_in(side_marked=RIGHT, consent_seen=Answer.NO), devices=(device(RECALLED),))
    case = on_the_day().where(authorisation=None, identity="unverified")
    assert {"G1", "G6", "G7", "G10", "G13"} == {rule for rule, _f, _p in case.refused(nothing_right)}


def test_the_gates_are_decided_at_the_start_not_at_booking() -> None:
    ready = on_the_day()
    assert ready.refused(start()) == set()
    assert ready.writes(withdrawal()).refused(start()) == {("G7", "", "1.2")}


def test_another_access_vein_than_planned_shuts_g4() -> None:
    assert on_the_day().refused(start(access_vein=AccessVein.FEMORAL)) == {("G4", "access_vein", "3.8")}
