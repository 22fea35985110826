"""Reminders before the MDT meets (clinical.md 2.1; IPG651 1.4, 2.3): what it wants to know, and an anticoagulant."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway import closure, mdt_offer
from shared.pathway.anticoagulation import AnticoagulationChanged
from shared.pathway.before_mdt import missing_before_mdt
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.classification import committed, may_go_on
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Task, TaskState
from shared.pathway.laboratory import Bloods
from shared.pathway.people import Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import Referral
from shared.pathway.work_up import WorkUp

WANTED = (WorkUp.kind, BleedingRisk.kind, Bloods.kind)


def tasks(moment: Moment) -> Iterator[Task]:
    """Work-up, bleeding risk and blood: open from the classification, due with the MDT, over when it has decided."""
    entry = committed(moment)
    if entry is None or not may_go_on(moment) or closure.ending(moment) is not None:
        return
    over = bool(started(moment.pathway)) or mdt_offer.settled(moment)
    missing = {} if over else dict(missing_before_mdt(moment))
    for kind in WANTED:
        state = TaskState.OPEN if kind in missing else TaskState.DONE
        why = missing.get(kind, "")
        yield Task(kind, Role.REFERRER, entry.at, _mdt_due(moment), state=state, why=why)


def _mdt_due(moment: Moment) -> datetime | None:
    return next((each.due_at for each in mdt_offer.tasks(moment) if each.kind == "mdt_review"), None)


def alerts(moment: Moment) -> Iterator[Task]:
    """R-REF-3: a patient who takes no anticoagulant, and nobody said why. The referrer is asked at once."""
    entry = moment.pathway.latest(Referral)
    if entry is None or not isinstance(entry.record, Referral) or not _untreated(entry.record):
        return
    answered = _answered(moment, entry) or moment.pathway.latest(Discharge) is not None
    state = TaskState.DONE if answered else TaskState.OPEN
    words = "No anticoagulant and no reason for none: treat, or say why not"
    yield Task("anticoagulation_changed", Role.REFERRER, entry.at, entry.at, state=state, why=words)


def _untreated(referral: Referral) -> bool:
    return referral.current_anticoagulant is None and referral.anticoagulant_contraindication is None


def _answered(moment: Moment, referral: Entry) -> bool:
    answer = moment.pathway.latest(AnticoagulationChanged)
    return answer is not None and answer.seq > referral.seq
