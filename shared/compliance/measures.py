"""The measures: what each asks, of whom, and what it means (clinical.md 2.13). One table; pages, SQL and CSV follow it.

A measure answers yes, no or open for a pathway it is about, and nothing for one that it is not about. Its rate is
yes / (yes + no); what is open is told beside it and counted in neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from shared.compliance.answers import Verdict, is_so
from shared.compliance.facts import PathwayFacts
from shared.compliance.selection import UNKNOWN
from shared.compliance.treatment import Treatment, of_all
from shared.pathway.procedure_parts import Event

Asked = Callable[[PathwayFacts], Verdict | None]
RESEARCH_ONLY, SPECIAL = "research_only", "special_arrangements"
BIG_ENOUGH = frozenset({"grade_II", "grade_III"})


@dataclass(frozen=True, slots=True)
class Measure:
    """`target`: all shall be yes, none shall be, or it is only told. `exception`: the answer that is looked into."""

    id: str
    paragraph: str
    target: Literal["all", "none", "report"]
    exception: Verdict
    asked: Asked


def _all(paragraph: str, name: str, asked: Asked) -> Measure:
    return Measure(name, paragraph, "all", "no", asked)


def _report(paragraph: str, name: str, asked: Asked, exception: Verdict = "no") -> Measure:
    return Measure(name, paragraph, "report", exception, asked)


def _each(name: str, *, of: Callable[[Treatment], bool] = lambda _each: True) -> Asked:
    return lambda facts: of_all(tuple(each for each in facts.treatments if of(each)), name)


def _planned(each: Treatment) -> bool:
    return not each.emergency


def _urgent(each: Treatment) -> bool:
    return each.emergency


def _any(found: list[bool]) -> Verdict | None:
    return is_so(any(found)) if found else None


def _every(found: list[bool]) -> Verdict | None:
    return is_so(all(found)) if found else None


def _arranged(facts: PathwayFacts) -> Verdict | None:
    """Each procedure fell under an arrangement of 1.1: special ones, or research inside a study."""
    return _every([each.cls == SPECIAL or (each.cls == RESEARCH_ONLY and each.in_study) for each in facts.treatments])


def _outside_study(facts: PathwayFacts) -> Verdict | None:
    return _any([not each.in_study for each in facts.treatments if each.cls == RESEARCH_ONLY])


def _selection(facts: PathwayFacts) -> Verdict:
    """Site, severity and age are known; pain, and so severity, is asked of every leg (1.4)."""
    return is_so(facts.age_years is not None and all(leg.site != UNKNOWN for leg in facts.legs))


def _removed(facts: PathwayFacts) -> Verdict | None:
    return _every([each.clot_removal in BIG_ENOUGH for each in facts.treatments if each.clot_removal])


def _pts(*categories: str) -> Asked:
    def asked(facts: PathwayFacts) -> Verdict | None:
        found = facts.afterwards.villalta
        return None if found is None else is_so(found in categories)

    return asked


def _harm(*events: Event) -> Asked:
    """Yes once it happened; no once somebody said that 30 days went without; open till then (R-AE-7)."""
    names = {each.value for each in events}

    def asked(facts: PathwayFacts) -> Verdict | None:
        if not facts.treatments:
            return None
        if names & set(facts.afterwards.harms):
            return "yes"
        return "no" if facts.afterwards.asserted == "yes" else "open"

    return asked


def _death(facts: PathwayFacts) -> Verdict | None:
    if not facts.treatments:
        return None
    after = facts.afterwards
    if after.died_within_30_days:
        return "yes"
    return "no" if after.asserted == "yes" or after.died_on is not None else "open"


def _supplied(facts: PathwayFacts) -> Verdict | None:
    gap = facts.afterwards.supply_gap_days
    return None if gap is None else is_so(gap == 0)


def _visited(visit: str) -> Asked:
    return lambda facts: facts.afterwards.visits[visit]


MEASURES: tuple[Measure, ...] = (
    _all("1.1", "arrangement", _arranged),
    Measure("outside_study", "1.1", "none", "yes", _outside_study),
    _all("1.2", "told_before", _each("told", of=_planned)),
    _all("1.2", "told_emergency", _each("told", of=_urgent)),
    _all("1.2", "uncertainty", _each("uncertainty")),
    _all("1.2", "written_information", _each("written")),
    _report("1.2", "nice_information", _each("nice")),
    _all("1.2", "interpreter", _each("interpreter")),
    _all("1.3", "registered", _each("registered")),
    _all("1.3", "registered_in_time", _each("registered_in_time")),
    _all("1.4", "selection", _selection),
    _report("2.5", "local_anaesthesia", lambda facts: _every([t.local_anaesthesia for t in facts.treatments])),
    _report("2.5", "filter_out", lambda facts: facts.afterwards.filters_out),
    _all("2.6", "review_3_months", lambda facts: facts.afterwards.review),
    _all("2.6", "supply", _supplied),
    _report("3.2", "clot_removal", _removed),
    _report("3.2", "pts", _pts("mild", "moderate", "severe"), "yes"),
    _report("3.2", "pts_moderate", _pts("moderate", "severe"), "yes"),
    _report("3.2", "quality_of_life", lambda facts: facts.afterwards.quality_of_life),
    _all("3.2", "visit_6_months", _visited("m6")),
    _all("3.2", "visit_12_months", _visited("m12")),
    _all("3.2", "visit_24_months", _visited("m24")),
    _report("3.3", "bleeding", _harm(Event.BLEEDING, Event.STROKE_OR_ICH), "yes"),
    _report("3.3", "haemolysis", _harm(Event.HAEMOLYSIS_OR_AKI), "yes"),
    _report("3.3", "vessel_damage", _harm(Event.VESSEL_DAMAGE), "yes"),
    _report("3.3", "embolisation", _harm(Event.EMBOLISATION), "yes"),
    _report("3.3", "re_thrombosis", _harm(Event.RE_THROMBOSIS), "yes"),
    _report("3.3", "death_30_days", _death, "yes"),
    _all("3.3", "asserted_30_days", lambda facts: facts.afterwards.asserted),
    _report("3.4", "comments", lambda facts: facts.afterwards.comments),
    _report("3.5", "gates_kept", lambda facts: _every([not t.gates_broken for t in facts.treatments])),
    _all("3.5", "second_look", lambda facts: facts.second_looks),
    _all("3.7", "device_explained", _each("device_explained")),
    _all("3.8", "mdt_before", _each("mdt", of=_planned)),
    _all("3.8", "mdt_emergency", _each("mdt", of=_urgent)),
    _report("3.9", "within_14_days", _each("in_window")),
    _all("YR2", "yellow_card", lambda facts: facts.carded),
)
BY_ID: dict[str, Measure] = {each.id: each for each in MEASURES}
PARAGRAPHS: tuple[str, ...] = (*dict.fromkeys(each.paragraph for each in MEASURES), "3.6", "YR3", "YR4")
"""The paragraphs that have a page; the last three have tables and no measure of their own."""

FUNNEL = ("considered", "classified", "decided", "offered", "consented", "started", "completed")
FOLLOWED = ("followed_3_months", "followed_12_months", "followed_24_months")
STEPS = FUNNEL + FOLLOWED


def verdicts(facts: PathwayFacts) -> dict[str, Verdict]:
    """What each measure says of this pathway; those that are not about it are left out."""
    if not facts.counted:
        return {}
    return {each.id: said for each in MEASURES if (said := each.asked(facts)) is not None}


def reached(facts: PathwayFacts) -> tuple[str, ...]:
    """The steps that this pathway has reached. One may be left out: an emergency is not always offered first."""
    if not facts.counted:
        return ()
    after = facts.afterwards
    found = {
        "considered": True,
        "classified": facts.classified,
        "decided": facts.decided,
        "offered": facts.offered,
        "consented": facts.consented,
        "started": bool(facts.treatments),
        "completed": any(each.outcome == "completed" for each in facts.treatments),
        "followed_3_months": after.reviewed_on is not None,
        "followed_12_months": after.visits["m12"] == "yes",
        "followed_24_months": after.visits["m24"] == "yes",
    }
    return tuple(step for step in STEPS if found[step])
