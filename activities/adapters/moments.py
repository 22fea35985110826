"""A pathway at a moment, put into the plain words that workflows and the outside world are given."""

from collections.abc import Iterator
from datetime import datetime

from activities.ports import Letter, Submission
from shared.contracts.looks import Inside, Look, Owed
from shared.pathway import decide, filter_chasing, filter_track, registry_dataset, registry_entry
from shared.pathway.closure import closed
from shared.pathway.duties import Outside
from shared.pathway.governance_notice import Dispatch, Notice, notices
from shared.pathway.people import Role
from shared.pathway.question import Moment


def seen(moment: Moment, filter_number: int | None) -> Look | None:
    """The pathway, or the track of the filter with this number; None when there is none."""
    if filter_number is None:
        return look(moment)
    found = next((each for each in filter_track.filters(moment) if each.number == filter_number), None)
    return _look_at_filter(moment, found) if found else None


def _look_at_filter(moment: Moment, each: filter_track.Filter) -> Look:
    """How long until the next rung of this filter's ladder, and the outcome once there is one."""
    due_at = filter_chasing.next_due_at(moment, each)
    return Look(
        version=moment.pathway.version,
        step="filter_retrieval",
        wait_s=_seconds_until(moment, due_at),
        ended=each.outcome.state if each.outcome else None,
    )


def _seconds_until(moment: Moment, due_at: datetime | None) -> float | None:
    return max((due_at - moment.now).total_seconds(), 0.0) if due_at else None


def _inside(moment: Moment) -> Iterator[Inside]:
    for each in filter_track.in_situ(moment):
        due_at = filter_chasing.next_due_at(moment, each)
        yield Inside(each.number, due_at.isoformat() if due_at else "")


def look(moment: Moment) -> Look:
    """What the workflow may know: how far the pathway is, what is owed, how long until the clock changes something."""
    due_at = decide.next_due_at(moment)
    ended = closed(moment) if due_at is None else None  # a closed pathway is followed while its tracks have deadlines
    return Look(
        version=moment.pathway.version,
        step=decide.step(moment).value,
        settled=tuple(sorted(decide.settled(moment))),
        owed=tuple(Owed(each.kind.value, each.key) for each in decide.owed(moment)),
        wait_s=_seconds_until(moment, due_at),
        ended=ended.reason.value if ended else None,
        filters=tuple(_inside(moment)),
    )


def addressee(moment: Moment, key: str) -> Role | None:
    """The role a dispatch is owed to now; None when it is not owed (any more)."""
    found = _dispatch(moment, key) if _owes(moment, Outside.GOVERNANCE_NOTICE, key) else None
    return found[1].to if found else None


def sent_to(moment: Moment, key: str) -> Role | None:
    """The role a dispatch is meant for, owed or not: its delivery may be reported before it is noted as sent."""
    found = _dispatch(moment, key)
    return found[1].to if found else None


def letter(moment: Moment, key: str, addresses: tuple[str, ...]) -> Letter | None:
    """The governance notice behind one dispatch. Nothing in it identifies or describes the patient."""
    found = _dispatch(moment, key)
    if found is None:
        return None
    notice, dispatch = found
    pathway = moment.pathway
    message_id = f"{key}.{pathway.id}"
    to = dispatch.to.value
    return Letter(message_id, pathway.id, pathway.trust, key, notice.about, dispatch.reason, addresses, to=to)


def submission(moment: Moment, key: str) -> Submission | None:
    """The registry entry behind one obligation; None when it is not owed (any more)."""
    if not _owes(moment, Outside.REGISTRY_ENTRY, key):
        return None
    procedure = key.rpartition(".v")[0]
    version = registry_entry.dataset_version(moment, procedure)
    body = {
        "procedure_id": procedure,
        "dataset_version": version,
        "trust": moment.pathway.trust,
        "pathway_ref": moment.pathway.id,
        "dataset": registry_dataset.dataset(moment, procedure),
    }
    return Submission(key, procedure, version, body)


def _owes(moment: Moment, kind: Outside, key: str) -> bool:
    return any(each.kind == kind and each.key == key for each in decide.owed(moment))


def _dispatch(moment: Moment, key: str) -> tuple[Notice, Dispatch] | None:
    pairs = ((notice, each) for notice in notices(moment) for each in notice.dispatches)
    return next((pair for pair in pairs if pair[1].key == key), None)
