"""Who the patient is. Kept in the table `patient` only; rules get age, sex and how sure the identity is, as facts."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.pathway.record import Part, asked
from shared.pathway.text import Code, Line

TRAINING_NUMBERS = "999"
DIGITS = 10
TEN_DIGITS = "10 digits; spaces between them do not matter"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    INDETERMINATE = "indeterminate"
    UNKNOWN = "unknown"


class NumberStatus(StrEnum):
    """UK Core's NHS number verification status. Only the first counts as a verified identity (gate G1)."""

    NUMBER_PRESENT_AND_VERIFIED = "number_present_and_verified"
    NUMBER_PRESENT_BUT_NOT_TRACED = "number_present_but_not_traced"
    TRACE_REQUIRED = "trace_required"
    TRACE_ATTEMPTED_NO_MATCH = "trace_attempted_no_match_or_multiple_match_found"
    TRACE_NEEDS_TO_BE_RESOLVED = "trace_needs_to_be_resolved"
    TRACE_IN_PROGRESS = "trace_in_progress"
    NUMBER_NOT_PRESENT = "number_not_present_trace_not_required"
    TRACE_POSTPONED = "trace_postponed"


def _checked(number: str) -> str:
    """NHS, CHI and H&C numbers share one check digit (modulus 11); catches a mistyped digit (hazard H-12)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, range(DIGITS, 1, -1), strict=False))
    if (11 - total % 11) % 11 != int(number[-1]):
        raise PydanticCustomError("check_digit", "This number cannot be right: compare each digit")
    return number


def _together(number: object) -> object:
    """A number as it is printed and read out, in groups, is the same number."""
    return number.replace(" ", "") if isinstance(number, str) else number


Number = Annotated[str, BeforeValidator(_together), StringConstraints(pattern=r"^[0-9]{10}$"), AfterValidator(_checked)]
KINDS_OF_NUMBER = ("nhs_number", "chi", "hc_number")


class PatientIdentity(Part):
    """The patient as referred: exactly one number, or a temporary id (which the rules accept in an emergency only)."""

    nhs_number: Number | None = asked("NHS number (England, Wales)", hint=TEN_DIGITS, default=None)
    chi: Number | None = asked("CHI number (Scotland)", hint=TEN_DIGITS, default=None)
    hc_number: Number | None = asked("H&C number (Northern Ireland)", hint=TEN_DIGITS, default=None)
    temporary_id: Code | None = asked("Temporary id", hint="Only in an emergency", default=None)
    number_status: NumberStatus = asked("Has the number been verified?")
    name: Line = asked("Name", hint="SURNAME, Given, such as WALKER, Anna Maria")
    date_of_birth: date | None = asked("Date of birth", default=None)
    sex: Sex = asked("Sex at birth, for clinical use")

    @model_validator(mode="after")
    def _exactly_one_number(self) -> Self:
        given = [self.nhs_number, self.chi, self.hc_number, self.temporary_id]
        if sum(each is not None for each in given) != 1:
            raise PydanticCustomError("one_number", "Give exactly one of the numbers, or a temporary id")
        return self

    @property
    def number_kind(self) -> str:
        return next((kind for kind in KINDS_OF_NUMBER if getattr(self, kind) is not None), "temporary")

    @property
    def number(self) -> str:
        return self.nhs_number or self.chi or self.hc_number or self.temporary_id or ""

    @property
    def synthetic(self) -> bool:
        return self.number.startswith(TRAINING_NUMBERS)

    @property
    def certainty(self) -> str:
        """The fact `identity`: verified, unverified or temporary."""
        if self.temporary_id is not None:
            return "temporary"
        return "verified" if self.number_status == NumberStatus.NUMBER_PRESENT_AND_VERIFIED else "unverified"

    def contradicts(self, known: Self) -> bool:
        """Whether the same number stands for somebody else: another name, birth date or sex (hazard H-12)."""
        births = {self.date_of_birth, known.date_of_birth} - {None}
        sexes = {self.sex, known.sex} - {Sex.UNKNOWN}
        return len(births) > 1 or len(sexes) > 1 or _plain(self.name) != _plain(known.name)

    def completed_by(self, known: Self) -> Self:
        """This identity, with what only the one on file knows. The newer word on the number's status counts."""
        born = self.date_of_birth or known.date_of_birth
        sex = known.sex if self.sex == Sex.UNKNOWN else self.sex
        return self.model_copy(update={"name": known.name, "date_of_birth": born, "sex": sex})


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def age_years(born_on: date | None, on: date) -> int | None:
    """Completed years on that day; somebody born on 29 February is a year older on 1 March. None when unknown."""
    if born_on is None:
        return None
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def from_row(kind: str, number: str, rest: dict[str, object]) -> PatientIdentity:
    """An identity as its table row has it. `rest` has name, date_of_birth, sex and number_status."""
    field = "temporary_id" if kind == "temporary" else kind
    return PatientIdentity.model_validate({field: number, **rest}, strict=False)
