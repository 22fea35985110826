"""What an emergency changes at each gate (clinical.md 5.1, G14; IPG651 3.5): after, broken, recorded, or never."""

from typing import Any

import pytest

from shared.pathway.break_glass import Breakable
from shared.pathway.choices import Answer, LysisMode, Pregnancy, Urgency
from shared.pathway.consent import LineStatus
from shared.pathway.gates import gates
from shared.pathway.news import PregnancyResult, UrgencyChanged
from shared.pathway.people import Signature
from shared.pathway.procedure import Identifier
from tests.forms.consent import consent, lines, withdrawal
from tests.forms.filled import LEFT, RIGHT
from tests.forms.procedure import RECALLED, device, sign_in, start
from tests.forms.referral import agreement, classification, imaging, limb, new_imaging, referral, signs
from tests.forms.the_day import breaking
from tests.patients import (
    HAEMATOLOGIST,
    RADIOLOGIST,
    TRIAGE,
    Case,
    arrived,
    classified,
    femoropopliteal_right,
    iliofemoral_left,
    limb_under_threat,
)

NIGHT = "2026-03-03T12:00"


def in_danger(**facts: Any) -> Case:
    """A leg without pulses, classified; nobody has met, told or asked anybody anything."""
    return classified(limb_under_threat()).where(**facts).when(NIGHT)


def refused_gates(case: Case, **changes: Any) -> set[str]:
    return {rule for rule, _field, _paragraph in case.refused(start(**changes))}


def state(case: Case, gate: str, **changes: Any) -> str:
    return next(each.state for each in gates(case.moment, start(**changes)) if each.id == gate)


def research_in_danger() -> Case:
    """Clot below the common femoral vein in a leg without pulses."""
    below = limb(RIGHT, segments=femoropopliteal_segments(), phlegmasia_signs=signs(pulses_absent=Answer.YES))
    return classified(arrived().writes(referral(below))).when(NIGHT)


def femoropopliteal_segments() -> Any:
    found = femoropopliteal_right().pathway.entries[0].record
    return getattr(found, "limbs")[0].segments  # noqa: B009 -- the first entry is a referral


def disputed() -> Case:
    return in_danger().writes(classification(agreement(agrees=False, reason="I see it otherwise")))


def maybe_pregnant() -> Case:
    return in_danger(sex="female", age_years=30).writes(PregnancyResult(status=Pregnancy.UNKNOWN), TRIAGE)


BROKEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "G2": (disputed, {}),
    "G3": (research_in_danger, {"side": RIGHT, "sign_in": sign_in(side_marked=RIGHT)}),
    "G4": (in_danger, {}),
    "G6": (lambda: in_danger(authorisation=None), {}),
    "G7": (in_danger, {}),
    "G9": (in_danger, {}),
    "G11": (maybe_pregnant, {}),
    "G12": (in_danger, {}),
}


@pytest.mark.parametrize("gate", BROKEN)
def test_a_gate_that_is_not_met_stays_shut_in_an_emergency_until_it_is_broken(gate: str) -> None:
    case, changes = BROKEN[gate][0](), BROKEN[gate][1]
    assert gate in refused_gates(case, **changes)
    assert state(case, gate, **changes) == "shut"
    opened = case.writes(breaking(gate, side=changes.get("side", LEFT)))
    assert gate not in refused_gates(opened, **changes)
    assert state(opened, gate, **changes) == ("recorded" if gate in {"G11", "G12"} else "broken")


def test_all_gates_broken_together_let_a_threatened_leg_be_treated() -> None:
    case = in_danger().writes(breaking("G4", "G7", "G9", "G12"))
    assert case.refused(start()) == set()


def test_g5_is_owed_afterwards_in_an_emergency_and_names_itself_so() -> None:
    assert "G5" not in refused_gates(in_danger())
    assert state(in_danger(), "G5") == "after"


def test_g1_a_temporary_identity_is_owed_afterwards() -> None:
    assert state(in_danger(identity="temporary"), "G1") == "after"
    assert "G1" in refused_gates(in_danger(identity="absent"))
    assert "G1" in refused_gates(in_danger(), sign_in=sign_in(identifiers_checked=frozenset({Identifier.NAME})))


def everything_broken() -> Case:
    return in_danger().writes(breaking(*(gate.value for gate in Breakable)))


@pytest.mark.parametrize(
    ("gate", "changes"),
    [
        ("G8", {"lysis_mode": LysisMode.DURING}),
        ("G10", {"sign_in": sign_in(side_marked=RIGHT)}),
        ("G13", {"devices": (device(RECALLED),)}),
    ],
)
def test_what_is_never_overridable_stays_shut_with_every_gate_broken(gate: str, changes: dict[str, Any]) -> None:
    assert everything_broken().refused(start()) == set()
    assert refused_gates(everything_broken(), **changes) == {gate}
    assert state(everything_broken(), gate, **changes) == "shut"


def test_a_withdrawal_shuts_g7_with_every_gate_broken() -> None:
    case = everything_broken().writes(withdrawal())
    assert refused_gates(case) == {"G7"}
    assert state(case, "G7") == "shut"


def test_a_refusal_shuts_g7_with_every_gate_broken() -> None:
    no = consent(lines=lines(LineStatus.REFUSED), signed_at=in_danger().now)
    assert refused_gates(everything_broken().writes(no)) == {"G7"}


def test_breaking_one_leg_opens_nothing_for_the_other() -> None:
    both = limb_under_threat().facts
    case = classified(arrived().where(**both.model_dump(include={"sex"})).writes(_both_in_danger())).when(NIGHT)
    left = case.writes(breaking("G4", "G7", "G9", "G12"))
    assert left.refused(start()) == set()
    assert {"G4", "G7", "G12"} <= refused_gates(left, side=RIGHT, sign_in=sign_in(side_marked=RIGHT))


def _both_in_danger() -> Any:
    cold = signs(pulses_absent=Answer.YES)
    return referral(limb(LEFT, phlegmasia_signs=cold), limb(RIGHT, phlegmasia_signs=cold))


def test_a_breaking_ends_with_its_hours() -> None:
    case = everything_broken()
    hours = case.policy.break_glass_hours
    assert case.when("2026-03-03T23:59").refused(start()) == set()
    assert hours == 12
    assert "G4" in refused_gates(case.when("2026-03-04T00:00"))


def test_g14_what_a_referrer_calls_an_emergency_opens_nothing() -> None:
    called = classified(iliofemoral_left(urgency=Urgency.EMERGENCY)).when(NIGHT)
    assert {"G4", "G5", "G14"} <= refused_gates(called)
    assert state(called, "G14") == "shut"
    attested = called.writes(breaking("G4", "G7", "G9", "G12"))
    assert attested.refused(start()) == set()
    assert state(attested, "G14") == "open"


@pytest.mark.parametrize(("by", "opened"), [(RADIOLOGIST, True), (HAEMATOLOGIST, True), (TRIAGE, False)])
def test_g14_a_consultant_who_raises_the_urgency_attests_it(by: Signature, opened: bool) -> None:
    raised = UrgencyChanged(urgency=Urgency.EMERGENCY, reason="The leg has turned blue")
    case = classified(iliofemoral_left()).when(NIGHT).writes(raised, by)
    assert ("G14" not in refused_gates(case)) == opened
    assert ("G5" not in refused_gates(case)) == opened


def test_new_imaging_does_not_take_a_breaking_away() -> None:
    case = everything_broken()
    newer = new_imaging(imaging=imaging(LEFT, accession="ACC-2", performed_at=case.now))
    assert case.writes(newer).refused(start()) == set()


@pytest.mark.parametrize("name", ["allergies_checked", "bleeding_risk_checked", "anticoagulation_checked"])
def test_the_checklist_takes_a_no_in_an_emergency_only(name: str) -> None:
    said_no = start(sign_in=sign_in(**{name: Answer.NO}))
    unknown = start(sign_in=sign_in(**{name: Answer.UNKNOWN}))
    assert everything_broken().refused(said_no) == set()
    assert everything_broken().refused(unknown) == {("R-PRO-1", f"sign_in.{name}", "2.5")}
