"""What is to be done on a case: open tasks with the forms for those one may do, and the withdrawal of consent."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.pages.case.ways import form_address
from shared.pathway.choices import Status
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.duties import TaskState
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.people import Role
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.tasks import form_of, task_words, why_words
from shared.web.pages.words import spoken
from shared.web.shapes import PathwayAnswer, ShownTask


@dataclass(frozen=True, slots=True)
class Todo:
    """An open task. `href` leads to its form, "" for whoever may not fill it in."""

    text: str
    role: str
    why: str
    due: Due
    href: str
    mine: bool


def todos(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> tuple[Todo, ...]:
    """The open tasks, one's own first, each group soonest due first."""
    found = [_todo(each, answer, role, desks) for each in answer.tasks if each.state == TaskState.OPEN]
    return tuple(sorted(found, key=lambda each: (not each.mine, not each.due.machine, each.due.machine)))


def _todo(task: ShownTask, answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> Todo:
    say = spoken()
    kind = form_of(task.kind)
    href = form_address(kind, answer.pathway_id, desks) if kind is not None and _may(task, kind, role) else ""
    mine = role == task.role or role in task.escalated_to
    why, until = why_words(task.why, say), due(task.due_at, answer.now)
    return Todo(task_words(task.kind, say), say(f"role.{task.role}"), why, until, href, mine)


def _may(task: ShownTask, kind: Kind, role: Role) -> bool:
    """A signature is asked of one specialty each; anything else may be done by every role that writes it."""
    return role == task.role if kind.name == MdtSignOff.kind else role in kind.roles


def withdrawal(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> str:
    """The address of the withdrawal, for a button of its own once there is something to withdraw from.

    "" before that, for a role that is told nothing by patients, and once all is closed or the patient has died.
    """
    kind = KINDS[ConsentWithdrawn.kind]
    over = answer.status == Status.CLOSED or any(each.kind == "death" for each in answer.tracks)
    if role not in kind.roles or over or not _to_withdraw_from(answer):
        return ""
    return form_address(kind, answer.pathway_id, desks)


def _to_withdraw_from(answer: PathwayAnswer) -> bool:
    """Whether the MDT has ever offered the procedure, or consent was taken (IPG651 1.2)."""
    offered = any(each.about == "mdt_offer" for each in answer.notices)
    return offered or any(each.kind == Consent.kind for each in answer.entries)
