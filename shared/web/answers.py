"""A pathway as the JSON API shows it (architecture 5): reads the clinical core, decides nothing, names nobody."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.pathway import classification, closure, decide, gates, governance_notice
from shared.pathway.civil_time import civil, day_number
from shared.pathway.decide import TimerView
from shared.pathway.duties import Gate, Task
from shared.pathway.eligibility import LimbClass
from shared.pathway.follow_up import AnticoagulationReview, min_until
from shared.pathway.governance_notice import Dispatch, Notice
from shared.pathway.procedure import started
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Part
from shared.pathway.referral import Referral, urgency
from shared.web.shapes import (
    Limb,
    PathwayAnswer,
    ShownDispatch,
    ShownEntry,
    ShownGate,
    ShownNotice,
    ShownTask,
    ShownTimer,
    Treatment,
    Window,
)
from shared.web.tracks import tracks


def pathway(moment: Moment) -> PathwayAnswer:
    """Everything the API says of a pathway at this moment. Times are UTC, dates are London's."""
    found = moment.pathway
    ended = closure.closed(moment)
    return PathwayAnswer(
        pathway_id=found.id,
        trust=found.trust,
        version=found.version,
        now=moment.now,
        status=decide.status(moment),
        closing_reason=ended.reason if ended else closure.ending(moment),
        step=decide.step(moment),
        urgency=urgency(found),
        window=_window(moment),
        limbs=tuple(_limb(each) for each in classification.recommendations(moment)),
        gates=tuple(_gate(each) for each in gates.gates(moment, None)),
        timers=tuple(_timer(each) for each in decide.timers(moment)),
        tasks=tuple(_task(each) for each in decide.tasks(moment)),
        notices=tuple(_notice(each) for each in governance_notice.notices(moment)),
        tracks=tuple(tracks(moment)),
        anticoagulation=_treatment(moment),
        entries=tuple(_entry(each) for each in found.entries),
    )


def shown(moment: Moment) -> dict[str, Any]:
    """The same as plain JSON values, exactly as a client receives them."""
    return pathway(moment).model_dump(mode="json")


def _window(moment: Moment) -> Window | None:
    """Where in the 14 days from presentation the patient is, or was when the procedure started (IPG651 3.9)."""
    referral, begun, policy = moment.pathway.record(Referral), started(moment.pathway), moment.policy
    if referral is None:
        return None
    day = day_number(referral.presentation_at, begun[0].at if begun else moment.now)
    limits = ((policy.window_days + 1, "past_window"), (policy.t14d_red_day, "red"), (policy.t14d_amber_day, "amber"))
    state = next((name for first, name in limits if day >= first), "inside")
    ends_on = civil(referral.presentation_at) + timedelta(days=policy.window_days)
    return Window.model_validate({"day": day, "ends_on": ends_on, "state": state})


def _limb(found: LimbClass) -> Limb:
    return Limb(
        side=found.side,
        cls=found.cls,
        row=found.row,
        reasons=found.reasons,
        paragraphs=found.paragraphs,
        flags=found.flags,
        human=found.human,
        ng158_site=found.ng158_site,
        let_class=found.let_class,
        clot_age=found.clot_age,
        most_proximal=found.most_proximal,
    )


def _gate(gate: Gate) -> ShownGate:
    return ShownGate.model_validate(
        {"id": gate.id, "state": gate.state, "reason": gate.reason, "paragraph": gate.paragraph}
    )


def _timer(view: TimerView) -> ShownTimer:
    timer = view.timer
    return ShownTimer.model_validate(
        {
            "id": timer.id,
            "rung": timer.rung,
            "anchor_field": timer.anchor_field,
            "anchor_value": timer.anchor_value.isoformat(),
            "due_at": timer.due_at,
            "due_on": timer.due_on,
            "state": view.state,
            "fired_at": view.fired_at,
        }
    )


def _task(task: Task) -> ShownTask:
    return ShownTask(
        kind=task.kind,
        key=task.key,
        role=task.role,
        state=task.state,
        opened_at=task.opened_at,
        due_at=task.due_at,
        due_on=civil(task.due_at) if task.due_at else None,
        escalated_to=task.escalated_to,
        why=task.why,
    )


def _notice(notice: Notice) -> ShownNotice:
    return ShownNotice(
        number=notice.number,
        about=notice.about,
        owed_at=notice.owed_at,
        dispatches=tuple(_dispatch(each) for each in notice.dispatches),
        delivered_at=notice.delivered_at,
        acknowledged_at=notice.acknowledged_at,
        acknowledged_by=notice.acknowledged_by,
    )


def _dispatch(each: Dispatch) -> ShownDispatch:
    return ShownDispatch(
        key=each.key,
        to=each.to,
        reason=each.reason,
        sent_at=each.sent_at,
        delivered_at=each.delivered_at,
        failed_at=each.failed_at,
    )


def _treatment(moment: Moment) -> Treatment | None:
    until, review = min_until(moment), moment.pathway.record(AnticoagulationReview)
    if until is None:
        return None
    return Treatment(
        min_until=until,
        decision=review.decision if review else None,
        next_review_due=review.next_review_due if review else None,
    )


def _entry(entry: Entry) -> ShownEntry:
    return ShownEntry(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        by_person=entry.by.person,
        by_role=entry.by.role,
        record=written(entry.record),
    )


def written(record: Part) -> dict[str, Any]:
    """A record as JSON values. What is a set in it comes sorted, so that equal records look equal everywhere."""
    plain: dict[str, Any] = to_jsonable_python(_in_order(record))
    return plain


def _in_order(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _in_order(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_in_order(each) for each in value]
    return value
