"""What news of the trust's registers means for one pathway (clinical.md 4): G3, G6, G13, and who has to look.

A register tells what is so now; an entry tells that this pathway was told. Either is enough to shut a gate.
"""

from collections.abc import Iterator

from shared.pathway.consent import ResearchEnrolment
from shared.pathway.duties import Task, TaskState
from shared.pathway.facts import Authorisation
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.refusal import Refusal
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    NewsAnswered,
    StaffLeft,
    StudyClosed,
)


def permit(moment: Moment) -> Authorisation | None:
    """The trust's authorisation as it counts for this pathway (G6): what was suspended is not in it (R-GOV-6)."""
    found = moment.facts.authorisation
    if found is None:
        return None
    changes: dict[str, object] = {}
    for entry in moment.pathway.every(AuthorisationSuspended):
        said = entry.record
        if not isinstance(said, AuthorisationSuspended) or said.reference in moment.facts.suspensions_lifted:
            continue
        if said.scope == "procedure":
            changes["status"] = "suspended"
        elif said.scope == "device":
            changes["device_models"] = found.device_models - {said.subject}
        else:
            changes["operators"] = found.operators - {said.subject}
        found = found.model_copy(update=changes)
    return found


def study_open(moment: Moment, study_id: str) -> bool:
    """Whether patients may be treated in this study here (G3). Enrolment after its closing was on a reopened study."""
    study = moment.facts.studies.get(study_id)
    if study is None or not study.open_on_site:
        return False
    closed = [e.seq for e in moment.pathway.every(StudyClosed) if getattr(e.record, "study_id", "") == study_id]
    enrolled = moment.pathway.latest(ResearchEnrolment)
    return not closed or (enrolled is not None and enrolled.seq > closed[-1])


def recalled(moment: Moment, udi_di: str, lot: str) -> bool:
    """Whether this device of this lot was recalled (G13, never overridable)."""
    device = moment.facts.devices.get(udi_di)
    if device is not None and (device.recalled or lot in device.recalled_lots):
        return True
    return any(
        isinstance(entry.record, DeviceRecall) and _means(entry.record, udi_di, lot)
        for entry in moment.pathway.every(DeviceRecall)
    )


def _means(recall: DeviceRecall, udi_di: str, lot: str) -> bool:
    return recall.udi_di == udi_di and (not recall.lots or lot in recall.lots)


def touched(moment: Moment, recall: DeviceRecall) -> bool:
    """Whether a device of this recall was scanned or used for this patient."""
    for kind, field in ((ProcedureStart, "devices"), (ProcedureEnd, "devices_used")):
        for entry in moment.pathway.every(kind):
            if any(_means(recall, each.udi_di, each.lot) for each in getattr(entry.record, field)):
                return True
    return False


def owner_now(moment: Moment, person: str) -> str:
    """Who answers today for what `person` took on: whoever took it over when that person left (hazard H-02)."""
    for entry in moment.pathway.every(NewsAnswered):
        answer = entry.record
        if not isinstance(answer, NewsAnswered) or answer.new_owner is None:
            continue
        news = moment.pathway.entries[answer.news - 1].record
        if isinstance(news, StaffLeft) and news.person == person:
            person = answer.new_owner
    return person


def suspension_refusals(question: Question[AuthorisationSuspended]) -> Iterator[Refusal]:
    """Why a suspension cannot stand. Refuses: a device or an operator that is not named. Guidance: YR3."""
    if question.record.scope != "procedure" and question.record.subject is None:
        yield Refusal("R-GOV-6", "subject", "Name the device model or the operator", "YR3")


ASKS: dict[type, tuple[str, Role]] = {
    DeviceRecall: ("recall_review", Role.DEVICE_SAFETY_OFFICER),
    GuidanceSuperseded: ("guidance_review", Role.CLINICAL_OWNER),
    StaffLeft: ("new_owner", Role.MDT_COORDINATOR),
}
"""The work that each kind of news asks of whom. Studies and permits need none here: their gates shut."""


def answer_refusals(question: Question[NewsAnswered]) -> Iterator[Refusal]:
    """Why this is no answer to the news.

    Refuses: an entry that is no news, an answer by another role than it asks, nobody (or a stranger) named to take
    over from somebody who left. Guidance: YR3.
    """
    record, pathway = question.record, question.pathway
    told = pathway.entries[record.news - 1].record if record.news <= pathway.version else None
    asked = ASKS.get(type(told))
    if asked is None:
        yield Refusal("H-17", "news", "This entry is no news that waits for an answer", "YR3")
        return
    if question.by.role not in {asked[1], Role.GOVERNANCE_LEAD}:
        yield Refusal("H-17", "news", f"This asks for the {asked[1].replace('_', ' ')}", "YR3")
    if isinstance(told, StaffLeft):
        if record.new_owner is None or record.new_owner == told.person:
            yield Refusal("H-17", "new_owner", "Name who takes over", "YR3")
        elif record.new_owner not in question.facts.staff:
            yield Refusal("H-17", "new_owner", "Name somebody of this trust's staff directory", "YR3")


def tasks(moment: Moment) -> Iterator[Task]:
    """Looking at each piece of news for this patient. A recall asks only where its device was near this patient."""
    answered = {
        entry.record.news for entry in moment.pathway.every(NewsAnswered) if isinstance(entry.record, NewsAnswered)
    }
    for kind, (work, role) in ASKS.items():
        for entry in moment.pathway.every(kind):
            if isinstance(entry.record, DeviceRecall) and not touched(moment, entry.record):
                continue
            state = TaskState.DONE if entry.seq in answered else TaskState.OPEN
            yield _task(work, role, entry, state)


WHY = {
    "recall_review": "A device used for this patient was recalled",
    "guidance_review": "The guidance this pathway follows was replaced",
    "new_owner": "Somebody this pathway names has left",
}


def _task(work: str, role: Role, entry: Entry, state: TaskState) -> Task:
    return Task(work, role, entry.at, None, key=str(entry.seq), state=state, why=WHY[work])
