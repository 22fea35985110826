"""What may be written about a filter, and why not (clinical.md 2.7, R-FIL-1..3; IPG651 2.5)."""

from collections.abc import Iterator
from datetime import date, timedelta

from shared.pathway.choices import Urgency
from shared.pathway.civil_time import civil
from shared.pathway.filter_insertion import FilterInserted, RetrievalPlan
from shared.pathway.filter_records import (
    FilterMadePermanent,
    FilterPlan,
    FilterRemovedElsewhere,
    FilterRetrieval,
    FilterReview,
)
from shared.pathway.filter_track import Filter, named
from shared.pathway.procedure import ProcedureEnd, started, started_at, under_way
from shared.pathway.question import Question
from shared.pathway.referral import urgency
from shared.pathway.refusal import Refusal
from shared.pathway.roles import CONSULTANTS

AboutOne = (
    Question[FilterReview]
    | Question[FilterRetrieval]
    | Question[FilterMadePermanent]
    | Question[FilterRemovedElsewhere]
)


def insertion_refusals(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    """Why a procedure cannot be signed off with this filter.

    Refuses: no plan with target, owner and backup (in an emergency it is owed within a day), a filter put in at
    another time than this procedure, one that is on this pathway already. Guidance: 2.5.
    """
    inserted = question.record.filter
    if inserted is None:
        return
    planned = inserted.plan or _planned_before(question, inserted.filter_id)
    if planned is None and urgency(question.pathway) != Urgency.EMERGENCY:
        words = "Plan the retrieval before you sign off: by when, who, and who when they cannot"
        yield Refusal("R-FIL-1", "filter.plan", words, "2.5")
    if inserted.plan is not None:
        yield from _plan(question, inserted.plan, "filter.plan.", _latest_target(question, inserted))
    if named(question.moment, inserted.filter_id) is not None:
        yield Refusal("R-FIL-4", "filter.serial", "This filter is on this pathway already", "2.5")
    begun = started(question.pathway)
    if begun and not started_at(begun[-1]) <= inserted.inserted_at <= question.record.ended_at:
        words = "The filter went in between the start and the end of the procedure"
        yield Refusal("R-FIL-4", "filter.inserted_at", words, "2.5")


def _planned_before(question: Question[ProcedureEnd], filter_id: str) -> FilterPlan | None:
    plans = [entry.record for entry in question.pathway.every(FilterPlan)]
    return next((each for each in plans if isinstance(each, FilterPlan) and each.filter_id == filter_id), None)


def plan_refusals(question: Question[FilterPlan]) -> Iterator[Refusal]:
    """Why this plan cannot stand.

    Refuses: a filter that is not inside (while a procedure goes on, the one about to be), a target that is past
    or later than the filter may stay, an owner or backup whom the directory does not know, one person as both.
    Guidance: 2.5.
    """
    found = named(question.moment, question.record.filter_id)
    if found is None and not under_way(question.pathway):
        yield _unknown()
        return
    if found is not None and found.outcome is not None:
        yield _over(found)
    latest = found.critical_on(question.policy) if found else _without_ifu(question)
    yield from _plan(question, question.record, "", latest)


def _plan(
    question: Question[FilterPlan] | Question[ProcedureEnd], plan: RetrievalPlan, place: str, latest: date
) -> Iterator[Refusal]:
    today = civil(question.now)
    if not today <= plan.target_on <= latest:
        words = f"Choose a day from today to {latest.isoformat()}: later it may not come out any more"
        yield Refusal("R-FIL-1", f"{place}target_on", words, "2.5")
    if plan.booked_for is not None and plan.booked_for < today:
        yield Refusal("R-FIL-1", f"{place}booked_for", "This day is past", "2.5")
    for field in ("owner_person", "backup_owner"):
        if getattr(plan, field) not in question.facts.staff:
            words = "Name somebody of this trust's staff directory"
            yield Refusal("R-FIL-1", f"{place}{field}", words, "2.5")
    if plan.owner_person == plan.backup_owner:
        words = "Name another person, who does it when the first cannot"
        yield Refusal("R-FIL-1", f"{place}backup_owner", words, "2.5")


def _latest_target(question: Question[ProcedureEnd], inserted: FilterInserted) -> date:
    return Filter(0, 0, inserted, None, (), (), None).critical_on(question.policy)


def _without_ifu(question: Question[FilterPlan]) -> date:
    return civil(question.now) + timedelta(days=question.policy.filter_critical_days)


def _unknown() -> Refusal:
    return Refusal("R-FIL-4", "filter_id", "This pathway has no such filter", "2.5")


def _over(found: Filter) -> Refusal:
    return Refusal("R-FIL-4", "filter_id", f"This filter is settled: {found.state.replace('_', ' ')}", "2.5")


def _inside(question: AboutOne) -> Iterator[Refusal]:
    found = named(question.moment, question.record.filter_id)
    if found is None:
        yield _unknown()
    elif found.outcome is not None:
        yield _over(found)


def review_refusals(question: Question[FilterReview]) -> Iterator[Refusal]:
    """Why this review cannot stand.

    Refuses: a filter that is not inside, a day before it went in or to come. Guidance: 2.5.
    """
    yield from _inside(question)
    yield from _on_a_day_inside(question, "reviewed_on", question.record.reviewed_on)


def _on_a_day_inside(question: AboutOne, field: str, day: date) -> Iterator[Refusal]:
    found = named(question.moment, question.record.filter_id)
    if found is not None and not found.inserted_on <= day <= civil(question.now):
        yield Refusal("R-FIL-4", field, "This lies between the day the filter went in and today", "2.5")


def retrieval_refusals(question: Question[FilterRetrieval]) -> Iterator[Refusal]:
    """Why this attempt cannot stand.

    Refuses: a filter that is not inside, a time outside its stay, no venogram immediately before (R-FIL-3), a
    failure without its reason, a success with one. Guidance: 2.5.
    """
    attempt = question.record
    yield from _inside(question)
    yield from _on_a_day_inside(question, "attempted_at", civil(attempt.attempted_at))
    if attempt.attempted_at > question.now:
        yield Refusal("R-FIL-4", "attempted_at", "This lies in the future", "2.5")
    if attempt.venogram is None:
        yield Refusal("R-FIL-3", "venogram", "Write down the venogram made immediately before", "2.5")
    # [D] immediately before: earlier on the same day
    elif not _same_day_before(attempt):
        words = "The venogram is made on the same day, before the attempt"
        yield Refusal("R-FIL-3", "venogram.performed_at", words, "2.5")
    if attempt.success == (attempt.failure_reason is not None):
        words = "Leave this empty when it is out" if attempt.success else "Write down why it is still inside"
        yield Refusal("R-FIL-4", "failure_reason", words, "2.5")


def _same_day_before(attempt: FilterRetrieval) -> bool:
    seen = attempt.venogram
    if seen is None:
        return False
    same_day = civil(seen.performed_at) == civil(attempt.attempted_at)
    return same_day and seen.performed_at <= attempt.attempted_at


def permanent_refusals(question: Question[FilterMadePermanent]) -> Iterator[Refusal]:
    """Why the filter cannot be left in for good by this record (R-FIL-2).

    Refuses: a filter that is not inside, no consultant of this trust, no MDT review since it went in, a patient
    who does not know. Guidance: 2.5.
    """
    record = question.record
    found = named(question.moment, record.filter_id)
    yield from _inside(question)
    if not question.facts.staff.get(record.consultant, frozenset()) & CONSULTANTS:
        yield Refusal("R-FIL-2", "consultant", "Name a consultant of this trust", "2.5")
    if found is not None and not found.inserted_on <= record.mdt_met_on <= civil(question.now):
        yield Refusal("R-FIL-2", "mdt_met_on", "The MDT discussed it between the day it went in and today", "3.8")
    if not record.patient_informed:
        yield Refusal("R-FIL-2", "patient_informed", "Tell the patient first that the filter stays", "2.5")


def elsewhere_refusals(question: Question[FilterRemovedElsewhere]) -> Iterator[Refusal]:
    """Why this news cannot stand.

    Refuses: a filter that is not inside, a day before it went in or to come. Guidance: 2.5.
    """
    yield from _inside(question)
    yield from _on_a_day_inside(question, "removed_on", question.record.removed_on)
