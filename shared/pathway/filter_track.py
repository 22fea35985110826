"""The track of each vena cava filter, from the day it went in to its outcome (clinical.md 2.7, R-FIL-4; IPG651 2.5).

Everything is derived from the entries. A filter without an outcome is inside: no timer, closing or silence ends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.pathway.civil_time import civil, day_number
from shared.pathway.endings import PatientDied, TransferAccepted, TransferPart
from shared.pathway.filter_insertion import FilterInserted, RetrievalPlan
from shared.pathway.filter_records import (
    FilterMadePermanent,
    FilterPlan,
    FilterRemovedElsewhere,
    FilterRetrieval,
    FilterReview,
)
from shared.pathway.life_events import accepted_parts, died
from shared.pathway.procedure import ProcedureEnd
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record
from shared.policy import Policy


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the track ended: retrieved, permanent_by_decision, died or transferred_accepted, and on which day.

    `elsewhere`: another hospital took it out, and nobody here has seen that.
    """

    state: str
    on: date
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `number` counts from 1 within the pathway; `plan` is the newest, `attempts` are failed ones too."""

    number: int
    seq: int
    inserted: FilterInserted
    plan: RetrievalPlan | None
    reviews: tuple[Entry, ...]
    attempts: tuple[Entry, ...]
    outcome: Outcome | None

    @property
    def filter_id(self) -> str:
        return self.inserted.filter_id

    @property
    def inserted_on(self) -> date:
        return civil(self.inserted.inserted_at)

    @property
    def state(self) -> str:
        return self.outcome.state if self.outcome else "in_situ"

    def dwell_days(self, now: datetime) -> int:
        """Days inside: until the outcome where the filter came out, else until now."""
        out = self.outcome.on if self.outcome and self.outcome.state == "retrieved" else now
        return day_number(self.inserted_on, out)

    def critical_on(self, policy: Policy) -> date:
        """The last day before the wall of the vein, or the maker, says no: 9 weeks, or 2 weeks before the IFU's end."""
        days = policy.filter_critical_days
        if self.inserted.ifu_max_dwell_days is not None:
            days = min(days, max(self.inserted.ifu_max_dwell_days - policy.filter_ifu_margin_days, 1))
        return self.inserted_on + timedelta(days=days)

    def target_on(self, policy: Policy) -> date:
        """The day by which it shall be out: as planned, else 4 weeks; never later than the critical day."""
        wished = self.plan.target_on if self.plan else self.inserted_on + timedelta(days=policy.filter_target_days)
        return min(wished, self.critical_on(policy))


def filters(moment: Moment) -> tuple[Filter, ...]:
    """Every filter ever put in on this pathway, oldest first."""
    return moment.pathway.once(("filters",), None, lambda: _filters(moment))


def _filters(moment: Moment) -> tuple[Filter, ...]:
    return tuple(_followed(moment, number, *each) for number, each in enumerate(_inserted(moment), start=1))


def in_situ(moment: Moment) -> tuple[Filter, ...]:
    """The filters that are inside: each keeps the pathway open, and somebody owing its retrieval."""
    return tuple(each for each in filters(moment) if each.outcome is None)


def named(moment: Moment, filter_id: str) -> Filter | None:
    return next((each for each in filters(moment) if each.filter_id == filter_id), None)


def of_device(moment: Moment, udi_di: str, number: str | None) -> Filter | None:
    """The filter that this device is, by its serial number or lot where one is known; None for any other device."""
    alike = [each for each in filters(moment) if each.inserted.udi_di == udi_di]
    return next((each for each in alike if number in {None, each.inserted.serial, each.inserted.lot}), None)


def came_out(moment: Moment, each: Filter) -> Entry | None:
    """The entry that says that this filter is out, here or elsewhere; None while it is inside, whatever was decided."""
    tried = (entry for entry in each.attempts if isinstance(entry.record, FilterRetrieval) and entry.record.success)
    return next(iter((*tried, *_about(moment, FilterRemovedElsewhere, each.filter_id))), None)


def _inserted(moment: Moment) -> Iterator[tuple[Entry, FilterInserted]]:
    for entry in moment.pathway.every(ProcedureEnd):
        if isinstance(entry.record, ProcedureEnd) and entry.record.filter is not None:
            yield entry, entry.record.filter


def _followed(moment: Moment, number: int, entry: Entry, inserted: FilterInserted) -> Filter:
    about = inserted.filter_id
    plans = [each.record for each in _about(moment, FilterPlan, about)]
    newest = plans[-1] if plans and isinstance(plans[-1], FilterPlan) else inserted.plan
    attempts = tuple(_about(moment, FilterRetrieval, about))
    reviews = tuple(_about(moment, FilterReview, about))
    return Filter(number, entry.seq, inserted, newest, reviews, attempts, _outcome(moment, about))


def _about(moment: Moment, kind: type[Record], filter_id: str) -> list[Entry]:
    return [entry for entry in moment.pathway.every(kind) if getattr(entry.record, "filter_id", "") == filter_id]


def _outcome(moment: Moment, filter_id: str) -> Outcome | None:
    """What was written down about this filter counts before what befell the patient."""
    for entry in _about(moment, FilterRetrieval, filter_id):
        if isinstance(entry.record, FilterRetrieval) and entry.record.success:
            return Outcome("retrieved", civil(entry.record.attempted_at))
    for entry in _about(moment, FilterRemovedElsewhere, filter_id):
        if isinstance(entry.record, FilterRemovedElsewhere):
            return Outcome("retrieved", entry.record.removed_on, elsewhere=True)
    for entry in _about(moment, FilterMadePermanent, filter_id):
        return Outcome("permanent_by_decision", civil(entry.at))
    return _befell(moment)


def _befell(moment: Moment) -> Outcome | None:
    """What ends every track at once: a death, or another trust that has accepted the filter."""
    news = died(moment)
    if news is not None and isinstance(news.record, PatientDied):
        return Outcome("died", news.record.died_on or civil(news.record.learned_at))
    if TransferPart.FILTER in accepted_parts(moment):
        answers = [entry.record for entry in moment.pathway.every(TransferAccepted)]
        on = [each.answered_at for each in answers if isinstance(each, TransferAccepted) and each.part == "filter"]
        return Outcome("transferred_accepted", civil(on[-1]))
    return None
