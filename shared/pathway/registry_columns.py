"""The registry dataset as columns: what a clerk types in by hand, what the CSV holds, what the codebook explains.

One table for all three (IPG651 1.3, 1.4, 3.2, 3.3). Our own minimum dataset: no schema of any real registry.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, Embolism, LysisMode, Mechanism
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.long_term import Visit
from shared.pathway.procedure_parts import ClotRemoval, Event
from shared.pathway.referral import RiskFactor
from shared.pathway.registry_table import Cell, Column

Dataset: TypeAlias = Mapping[str, Any]
CATEGORIES = ("none", "mild", "moderate", "severe", "incomplete")
HARM = ("none", "low", "moderate", "severe", "death")
PATENCY = ("patent", "partly_patent", "occluded", "not_imaged")


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure: its id, which is opaque outside the trust, the version of its dataset, and the dataset."""

    procedure_id: str
    version: int
    trust: str
    dataset: Dataset


def _of(*path: str) -> Callable[[Line], Cell]:
    """What stands at this place of the dataset; None where anything on the way is missing."""

    def read(line: Line) -> Cell:
        found: Any = line.dataset
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str | int | float | bool) else None

    return read


def _listed(name: str, part: str = "") -> Callable[[Line], Cell]:
    """A list of codes in one cell, or one part of each of a list of groups."""

    def read(line: Line) -> Cell:
        found = line.dataset.get(name) or ()
        return "; ".join(str(each.get(part) if part else each) for each in found)

    return read


def _visit(visit: Visit, part: str) -> Callable[[Line], Cell]:
    def read(line: Line) -> Cell:
        visits = [each for each in line.dataset["follow_up"]["visits"] if each["visit"] == visit.value]
        return visits[-1][part] if visits else None

    return read


def _values(codes: Any) -> tuple[str, ...]:
    return tuple(each.value for each in codes)


def _vein(vein: Segment) -> str:
    """The vein in words: whoever types has its code beside it, as the name of the column."""
    return "vena cava" if vein is Segment.IVC else vein.value.replace("_", " ")


def _columns() -> Iterator[Column[Line]]:
    yield Column("procedure_id", "Pseudonym of the procedure: only the trust's own record resolves it", "R-REG-1", _id)
    yield Column("dataset_version", "Version of this procedure's dataset", "R-REG-3", lambda line: line.version)
    yield Column("dataset", "Edition of the dataset's form", "clinical.md 2.9", _of("dataset"))
    yield Column("trust", "Trust that did the procedure", "clinical.md 2.9", lambda line: line.trust)
    yield from _person()
    yield from _leg()
    yield from _procedure()
    yield from _afterwards()


def _id(line: Line) -> Cell:
    return line.procedure_id


def _person() -> Iterator[Column[Line]]:
    yield Column(
        "identifiable", "Whether the patient agrees to identifiable data", "R-REG-5", _of("identifiable"), codes=YES_NO
    )
    yield Column("age_years", "Age at referral", "1.4", _of("age_years"), "years")
    yield Column("age_band", "Age at referral in bands of ten", "1.4", _of("age_band"), "years")
    yield Column("sex", "Sex", "clinical.md 2.9", _of("sex"), codes=("female", "male", "indeterminate", "unknown"))
    yield Column("presentation_on", "Day of presentation with this DVT", "3.9", _of("presentation_on"), "date")
    yield Column("onset_on", "Day the symptoms began", "3.9", _of("onset_on"), "date")
    yield Column("procedure_on", "Day of the procedure", "1.3", _of("procedure_on"), "date")
    embolism = _of("pulmonary_embolism")
    yield Column("pulmonary_embolism", "Pulmonary embolism at referral", "3.3", embolism, codes=_values(Embolism))
    risks = _listed("risk_factors")
    yield Column("risk_factors", "Risk factors, several possible", "1.4", risks, codes=_values(RiskFactor))
    yield Column("study", "Study the patient is enrolled in", "1.1", _of("study"))


def _leg() -> Iterator[Column[Line]]:
    yield Column("limbs", "Treated leg", "clinical.md 1", _listed("limbs"), codes=_values(Side))
    arrangement = _of("class")
    yield Column("class", "Class of the leg by the guidance", "1.1", arrangement, codes=_values(ArrangementClass))
    yield Column("let", "LET classes, several possible; display only", "clinical.md 10.4", _listed("let"))
    yield Column("pain", "Pain at referral", "1.4", _of("pain"), "0 to 10")
    swelling = _of("swelling_difference_cm")
    yield Column("swelling_difference_cm", "Difference in calf circumference", "1.4", swelling, "cm")
    yield Column("baseline_villalta", "Villalta before the procedure, raw", "1.4", _of("baseline_villalta"), "0 to 33")
    for vein in Segment:
        name, found = f"segment_{vein.value}", _of("segments", vein.value)
        yield Column(name, f"What was seen before: {_vein(vein)}", "1.1", found, codes=_values(Finding))


def _procedure() -> Iterator[Column[Line]]:
    yield Column("outcome", "How the procedure ended", "3.2", _of("outcome"), codes=("completed", "abandoned"))
    yield Column("devices", "Device models by UDI-DI, several possible", "3.6", _listed("devices", "udi_di"))
    yield Column("device_lots", "Lots, in the order of the devices", "3.6", _listed("devices", "lot"))
    became = _listed("devices", "outcome")
    yield Column("device_outcomes", "What became of each", "3.6", became, codes=("used", "opened_unused", "failed"))
    how = _listed("devices", "mechanism")
    yield Column("mechanisms", "Mechanism of each", "3.7", how, codes=(*_values(Mechanism), "None"))
    yield Column("lysis_dose_mg", "Thrombolytic drug given", "2.3", _of("lysis", "dose_mg"), "mg")
    yield Column("lysis_mode", "When it was given", "2.3", _of("lysis", "mode"), codes=_values(LysisMode))
    yield Column("stent", "Whether a stent was placed", "2.7", _of("stent"), codes=YES_NO)
    for vein in Segment:
        name, found = f"clot_removal_{vein.value}", _of("clot_removal", vein.value)
        yield Column(name, f"Share of clot removed: {_vein(vein)}", "3.2", found, codes=_values(ClotRemoval))
    yield Column("events", "Adverse events in the room, several possible", "3.3", _listed("events"), codes=EVENTS)
    yield from _filter()


def _filter() -> Iterator[Column[Line]]:
    about = (
        ("access", "Vein a filter was put in through", "", ("jugular", "femoral", "other")),
        ("position", "Where the filter lies", "", ("infrarenal", "suprarenal", "other")),
        ("intended", "How long it is meant to stay", "", ("temporary", "permanent")),
        ("anticoagulation_contraindicated", "Whether anticoagulation is contraindicated", "", _values(Answer)),
        ("state", "What became of the filter", "", STATES),
        ("dwell_days", "Days inside until it came out", "days", ()),
        ("attempts_failed", "Attempts to take it out that failed", "attempts", ()),
    )
    for name, meaning, unit, codes in about:
        yield Column(f"filter_{name}", meaning, "2.5", _of("filter", name), unit, codes)


def _afterwards() -> Iterator[Column[Line]]:
    late = "late_events"
    yield Column(late, "Adverse events after the procedure, several", "3.3", _listed(late, "category"), codes=EVENTS)
    yield Column("late_event_harm", "Harm of each", "3.3", _listed(late, "harm"), codes=HARM)
    serious = _listed(late, "serious")
    yield Column("late_event_serious", "Whether each was serious", "3.3", serious, codes=("True", "False"))
    yield Column("late_event_days", "Days after the procedure of each", "3.3", _listed(late, "days_after"), "days")
    yield Column("died_on", "Day of death", "3.3", _of("died_on"), "date")
    decided = _of("follow_up", "anticoagulation")
    yield Column("anticoagulation", "Decision at the 3-month review", "2.6", decided, codes=DECISIONS)
    for visit in Visit:
        yield from _of_visit(visit)


def _of_visit(visit: Visit) -> Iterator[Column[Line]]:
    about = (
        ("visited_on", "day of the visit", "date", ()),
        ("villalta", "Villalta of the treated leg, raw", "0 to 33", ()),
        ("category", "category of that score", "", CATEGORIES),
        ("measures", "what that score measures: before 3 months it is no PTS", "", ()),
        ("patency", "patency of the treated veins", "", PATENCY),
        ("recurrence", "another deep vein thrombosis since", "", _values(Answer)),
    )
    for name, meaning, unit, codes in about:
        words = f"Visit {visit.value}: {meaning}"
        yield Column(f"{visit.value}_{name}", words, "3.2", _visit(visit, name), unit, codes)


YES_NO = ("yes", "no")
EVENTS = _values(Event)
STATES = ("in_situ", "retrieved", "permanent_by_decision", "died", "transferred_accepted")
DECISIONS = ("continue_same", "change_drug", "reduce_dose", "stop", "refer")
COLUMNS: tuple[Column[Line], ...] = tuple(_columns())
"""Every column, in the order in which a clerk types them in."""
