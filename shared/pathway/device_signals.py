"""The same device model and the same harm, again and again: a signal for governance (R-AE-6; IPG651 YR3)."""

from collections.abc import Iterator

from shared.pathway.adverse_event_track import Reported, device_report, events, seen_by
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.pathway.roles import GOVERNANCE
from shared.pathway.trust_news import AuthorisationSuspended


def model_of(each: Reported) -> str | None:
    """The model of the device involved, as the trust's register named it when the event was reported."""
    device = each.event.device
    found = each.entry.facts.devices.get(device.udi_di) if device else None
    return found.model if found else None


def count(each: Reported) -> int:
    """How many such events of the trust there were in the days before, this one counted."""
    model = model_of(each)
    return 1 + each.entry.facts.device_events.get(f"{model}/{each.event.category.value}", 0) if model else 0


def signals(moment: Moment) -> tuple[Reported, ...]:
    """The events with which a model reached the number that asks for a look."""
    most = moment.policy.device_signal_events
    return tuple(each for each in events(moment) if device_report(each.event) and count(each) >= most)


def tasks(moment: Moment) -> Iterator[Task]:
    """Governance decides whether the device is suspended; the system suggests it, and suspends nothing."""
    for each in signals(moment):
        looked = bool(seen_by(moment, each.seq) & {role.value for role in GOVERNANCE})
        done = looked or _suspended(moment, model_of(each), each.seq)
        state = TaskState.DONE if done else TaskState.OPEN
        yield Task(
            "device_signal",
            Role.GOVERNANCE_LEAD,
            each.reported_at,
            each.reported_at,
            key=str(each.seq),
            state=state,
            why=_words(moment, each),
        )


def _words(moment: Moment, each: Reported) -> str:
    days, found = moment.policy.device_signal_days, count(each)
    happened = each.event.category.value.replace("_", " ")
    return f"{found} events of this kind ({happened}) with {model_of(each)} in {days} days: think of suspending it"


def _suspended(moment: Moment, model: str | None, since: int) -> bool:
    return any(
        entry.seq > since
        and isinstance(entry.record, AuthorisationSuspended)
        and entry.record.scope == "device"
        and entry.record.subject == model
        for entry in moment.pathway.every(AuthorisationSuspended)
    )
