"""What has to be known of the patient before the MDT and before the procedure (clinical.md 2.1; IPG651 1.4)."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer
from shared.pathway.instruments.villalta import Villalta
from shared.pathway.quantity import Weight
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Line, Words


class Allergy(StrEnum):
    """`none_known` and `unknown` each stand alone."""

    CONTRAST = "contrast"
    HEPARIN_OR_HIT = "heparin_or_hit"
    DRUGS = "drugs"
    NONE_KNOWN = "none_known"
    UNKNOWN = "unknown"


class PreviousDvt(Part):
    side: Side = asked("Which leg?")
    on: date | None = asked("When?", default=None)
    treatment: Line | None = asked("How was it treated?", default=None)


class BaselineVillalta(Part):
    """Severity before treatment: never a diagnosis of post-thrombotic syndrome (R-PTS-1)."""

    side: Side = asked("Which leg?")
    score: Villalta | None = asked("Villalta items", default=None)
    not_assessed_because: Words | None = asked("Why was it not assessed?", default=None)


class WorkUp(Record):
    """The whole patient, once before the MDT; a later one supersedes it."""

    kind: ClassVar[str] = "work_up"

    assessed_at: AwareDatetime = asked("When was this assessed?")
    functional_status: Literal["0", "1", "2", "3", "4", "unknown"] = asked("ECOG performance status")
    life_expectancy_over_1y: Answer = asked("Life expectancy over a year?")
    weight: Weight | None = asked("Weight", default=None)
    allergies: frozenset[Allergy] = asked("Allergies", min_length=1)
    allergies_in_words: Words | None = asked("Which allergies?", default=None)
    previous_dvt: tuple[PreviousDvt, ...] = asked("Earlier DVT", default=(), max_length=10)
    baseline_villalta: tuple[BaselineVillalta, ...] = asked(
        "Severity of each leg before treatment", max_length=2, default=()
    )
