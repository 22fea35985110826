"""The research data set as columns, for the CSV and its codebook alike (clinical.md 2.13; IPG651 1.4, 3.2, 3.3)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, ClosingReason, Embolism, LysisMode, Mechanism, Urgency
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.long_term import Visit
from shared.pathway.procedure_parts import ClotRemoval, Event
from shared.pathway.referral import RiskFactor
from shared.pathway.registry_columns import CATEGORIES, DECISIONS, HARM, PATENCY, STATES, YES_NO
from shared.pathway.registry_table import Cell, Column
from shared.research.participant import Participant

EDITION = "patency-research-1"
SUPPRESSED = "suppressed"
DAYS = "days since presentation"


def _told(*path: str) -> Callable[[Participant], Cell]:
    def read(who: Participant) -> Cell:
        found: Any = who.told
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str | int | float | bool) else None

    return read


def _listed(name: str, part: str = "") -> Callable[[Participant], Cell]:
    def read(who: Participant) -> Cell:
        return "; ".join(str(each[part] if part else each) for each in who.told.get(name) or ())

    return read


def _visit(visit: Visit, part: str) -> Callable[[Participant], Cell]:
    def read(who: Participant) -> Cell:
        found = [each for each in who.told.get("visits") or () if each["visit"] == visit.value]
        cell: Cell = found[-1][part] if found else None
        return cell

    return read


def _values(codes: Any) -> tuple[str, ...]:
    return tuple(each.value for each in codes)


def _columns() -> Iterator[Column[Participant]]:
    yield Column("edition", "Edition of this data set", "clinical.md 2.13", lambda _who: EDITION)
    yield Column("participant", "Keyed hash, of this study alone", "clinical.md 2.13", lambda who: who.pseudonym)
    yield Column("age_band", "Age at referral; suppressed in small cells", "1.4", lambda who: who.age_band, "years")
    yield Column("sex", "Sex; suppressed in small cells", "YR3", lambda who: who.sex, codes=SEXES)
    yield Column("side", "Leg of this row", "clinical.md 1", _told("side"), codes=_values(Side))
    yield Column("class", "Class of the leg by the guidance", "1.1", _told("class"), codes=_values(ArrangementClass))
    yield Column("urgency", "Urgency as referred", "3.5", _told("urgency"), codes=_values(Urgency))
    onset = "days_onset_to_presentation"
    yield Column(onset, "From the first symptom to presentation", "3.9", _told(onset), "days")
    embolism = _told("pulmonary_embolism")
    yield Column("pulmonary_embolism", "Pulmonary embolism at referral", "3.3", embolism, codes=_values(Embolism))
    risks = _listed("risk_factors")
    yield Column("risk_factors", "Risk factors, several possible", "1.4", risks, codes=_values(RiskFactor))
    yield Column("pain", "Pain at referral", "1.4", _told("pain"), "0 to 10")
    for vein in Segment:
        found = _told("segments", vein.value)
        yield Column(f"segment_{vein.value}", f"Seen in: {vein.value}", "1.4", found, codes=_values(Finding))
    yield from _way()
    yield from _procedure()
    yield from _afterwards()


def _way() -> Iterator[Column[Participant]]:
    """How far the leg came: the denominators of every rate."""
    yield Column("classified_day", "Classified", "1.1", _told("classified_day"), DAYS)
    yield Column("mdt_day", "Discussed by the MDT, the last time", "3.8", _told("mdt_day"), DAYS)
    yield Column("offered", "Whether the MDT offers the procedure", "3.8", _told("offered"), codes=YES_NO)
    yield Column("consent_day", "Consent written down, the last time", "1.2", _told("consent_day"), DAYS)
    yield Column("procedure_day", "First procedure started", "3.9", _told("procedure_day"), DAYS)
    yield Column("procedures", "Procedures started on this leg", "1.3", _told("procedures"), "procedures")
    reasons = _values(ClosingReason)
    yield Column(
        "closed_because", "Why the pathway was closed", "clinical.md 1.1", _told("closed_because"), "", reasons
    )


def _procedure() -> Iterator[Column[Participant]]:
    how = _told("outcome")
    yield Column("outcome", "How the last procedure ended", "3.2", how, codes=("completed", "abandoned"))
    yield Column("mechanisms", "Mechanisms used", "3.7", _listed("mechanisms"), codes=_values(Mechanism))
    yield Column("lysis_dose_mg", "Thrombolytic drug given", "2.3", _told("lysis", "dose_mg"), "mg")
    yield Column("lysis_mode", "When it was given", "2.3", _told("lysis", "mode"), codes=_values(LysisMode))
    yield Column("stent", "Whether a stent was placed", "2.7", _told("stent"), codes=YES_NO)
    for vein in Segment:
        found = _told("clot_removal", vein.value)
        yield Column(f"clot_removal_{vein.value}", f"Removed: {vein.value}", "3.2", found, codes=_values(ClotRemoval))
    events = _values(Event)
    yield Column("events", "Adverse events in the room, several", "3.3", _listed("events"), codes=events)
    yield Column("filter_state", "What became of a filter", "2.5", _told("filter", "state"), codes=STATES)
    yield Column("filter_dwell_days", "Days until it came out", "2.5", _told("filter", "dwell_days"), "days")


def _afterwards() -> Iterator[Column[Participant]]:
    late, events = "late_events", _values(Event)
    yield Column(late, "Adverse events afterwards, several", "3.3", _listed(late, "category"), codes=events)
    yield Column("late_event_harm", "Harm of each", "3.3", _listed(late, "harm"), codes=HARM)
    after = "days after the procedure"
    yield Column("late_event_days", "When each began", "3.3", _listed(late, "days_after"), after)
    yield Column("died_day", "Death", "3.3", _told("died_day"), DAYS)
    yield Column("review_day", "3-month review", "2.6", _told("review_day"), DAYS)
    yield Column("anticoagulation", "Its decision", "2.6", _told("anticoagulation"), codes=DECISIONS)
    yield Column("baseline_villalta", "Villalta before, raw", "1.4", _told("baseline_villalta"), "0 to 33")
    for visit in Visit:
        name = visit.value
        yield Column(f"{name}_day", f"Visit {name}", "3.2", _visit(visit, "day"), DAYS)
        yield Column(f"{name}_villalta", f"Visit {name}: Villalta, raw", "3.2", _visit(visit, "villalta"), "0 to 33")
        scored = _visit(visit, "category")
        yield Column(f"{name}_category", f"Visit {name}: its category", "3.2", scored, codes=CATEGORIES)
        yield Column(f"{name}_patency", f"Visit {name}: veins", "3.2", _visit(visit, "patency"), codes=PATENCY)
        again = _visit(visit, "recurrence")
        yield Column(f"{name}_recurrence", f"Visit {name}: another DVT", "3.3", again, codes=_values(Answer))


SEXES = ("female", "male", "indeterminate", "unknown", SUPPRESSED)
COLUMNS: tuple[Column[Participant], ...] = tuple(_columns())
"""Every column. Whatever is not named here does not leave."""
