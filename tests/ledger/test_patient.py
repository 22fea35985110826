from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from shared.ledger.patient import NumberStatus, PatientIdentity, Sex, age_years
from tests.ledger.acting import patient

GIVEN: dict[str, Any] = {"number_status": "trace_required", "name": "A", "sex": "male"}


@pytest.mark.parametrize("number", ["9996510018", "9996510026", "9996510034", "9996510042", "9996510050"])
def test_the_numbers_of_the_stories_are_right(number: str) -> None:
    assert patient(nhs_number=number).number == number


@pytest.mark.parametrize(
    "number", ["9996510019", "999651001", "99965100188", "999-651-0018", "٩٩٩٦٥١٠٠١٨", "999651001x", "", "1000000010"]
)
def test_a_mistyped_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        patient(nhs_number=number)


def test_a_number_may_be_given_in_groups_as_it_is_printed() -> None:
    assert patient(nhs_number="999 651 0018").number == "9996510018"


@pytest.mark.parametrize("numbers", [{}, {"nhs_number": "9996510018", "chi": "9996510026"}])
def test_exactly_one_number_is_given(numbers: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        PatientIdentity.model_validate({**GIVEN, **numbers}, strict=False)


@pytest.mark.parametrize("kind", ["nhs_number", "chi", "hc_number"])
def test_each_nation_has_its_number(kind: str) -> None:
    known = PatientIdentity.model_validate({**GIVEN, kind: "9996510018"}, strict=False)
    assert (known.number_kind, known.number, known.synthetic) == (kind, "9996510018", True)


@pytest.mark.parametrize("status", list(NumberStatus))
def test_only_a_verified_number_is_a_verified_identity(status: NumberStatus) -> None:
    verified = status == NumberStatus.NUMBER_PRESENT_AND_VERIFIED
    assert patient(number_status=status).certainty == ("verified" if verified else "unverified")
    assert patient(temporary_id="TMP-1", number_status=status).certainty == "temporary"


@pytest.mark.parametrize(
    ("on", "years"),
    [(date(2022, 2, 28), 17), (date(2022, 3, 1), 18), (date(2024, 2, 28), 19), (date(2024, 2, 29), 20)],
)
def test_somebody_born_on_a_leap_day_is_older_on_the_first_of_march(on: date, years: int) -> None:
    assert age_years(date(2004, 2, 29), on) == years


def test_the_age_of_somebody_of_unknown_birth_is_unknown() -> None:
    assert age_years(None, date(2026, 3, 3)) is None


def test_how_a_name_is_spaced_or_capitalised_makes_no_other_patient() -> None:
    known = patient(name="Synthetic  Alpha")
    assert not patient(nhs_number=known.nhs_number, name="SYNTHETIC ALPHA").contradicts(known)
    assert not patient(nhs_number=known.nhs_number, sex=Sex.UNKNOWN, date_of_birth=None).contradicts(known)
