"""What is to be done on a case: open tasks with the forms for those one may do, and the withdrawal of consent."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.pages.case.ways import form_address
from shared.pathway.choices import Status
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.duties import TaskState
from shared.pathway.endings import TransferAccepted
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import Role
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.tasks import form_of, part_words, task_words, when_due, why_words
from shared.web.pages.words import spoken
from shared.web.shapes import PathwayAnswer, ShownTask

ANEW = frozenset({MdtReview.kind, MdtSignOff.kind, Consent.kind})
AT_ONCE = frozenset({"stop_procedure", "emergency_call"})
STOPPABLE = frozenset({Status.MDT_PENDING, Status.PREPARING, Status.READY, Status.IN_PROCEDURE})


@dataclass(frozen=True, slots=True)
class Todo:
    """An open task. `href` leads to its form, "" for whoever may not fill it in.

    `mine`: it is asked of the reader's role; `escalated`: because the role that owed it did not do it.
    """

    text: str
    role: str
    why: str
    due: Due
    href: str
    mine: bool
    escalated: bool


def todos(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> tuple[Todo, ...]:
    """The open tasks: what cannot wait a minute, then one's own, then the others', each group soonest due first."""
    found = [each for each in answer.tasks if each.state == TaskState.OPEN]
    ordered = sorted(found, key=lambda each: (each.kind not in AT_ONCE, not _mine(each, role), *when_due(each)))
    return tuple(_todo(each, answer, role, desks) for each in ordered)


def _mine(task: ShownTask, role: Role) -> bool:
    return role == task.role or role in task.escalated_to


def _todo(task: ShownTask, answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> Todo:
    say = spoken()
    kind = form_of(task.kind)
    href = _address(task, kind, answer, desks) if kind is not None and _may(task, kind, role) else ""
    escalated = role != task.role and role in task.escalated_to
    why, until = ". ".join(filter(None, (_about(task, answer), why_words(task.why, say)))), due(task.due_at, answer.now)
    return Todo(task_words(task.kind, say), say(f"role.{task.role}"), why, until, href, _mine(task, role), escalated)


def _address(task: ShownTask, kind: Kind, answer: PathwayAnswer, desks: Mapping[str, str]) -> str:
    """Its form; of a governance notice its place in the inbox, where it says what it is about."""
    if kind.name == NoticeAcknowledged.kind:
        return f"{desks['governance']}/inbox?pathway={answer.pathway_id}#n-{answer.pathway_id}-{task.key}"
    return form_address(kind, answer.pathway_id, desks)


def _about(task: ShownTask, answer: PathwayAnswer) -> str:
    """Which notice is to be acknowledged, which part handed over: a pathway may owe several at once."""
    say = spoken()
    if task.kind == TransferAccepted.kind:
        return part_words(task.key)
    notice = next((each for each in answer.notices if str(each.number) == task.key), None)
    if task.kind != NoticeAcknowledged.kind or notice is None:
        return ""
    return say("notice.caption", number=notice.number, about=say(f"notice_about.{notice.about}"))


def _may(task: ShownTask, kind: Kind, role: Role) -> bool:
    """A signature is asked of one specialty each; anything else may be done by every role that writes it."""
    return role == task.role if kind.name == MdtSignOff.kind else role in kind.roles


def withdrawal(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> str:
    """The address of the withdrawal, a way of its own once there is something to withdraw from.

    "" before that, for a role that is told nothing by patients, once the patient has withdrawn from all of it, and
    once all is closed or the patient has died.
    """
    kind = KINDS[ConsentWithdrawn.kind]
    over = answer.status == Status.CLOSED or any(each.kind == "death" for each in answer.tracks)
    if role not in kind.roles or over or _withdrawn_from_all(answer) or not _to_withdraw_from(answer):
        return ""
    return form_address(kind, answer.pathway_id, desks)


def _to_withdraw_from(answer: PathwayAnswer) -> bool:
    """Whether the MDT has ever offered the procedure, or consent was taken (IPG651 1.2)."""
    return consented(answer) or any(each.about == "mdt_offer" for each in answer.notices)


def _withdrawn_from_all(answer: PathwayAnswer) -> bool:
    """Whether the last word was a withdrawal that named no line: nothing is left until there is a new offer."""
    said = [each.seq for each in answer.entries if each.kind == ConsentWithdrawn.kind and not each.record["lines"]]
    since = [each.seq for each in answer.entries if each.kind in ANEW]
    return bool(said) and said[-1] > max(since, default=0)


def consented(answer: PathwayAnswer) -> bool:
    """Whether consent was ever taken: before that the patient says no, and withdraws nothing."""
    return any(each.kind == Consent.kind for each in answer.entries)


def withdrawal_stops(answer: PathwayAnswer) -> bool:
    """Whether a withdrawal would stop a procedure: then it is the red button, and everywhere else a link.

    What is withdrawn already is stopped.
    """
    withdrawn = any(each.kind == "consent" and each.state == "withdrawn" for each in answer.tracks)
    return consented(answer) and not withdrawn and answer.status in STOPPABLE
