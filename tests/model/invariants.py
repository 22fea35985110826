"""What must hold in every state of the model, read off entries and duties (clinical.md 5; hazards H-01, H-03, H-08)."""

from collections.abc import Iterator

from deploy.local.people import MAIN_TRUST, people
from shared.pathway import closure, decide
from shared.pathway.bleeding_risk import AbsoluteContraindication, BleedingRisk
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.duties import Task, TaskState
from shared.pathway.endings import PatientDied
from shared.pathway.follow_up import AnticoagulationReview, min_until
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Entry
from shared.pathway.registry_entry import procedures, state
from shared.pathway.stages import KINDS
from shared.pathway.trust_news import DeviceRecall
from tests.patients import Case
from tests.unit.pathway import oracle

HELD = frozenset(role for person in people() if person.trust == MAIN_TRUST for role in person.roles)
"""The roles that somebody of the training trust holds."""

OWNERS = {
    "R-PRO-1": {"procedure_end", "procedure_start", "new_time_out"},
    "R-REG-1": {"registry_entry"},
    "R-ACO-5": {"anticoagulation_review", "T-3M", "discharge", "procedure_end"},
    "R-FIL-4": {"filter_retrieval"},
    "R-AE-7": {"adverse_event_outcome"},
    "T-XFER": {"transfer_accepted"},
}
"""For each guard that keeps a pathway open: whose work, or which timer, leads out of it."""


def wrongs(case: Case) -> Iterator[str]:
    """What is wrong with this state; nothing is the only right answer."""
    yield from _registered(case)
    yield from _owned(case)
    yield from _waited_for(case)


def wrong_start(case: Case) -> Iterator[str]:
    """What is wrong with the start that was just written; asked after every step, not for every state."""
    last = case.pathway.entries[-1]
    if not isinstance(last.record, ProcedureStart):
        return
    yield from (f"start: {each}" for each in oracle.wrongs(case.pathway))
    yield from (f"start: {each}" for each in _never(case, last, last.record))


def _never(case: Case, entry: Entry, start: ProcedureStart) -> Iterator[str]:
    recalled = {
        each.record.udi_di for each in case.pathway.every(DeviceRecall) if isinstance(each.record, DeviceRecall)
    }
    for device in start.devices:
        known = case.facts.devices.get(device.udi_di)
        if known is None or known.recalled or device.udi_di in recalled:
            yield "a recalled device"
    if start.lysis_mode != LysisMode.NONE and _forbidden(case):
        yield "a thrombolytic drug that is contraindicated, or may be"
    died = case.pathway.record(PatientDied)
    if died is not None and died.what == "died" and entry.seq > case.pathway.version - 1:
        yield "the patient had died"


def _forbidden(case: Case) -> bool:
    risk = case.pathway.record(BleedingRisk)
    return risk is None or any(risk.absolute.get(each) != Answer.NO for each in AbsoluteContraindication)


def _registered(case: Case) -> Iterator[str]:
    """Every started procedure has its entry, or somebody who owes it (IPG651 1.3)."""
    work = {each.key for each in _open(case) if each.kind == "registry_entry"}
    for procedure, _entry in procedures(case.moment):
        if state(case.moment, procedure) not in {"accepted", "manual_entry_confirmed"} and procedure not in work:
            yield "a procedure without registry entry that nobody owes"


def _open(case: Case) -> list[Task]:
    return [each for each in decide.tasks(case.moment) if each.state == TaskState.OPEN]


def _owned(case: Case) -> Iterator[str]:
    """Every duty has somebody who can do it."""
    for task in _open(case):
        if task.role not in HELD or not set(task.escalated_to) <= HELD:
            yield f"nobody holds the role of {task.kind}"
        if task.kind in KINDS and task.role not in KINDS[task.kind].roles:
            yield f"{task.role} is asked for {task.kind}, and may not write it"
    for view in decide.timers(case.moment):
        if not view.timer.tells or not set(view.timer.tells) <= HELD:
            yield f"{view.timer.id} tells nobody"


def _waited_for(case: Case) -> Iterator[str]:
    """An open pathway waits for somebody; whatever keeps it open has an owner."""
    moment = case.moment
    if closure.closed(moment) is not None:
        return
    pending = {view.timer.id for view in decide.timers(moment) if view.state == "pending"}
    work = {each.kind for each in _open(case)} | pending
    if not work and not decide.owed(moment):
        yield "an open pathway that waits for nobody"
    for guard in closure.guards(moment):
        if not OWNERS[guard.rule] & work:
            yield f"{guard.rule} keeps the pathway open, and nobody owes it"


def time_did_more(before: Case, after: Case) -> Iterator[str]:
    """What passing time did beside firing timers: it stops no drug, and decides nothing (hazard H-03)."""
    written = after.pathway.entries[before.pathway.version :]
    if any(each.by.role != Role.PATENCY or each.kind != "timer_fired" for each in written):
        yield "time wrote more than timers"
    if min_until(before.moment) != min_until(after.moment):
        yield "time moved the least duration of anticoagulation"
    if before.pathway.every(AnticoagulationReview) != after.pathway.every(AnticoagulationReview):
        yield "time decided about the anticoagulant"
