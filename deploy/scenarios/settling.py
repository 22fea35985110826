"""Whether a live pathway has come to rest: nothing is due that has not fired, nothing owed that will still be met.

Read off the pathway as the API shows it, so that a look at it is enough.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from deploy.scenarios.outside import Answering
from shared.pathway.procedure import ProcedureEnd
from shared.pathway.registry_entry import RegistryAccepted, RegistryRejected

ANSWERS = frozenset({RegistryAccepted.kind, RegistryRejected.kind})


def unsettled(look: dict[str, Any], answering: Answering) -> str:
    """The first thing that has to happen by itself yet, in words; "" when there is none."""
    return next(_unsettled(look, answering), "")


def _unsettled(look: dict[str, Any], answering: Answering) -> Iterator[str]:
    now = datetime.fromisoformat(look["now"])
    for timer in look["timers"]:
        if timer["state"] == "pending" and datetime.fromisoformat(timer["due_at"]) <= now:
            yield f"timer {timer['id']} {timer['rung']} has not fired"
    for notice in look["notices"]:
        yield from _mail(notice, awaited=answering.mail is not None)
    if answering.registry is not None:
        for track in look["tracks"]:
            if track["kind"] == "registry":
                yield from _registry(look, track)


def _mail(notice: dict[str, Any], *, awaited: bool) -> Iterator[str]:
    for each in notice["dispatches"]:
        if each["failed_at"] is not None or each["delivered_at"] is not None:
            continue
        if each["sent_at"] is None and notice["acknowledged_at"] is None:
            yield f"notice {each['key']} has not been sent"
        if each["sent_at"] is not None and awaited:
            yield f"nobody has reported what became of notice {each['key']}"


def _registry(look: dict[str, Any], track: dict[str, Any]) -> Iterator[str]:
    if track["state"] == "manual_entry_confirmed" or not _ended(look, track["procedure_id"]):
        return
    told = {
        (each["record"]["procedure_id"], each["record"]["dataset_version"])
        for each in look["entries"]
        if each["kind"] in ANSWERS
    }
    if (track["procedure_id"], track["dataset_version"]) not in told:
        yield f"the registry has not answered about version {track['dataset_version']}"


def _ended(look: dict[str, Any], procedure: str) -> bool:
    ends = sum(each["kind"] == ProcedureEnd.kind for each in look["entries"])
    return any(procedure == f"{look['pathway_id']}.{number}" for number in range(1, ends + 1))
