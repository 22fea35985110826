"""One hazard and what stands against it, as the safety file has it (clinical.md 9 and 11).

Everything is checked when it is read: a risk that is not the one of the matrix, or a paragraph that does not exist, is
refused. Whether controls and tests exist is asked by `python -m deploy.safety --check`.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.guidance import cites
from shared.pathway.people import Role

TARGET = 2
"""The residual risk that is aimed at (clinical.md 11)."""

STORY = "story:"

Words = Annotated[str, Field(min_length=1)]
Risk = Annotated[int, Field(ge=1, le=5)]
HazardId = Annotated[str, Field(pattern=r"^H-\d\d$")]


class Severity(StrEnum):
    """How bad the harm would be, the least first."""

    MINOR = "minor"
    SIGNIFICANT = "significant"
    CONSIDERABLE = "considerable"
    MAJOR = "major"
    CATASTROPHIC = "catastrophic"


class Likelihood(StrEnum):
    """How likely the harm is, the least first."""

    VERY_LOW = "very_low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class _Page(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Control(_Page):
    """One thing that stands against a hazard. `where` is "module:name", or "file:word" of a file of the house."""

    words: Words
    where: Annotated[str, Field(pattern=r"^[\w./]+:[\w. ]+$")]
    paragraph: str

    @model_validator(mode="after")
    def _paragraph_exists(self) -> Self:
        if not cites(self.paragraph):
            raise ValueError("a control cites no paragraph that exists")
        return self


class Residual(_Page):
    """What is left with all controls in place: an estimate [D] that nobody has signed off."""

    likelihood: Likelihood
    risk: Risk


class Hazard(_Page):
    """One way in which this software could harm a patient. Likelihood and risk are those before any control."""

    id: HazardId
    title: Words
    how: Words
    severity: Severity
    likelihood: Likelihood
    risk: Risk
    controls: Annotated[tuple[Control, ...], Field(min_length=1)]
    tests: Annotated[tuple[Annotated[str, Field(pattern=r"^tests/[\w/]+\.py::test_\w+$")], ...], Field(min_length=1)]
    stories: tuple[Annotated[str, Field(pattern=r"^[\w-]+$")], ...]
    residual: Residual
    open: tuple[Words, ...]

    @property
    def on_target(self) -> bool:
        return self.residual.risk <= TARGET

    @property
    def links(self) -> tuple[str, ...]:
        """Every test and story that is to prove its controls, by the names that a run knows them under."""
        return (*self.tests, *map(story_name, self.stories))


class Statement(_Page):
    """What the file says of the product as a whole."""

    version: date
    owner: Role
    signed_off: Words
    standards: Words
    intended_use: Annotated[tuple[Words, ...], Field(min_length=1)]
    not_for: Annotated[tuple[Words, ...], Field(min_length=1)]
    limits: Annotated[tuple[Words, ...], Field(min_length=1)]
    open_questions: Annotated[tuple[Words, ...], Field(min_length=1)]


class SafetyFile(_Page):
    """All of it. Refused: a risk that does not follow from the matrix, hazards out of number or named twice."""

    version: date
    statement: Statement
    matrix: dict[Likelihood, Annotated[tuple[Risk, ...], Field(min_length=len(Severity), max_length=len(Severity))]]
    hazards: tuple[Hazard, ...]

    def risk(self, severity: Severity, likelihood: Likelihood) -> int:
        """The risk of this cell of the matrix, 1 to 5."""
        return self.matrix[likelihood][list(Severity).index(severity)]

    def hazard(self, hazard_id: str) -> Hazard | None:
        return next((each for each in self.hazards if each.id == hazard_id), None)

    @property
    def links(self) -> frozenset[str]:
        return frozenset(link for each in self.hazards for link in each.links)

    @model_validator(mode="after")
    def _matrix_is_whole_and_rises(self) -> Self:
        if set(self.matrix) != set(Likelihood):
            raise ValueError("the matrix has a row for each likelihood")
        rows = [self.matrix[each] for each in Likelihood]
        columns = [*zip(*rows, strict=True)]
        if any(list(line) != sorted(line) for line in (*rows, *columns)):
            raise ValueError("no risk of the matrix is less than that of something milder or rarer")
        return self

    @model_validator(mode="after")
    def _numbered_without_gaps(self) -> Self:
        if [each.id for each in self.hazards] != [f"H-{number:02}" for number in range(1, len(self.hazards) + 1)]:
            raise ValueError("hazards are numbered from H-01 without a gap")
        return self

    @model_validator(mode="after")
    def _risks_follow_from_the_matrix(self) -> Self:
        wrong = [each.id for each in self.hazards if not self._follows(each)]
        if wrong:
            raise ValueError(f"not the risk of the matrix: {', '.join(wrong)}")
        return self

    def _follows(self, each: Hazard) -> bool:
        before = self.risk(each.severity, each.likelihood)
        return (before, self.risk(each.severity, each.residual.likelihood)) == (each.risk, each.residual.risk)


def story_name(story: str) -> str:
    """The name of a story in what a run notes."""
    return f"{STORY}{story}"


def link_words(link: str) -> str:
    """What a test or story says it shows, as a sentence."""
    if link.startswith(STORY):
        return f"Story {link.removeprefix(STORY)} goes as it is told"
    sentence = link.partition("::test_")[2].replace("_", " ")
    return sentence[:1].upper() + sentence[1:]
