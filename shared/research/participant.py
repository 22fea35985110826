"""One leg of one participant, without anything that says who it is: days, bands and codes (clinical.md 2.13).

Every date has become days since presentation. No free text is read at all, so none can slip through.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.pathway import registry_dataset, registry_entry
from shared.pathway.anatomy import Side
from shared.pathway.civil_time import day_number
from shared.pathway.classification import committed, recommended
from shared.pathway.closure import closed
from shared.pathway.consent import Consent
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.life_events import died
from shared.pathway.mdt_offer import decision
from shared.pathway.mdt_review import MdtReview
from shared.pathway.procedure import ProcedureStart, started, started_at
from shared.pathway.question import Moment
from shared.pathway.referral import LimbRecord, Referral, imaging_of

YOUNGEST, OLDEST = 20, 90


@dataclass(frozen=True, slots=True)
class Participant:
    """`told` are plain values by the names of the columns; `age_band` and `sex` may be suppressed afterwards."""

    pseudonym: str
    age_band: str
    sex: str
    told: dict[str, Any]


def participants(moment: Moment, pseudonym: str) -> Iterator[Participant]:
    """Each referred leg, treated or not (IPG651 1.4)."""
    opened = moment.pathway.latest(Referral)
    if opened is None or not isinstance(opened.record, Referral):
        return
    for limb in opened.record.limbs:
        told = {**_before(moment, opened.record, limb), **_reached(moment, limb.side), **_treated(moment, limb.side)}
        yield Participant(pseudonym, age_band(opened.facts.age_years), opened.facts.sex, told)


def age_band(years: int | None) -> str:
    """In tens; open at both ends, where few are."""
    if years is None:
        return "unknown"
    if years < YOUNGEST:
        return f"under {YOUNGEST}"
    return f"{OLDEST} and over" if years >= OLDEST else f"{years // 10 * 10}-{years // 10 * 10 + 9}"


def _before(moment: Moment, referral: Referral, limb: LimbRecord) -> dict[str, Any]:
    study, onset = imaging_of(moment.pathway, limb.side), referral.symptom_onset_date
    return {
        "side": limb.side.value,
        "class": recommended(moment, limb.side).cls.value,
        "days_onset_to_presentation": max(day_number(onset, referral.presentation_at), 0) if onset else None,
        "pulmonary_embolism": referral.pulmonary_embolism.state.value,
        "risk_factors": sorted(each.value for each in referral.risk_factors),
        "urgency": referral.urgency.value,
        "pain": limb.symptoms.pain,
        "segments": {vein.value: finding.value for vein, finding in (study[2] if study else {}).items()},
    }


def _reached(moment: Moment, side: Side) -> dict[str, Any]:
    """How far the leg came, and on which day after presentation: what every rate is counted from."""
    said, offered = committed(moment), decision(moment)
    begun = next((entry for entry in started(moment.pathway) if _of(entry.record, side)), None)
    met, taken = moment.pathway.latest(MdtReview), moment.pathway.latest(Consent)
    ended = closed(moment)
    return {
        "classified_day": _day(moment, said.at if said else None),
        "mdt_day": _day(moment, met.at if met else None),
        "offered": bool(offered and offered.offer(side)),
        "consent_day": _day(moment, taken.at if taken else None),
        "procedure_day": _day(moment, started_at(begun) if begun else None),
        "procedures": sum(_of(entry.record, side) for entry in started(moment.pathway)),
        "closed_because": ended.reason.value if ended else None,
    }


def _of(record: object, side: Side) -> bool:
    return isinstance(record, ProcedureStart) and record.side == side


def _treated(moment: Moment, side: Side) -> dict[str, Any]:
    """What the registry's dataset says of this leg's last procedure that ended, its dates turned into days."""
    review = moment.pathway.record(AnticoagulationReview)
    found = {
        "review_day": _day(moment, review.attended_on if review else None),
        "anticoagulation": review.decision if review else None,
        "died_day": _died_day(moment),
    }
    sets = [registry_dataset.dataset(moment, name) for name in _ended(moment, side)]
    if not sets:
        return found
    last = sets[-1]
    kept = {name: last[name] for name in ("outcome", "lysis", "stent", "clot_removal", "events", "baseline_villalta")}
    return {
        **found,
        **kept,
        "mechanisms": sorted({str(each["mechanism"]) for each in last["devices"] if each["mechanism"]}),
        "filter": last["filter"],
        "late_events": last["late_events"],
        "visits": [_visit(moment, each) for each in last["follow_up"]["visits"]],
    }


def _ended(moment: Moment, side: Side) -> list[str]:
    return [
        name
        for name, entry in registry_entry.procedures(moment)
        if _of(entry.record, side) and registry_entry.ended(moment, name)
    ]


def _visit(moment: Moment, told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "visited_on": None, "day": _day(moment, date.fromisoformat(told["visited_on"]))}


def _died_day(moment: Moment) -> int | None:
    entry = died(moment)
    on = getattr(entry.record, "died_on", None) if entry else None
    return _day(moment, on)


def _day(moment: Moment, at: datetime | date | None) -> int | None:
    """Days since presentation, 0 on its day; None for what has not happened."""
    opened = moment.pathway.record(Referral)
    if at is None or opened is None:
        return None
    return max(day_number(opened.presentation_at, at), 0)
