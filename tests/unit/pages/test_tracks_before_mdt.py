"""What the API shows of the way to the MDT: why an offer ended, bleeding risk, severity, legs at the edge of 1.1."""

from shared.pathway.choices import Answer
from shared.web.tracks_before_mdt import BleedingRiskShown, HumanReview, MaterialChange, Severity, shown
from tests.forms.before_mdt import bleeding_risk, new_bleed, severity, work_up
from tests.forms.filled import LEFT
from tests.forms.referral import limb
from tests.patients import classified, iliofemoral_left, offered, referred


def test_a_plain_referral_shows_nothing() -> None:
    assert list(shown(iliofemoral_left().moment)) == []


def test_a_material_change_is_shown_with_its_entry_and_paragraph() -> None:
    case = offered().writes(new_bleed())
    (change,) = shown(case.moment)
    assert isinstance(change, MaterialChange)
    assert (change.kind, change.entry, change.paragraph) == ("material_change", case.pathway.version, "2.3")


def test_has_bled_and_what_forbids_a_thrombolytic_drug_are_shown() -> None:
    (risk,) = shown(classified().writes(bleeding_risk(absolute={})).moment)
    assert isinstance(risk, BleedingRiskShown)
    assert (risk.has_bled, risk.has_bled_open, len(risk.lysis_contraindicated)) == (1, 0, 3)


def test_severity_is_shown_for_each_leg_also_when_it_was_not_assessed() -> None:
    (assessed,) = shown(classified().writes(work_up()).moment)
    unknown = work_up(baseline_villalta=(severity(score=None, not_assessed_because="Too much pain"),))
    (not_assessed,) = shown(classified().writes(unknown).moment)
    assert assessed == Severity(LEFT, 7, "mild")
    assert not_assessed == Severity(LEFT, None, "not_assessed")


def test_a_leg_at_the_edge_of_the_guidance_is_shown_with_its_reasons() -> None:
    (review,) = shown(referred(limb(acute_on_chronic=Answer.YES)).moment)
    assert isinstance(review, HumanReview)
    assert any("chronic" in reason for reason in review.reasons)
