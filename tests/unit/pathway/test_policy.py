"""The policy document: what it says by default, and what keeps the product from starting."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from shared.guidance import cites
from shared.pathway.people import Role
from shared.policy import Plausible, Policy, PolicyInvalid, load
from shared.policy.document import FILE

DEFAULTS = {
    "t14d_amber_day": 7,
    "t14d_red_day": 10,
    "window_days": 14,
    "imaging_max_age_hours": 72,
    "offer_valid_days": 7,
    "filter_plan_hours": 24,
    "filter_review_days": 14,
    "filter_target_days": 28,
    "filter_amber_days": 29,
    "filter_red_days": 54,
    "filter_critical_days": 63,
    "filter_ifu_margin_days": 14,
    "filter_again_days": 7,
    "laboratory_check_hours": (24, 48, 72),
    "laboratory_window_hours": 12,
    "aki_creatinine_times": 1.5,
    "aki_creatinine_rise": 26,
    "yellow_card_serious_hours": 24,
    "yellow_card_working_days": 5,
    "candour_in_person_working_days": 1,
    "candour_written_working_days": 10,
    "device_signal_events": 2,
    "device_signal_days": 90,
    "adverse_event_check_days": 30,
    "small_numbers_below": 5,
    "material_hb_fall": 20,
    "material_platelets": 50,
    "material_inr": 1.7,
    "material_creatinine_times": 1.5,
    "consent_valid_days": 14,
    "mdt_due_working_days": 2,
    "mdt_latest_day": 10,
    "triage_hours_urgent": 4,
    "triage_working_days_routine": 1,
    "notice_send_minutes": 15,
    "notice_undelivered_hours": 4,
    "notice_ack_working_days": (1, 2),
    "notice_director_working_days": 3,
    "emergency_notice_hours": 24,
    "reach_minutes": 30,
    "break_glass_review_hours": 24,
    "break_glass_hours": 12,
    "bloods_max_age_hours": 48,
    "write_up_hours": 72,
    "registry_draft_days": 5,
    "registry_submit_days": 14,
    "supply_check_days": 14,
    "review_opens_days": 21,
    "review_due_days": 7,
    "anticoagulation_months": 3,
    "acute_days": 14,
    "subacute_days": 28,
    "consider_hours": 24,
    "transfer_accept_hours": 24,
    "authorisation_warning_days": (0, 30, 60),
    "working_day_ends": "17:00",
    "quiet_from": "20:00",
    "quiet_until": "07:00",
    "review_yearly_months": 12,
    "co_sign_prompts": 2,
    "treatment_months": 3,
    "contact_within_days": 3,
    "contact_attempts_patient": 2,
    "contact_attempts_lost": 3,
    "visit_months": (6, 12, 24),
    "visit_window_days": 30,
    "referral_villalta": 10,
    "referral_within_days": 7,
    "adult_age": 18,
    "pregnancy_age_from": 12,
    "pregnancy_age_to": 55,
    "plausible_hb": Plausible(20, 250, "g/L"),
    "plausible_creatinine": Plausible(10, 2500, "umol/L"),
    "plausible_platelets": Plausible(1, 2000, "10^9/L"),
    "plausible_weight": Plausible(20, 350, "kg"),
}

Rewrite = Callable[[str, str], Path]


@pytest.fixture
def rewrite(tmp_path: Path) -> Rewrite:
    """The packaged document with one passage replaced."""

    def written(old: str, new: str) -> Path:
        text = FILE.read_text(encoding="utf-8")
        assert text.count(old) == 1, "the passage must be found exactly once"
        path = tmp_path / "policy.toml"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return written


def entry(key: str) -> str:
    """The whole entry of one key, as it stands in the packaged document."""
    text = FILE.read_text(encoding="utf-8")
    start = text.index(next(line for line in text.splitlines() if line.endswith(f".{key}]")))
    end = text.find("\n\n", start)
    return text[start:] if end < 0 else text[start : end + 1]


@pytest.mark.parametrize(("key", "value"), DEFAULTS.items())
def test_the_packaged_policy_says_what_the_specification_says(key: str, value: object) -> None:
    assert getattr(load(), key) == value


def test_no_figure_of_the_policy_is_left_out_of_these_tests() -> None:
    assert {field.name for field in fields(Policy)} == {*DEFAULTS, "version", "entries"}


def test_every_entry_has_a_person_who_answers_for_it() -> None:
    assert {entry.owner for entry in load().entries} <= set(Role) - {Role.PATENCY, Role.MAIL_SYSTEM}


def test_every_figure_is_kept_with_its_reason() -> None:
    assert {entry.key for entry in load().entries} == set(DEFAULTS)
    assert all(entry.why for entry in load().entries)


def test_the_14_days_and_the_3_months_rest_on_the_guidance() -> None:
    sources = {entry.key: entry.source for entry in load().entries}
    assert (sources["window_days"], sources["anticoagulation_months"]) == ("IPG651 3.9", "IPG651 2.6")
    assert cites("3.9")
    assert cites("2.6")


def test_the_policy_cannot_be_changed_while_it_is_used() -> None:
    with pytest.raises(FrozenInstanceError):
        load().window_days = 15  # type: ignore[misc]


def test_both_ends_of_a_plausible_range_are_plausible_and_nothing_beyond_or_unknown_is() -> None:
    hb = load().plausible_hb
    assert 20 in hb
    assert 250 in hb
    assert all(value not in hb for value in (19.9, 250.1, float("nan")))


@pytest.mark.parametrize("key", DEFAULTS)
def test_a_missing_entry_is_named(rewrite: Rewrite, key: str) -> None:
    with pytest.raises(PolicyInvalid, match=rf"\.{key}: is missing"):
        load(rewrite(entry(key), ""))


@pytest.mark.parametrize("key", DEFAULTS)
def test_an_entry_without_owner_is_named(rewrite: Rewrite, key: str) -> None:
    lines = entry(key).splitlines(keepends=True)
    without = "".join(line for line in lines if not line.startswith("owner"))
    with pytest.raises(PolicyInvalid, match=rf"\.{key}: has no owner"):
        load(rewrite(entry(key), without))


@pytest.mark.parametrize(
    ("key", "old", "new", "reason"),
    [
        ("offer_valid_days", 'unit = "days"', 'unit = "hours"', "unit must be days"),
        ("plausible_hb", 'unit = "g/L"', 'unit = "g/dL"', "unit must be g/L"),
        ("offer_valid_days", "value = 7", "value = true", "whole number"),
        ("offer_valid_days", "value = 7", 'value = "7"', "whole number"),
        ("offer_valid_days", "value = 7", "value = 7.0", "whole number"),
        ("offer_valid_days", "value = 7", "value = 0", "between"),
        ("offer_valid_days", "value = 7", "value = -7", "between"),
        ("offer_valid_days", "value = 7\n", "", "has no value"),
        ("notice_ack_working_days", "value = [1, 2]", "value = [1, 2, 3]", "there must be 2 values"),
        ("visit_months", "value = [6, 12, 24]", "value = [6, 18]", "none that the rules know"),
        ("offer_valid_days", "value = 7", "value = 7\nnote = 1", "a part other than"),
        ("material_inr", "value = 1.7", 'value = "1.7"', "must be a number"),
        ("material_inr", "value = 1.7", "value = true", "must be a number"),
        ("material_inr", "value = 1.7", "value = nan", "between"),
        ("material_inr", "value = 1.7", "value = 0.9", "between"),
        ("window_days", "value = 14", "value = 15", "between 14 and 14"),
        ("anticoagulation_months", "value = 3", "value = 2", "between 3"),
        ("review_yearly_months", "value = 12", "value = 13", "and 12"),
        ("adult_age", "value = 18", "value = 16", "between 18"),
        ("working_day_ends", '"17:00"', '"5pm"', "time of day"),
        ("working_day_ends", '"17:00"', '"24:00"', "time of day"),
        ("notice_ack_working_days", "[1, 2]", "[]", "list of whole numbers"),
        ("notice_ack_working_days", "[1, 2]", "[2, 1]", "increase"),
        ("plausible_weight", "[20, 350]", "[350, 20]", "increase"),
        ("plausible_weight", "[20, 350]", "[20, inf]", "increase"),
        ("plausible_weight", "[20, 350]", "[20, nan]", "increase"),
        ("plausible_weight", "[20, 350]", "[20]", "two numbers"),
        ("plausible_weight", "[20, 350]", "[true, 350]", "two numbers"),
        ("offer_valid_days", 'owner = "clinical_owner"', 'owner = "patency"', "role of a person"),
        ("offer_valid_days", 'owner = "clinical_owner"', 'owner = "nobody"', "role of a person"),
        ("offer_valid_days", 'owner = "clinical_owner"', 'owner = " "', "owner must be written out"),
        ("window_days", '"IPG651 3.9"', '"IPG651 3.10"', "source names nothing"),
        ("window_days", '"IPG651 3.9"', '"a friend"', "source names nothing"),
        ("t14d_red_day", "value = 10", "value = 6", "cannot be less than t14d_amber_day"),
        ("subacute_days", "value = 28", "value = 13", "cannot be less than acute_days"),
    ],
)
def test_an_entry_that_cannot_stand_is_named_with_the_reason(
    rewrite: Rewrite, key: str, old: str, new: str, reason: str
) -> None:
    whole = entry(key)
    assert old in whole
    with pytest.raises(PolicyInvalid, match=reason) as refused:
        load(rewrite(whole, whole.replace(old, new)))
    assert refused.value.entry.endswith(key)


def test_an_entry_nobody_asked_for_is_refused(rewrite: Rewrite) -> None:
    known = entry("offer_valid_days")
    with pytest.raises(PolicyInvalid, match=r"T-OFFER\.offer_valid_weeks: is not a term"):
        load(rewrite(known, known + "\n" + known.replace("offer_valid_days", "offer_valid_weeks")))


def test_an_entry_filed_under_another_rule_is_refused(rewrite: Rewrite) -> None:
    with pytest.raises(PolicyInvalid, match=r"T-CON\.offer_valid_days: is not a term"):
        load(rewrite("[T-OFFER.offer_valid_days]", "[T-CON.offer_valid_days]"))


@pytest.mark.parametrize("written", ["", 'version = "soon"\n', "version = 7\n"])
def test_a_document_without_the_date_it_counts_from_is_refused(rewrite: Rewrite, written: str) -> None:
    with pytest.raises(PolicyInvalid, match="policy version"):
        load(rewrite(f'version = "{load().version}"\n', written))


def test_a_document_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize("content", [b"version = ", b"\xff", b"a = 1\na = 2"])
def test_a_document_that_is_not_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyInvalid, match="is not TOML"):
        load(path)


def test_what_was_written_wrongly_is_never_repeated(rewrite: Rewrite) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load(rewrite('value = "17:00"', 'value = "Synthetic Alpha"'))
    assert "Alpha" not in str(refused.value)
