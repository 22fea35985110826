"""A pathway at a moment, put into the plain words that workflows and the outside world are given."""

from activities.ports import Letter, Submission
from shared.contracts.looks import Look, Owed
from shared.pathway import decide, registry_entry
from shared.pathway.closure import closed
from shared.pathway.duties import Outside
from shared.pathway.governance_notice import Dispatch, Notice, notices
from shared.pathway.people import Role
from shared.pathway.question import Moment


def look(moment: Moment) -> Look:
    """What the workflow may know: how far the pathway is, what is owed, how long until the clock changes something."""
    ended, due_at = closed(moment), decide.next_due_at(moment)
    return Look(
        version=moment.pathway.version,
        step=decide.step(moment).value,
        settled=tuple(sorted(decide.settled(moment))),
        owed=tuple(Owed(each.kind.value, each.key) for each in decide.owed(moment)),
        wait_s=max((due_at - moment.now).total_seconds(), 0.0) if due_at else None,
        ended=ended.reason.value if ended else None,
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
    return Letter(message_id, pathway.id, pathway.trust, key, notice.about, dispatch.reason, addresses)


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
        "dataset": registry_entry.dataset(moment, procedure),
    }
    return Submission(key, procedure, version, body)


def _owes(moment: Moment, kind: Outside, key: str) -> bool:
    return any(each.kind == kind and each.key == key for each in decide.owed(moment))


def _dispatch(moment: Moment, key: str) -> tuple[Notice, Dispatch] | None:
    pairs = ((notice, each) for notice in notices(moment) for each in notice.dispatches)
    return next((pair for pair in pairs if pair[1].key == key), None)
