"""The row that is kept beside a pathway: its facts, and the few columns that figures are grouped by."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.compliance.answers import Verdict
from shared.compliance.facts import PathwayFacts, facts
from shared.compliance.measures import reached, verdicts
from shared.compliance.selection import SEVERITIES, SITES, age_band, first_of
from shared.compliance.treatment import SEVERAL
from shared.pathway.question import Moment

COURSES = ("reviewed", "treated", "offered", "not_offered")
"""How far care went, each pathway once: treated and reviewed at 3 months, treated, offered and not treated, neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """What SQL groups by. `device` is None without a procedure; numbers are sums over the procedures."""

    considered_on: date
    sides: tuple[str, ...]
    reached: tuple[str, ...]
    verdicts: dict[str, Verdict]
    course: str
    site: str
    severity: str
    age_band: str
    sex: str
    language: str
    device: str | None
    devices_used: int
    devices_unused: int
    contrast_ml: float
    nights: int
    in_person: int
    remotely: int
    completed: int
    serious_on: tuple[date, ...]
    facts: PathwayFacts


def row_of(moment: Moment) -> AuditRow | None:
    """The row; None before the referral."""
    found = facts(moment)
    return None if found is None else _row(found)


def _row(found: PathwayFacts) -> AuditRow:
    after, treated = found.afterwards, found.treatments
    return AuditRow(
        considered_on=found.considered_on,
        sides=tuple(leg.side for leg in found.legs),
        reached=reached(found),
        verdicts=verdicts(found),
        course=_course(found),
        site=first_of(SITES, {leg.site for leg in found.legs}),
        severity=first_of(SEVERITIES, {leg.severity for leg in found.legs}),
        age_band=age_band(found.age_years),
        sex=found.sex,
        language=_language(found),
        device=_device(found),
        devices_used=sum(each.devices_used for each in treated),
        devices_unused=sum(each.devices_unused for each in treated),
        contrast_ml=sum(each.contrast_ml or 0 for each in treated),
        nights=after.nights or 0,
        in_person=after.seen_in_person,
        remotely=after.seen_remotely,
        completed=sum(each.outcome == "completed" for each in treated),
        serious_on=after.serious_on if found.counted else (),
        facts=found,
    )


def _course(found: PathwayFacts) -> str:
    if found.treatments:
        return "reviewed" if found.afterwards.reviewed_on is not None else "treated"
    return "offered" if found.offered else "not_offered"


def _language(found: PathwayFacts) -> str:
    if found.interpreter:
        return "interpreter"
    return "english" if found.english else "other_language"


def _device(found: PathwayFacts) -> str | None:
    """The one model that was used, so that each pathway stands in one line of a table; several, when there were."""
    models = {model for each in found.treatments for model in each.models}
    if len(models) > 1:
        return SEVERAL
    return next(iter(models), "none_named") if found.treatments else None


def as_stored(row: AuditRow) -> dict[str, Any]:
    """The row as a JSON object of its columns."""
    return {name: getattr(row, name) for name in AuditRow.__slots__}
