"""The filters and the adverse events of a pathway, as the JSON API shows them beside it (architecture 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.pathway import adverse_event_duties, adverse_event_track, filter_track, yellow_card_draft
from shared.pathway.question import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterShown:
    """A filter's track: state, days inside, and how it ended. `kind` tells the tracks apart."""

    kind: Literal["filter"] = "filter"
    number: int
    filter_id: str
    state: str
    inserted_on: date
    dwell_days: int
    target_on: date
    critical_on: date
    owner_person: str | None
    backup_owner: str | None
    booked_for: date | None
    outcome: str | None
    outcome_on: date | None
    elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """A Yellow Card (or its sister) that is owed: where it goes, and what became of it."""

    about: str
    route: str
    state: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventShown:
    """An adverse event's track. What happened stands in its entry, which `event` numbers."""

    kind: Literal["adverse_event"] = "adverse_event"
    event: int
    category: str
    procedure_id: str | None
    phase: str
    serious: bool
    reported_at: datetime
    state: str
    outcome: str | None
    candour_owed: bool
    reports: tuple[ReportShown, ...]


def shown(moment: Moment) -> Iterator[FilterShown | EventShown]:
    """Every filter, then every adverse event, oldest first."""
    yield from (_filter(moment, each) for each in filter_track.filters(moment))
    yield from (_event(moment, each) for each in adverse_event_track.events(moment))


def _filter(moment: Moment, each: filter_track.Filter) -> FilterShown:
    plan, ended = each.plan, each.outcome
    return FilterShown(
        number=each.number,
        filter_id=each.filter_id,
        state=each.state,
        inserted_on=each.inserted_on,
        dwell_days=each.dwell_days(moment.now),
        target_on=each.target_on(moment.policy),
        critical_on=each.critical_on(moment.policy),
        owner_person=plan.owner_person if plan else None,
        backup_owner=plan.backup_owner if plan else None,
        booked_for=plan.booked_for if plan else None,
        outcome=ended.state if ended else None,
        outcome_on=ended.on if ended else None,
        elsewhere=ended.elsewhere if ended else False,
    )


def _event(moment: Moment, each: adverse_event_track.Reported) -> EventShown:
    reports = tuple(_report(moment, each, subject) for subject in adverse_event_duties.reports(each))
    return EventShown(
        event=each.seq,
        category=each.event.category.value,
        procedure_id=each.event.procedure_id,
        phase=adverse_event_track.phase(moment.pathway, each.event),
        serious=adverse_event_track.serious(each.event),
        reported_at=each.reported_at,
        state="open" if each.open else "closed",
        outcome=each.outcome.outcome if each.outcome else None,
        candour_owed=adverse_event_track.notifiable(each.event),
        reports=reports,
    )


def _report(moment: Moment, each: adverse_event_track.Reported, subject: str) -> ReportShown:
    found = yellow_card_draft.draft(moment, each.seq, subject)
    assert found is not None  # noqa: S101 -- the event is one of this moment's
    return ReportShown(about=subject, route=found.route, state=found.state, reference=found.reference)
