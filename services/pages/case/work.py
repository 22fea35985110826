"""What is to be done on a case: open tasks with the forms for those one may do, and what else may be written down."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.pathway.choices import Status
from shared.pathway.consent import ConsentWithdrawn
from shared.pathway.duties import TaskState
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.people import Role
from shared.pathway.referral import Referral
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.pages.shown.due import Due, due
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


@dataclass(frozen=True, slots=True)
class Way:
    """A form by its words and its address."""

    text: str
    href: str


def todos(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> tuple[Todo, ...]:
    """The open tasks, one's own first, each group soonest due first."""
    found = [_todo(each, answer, role, desks) for each in answer.tasks if each.state == TaskState.OPEN]
    return tuple(sorted(found, key=lambda each: (not each.mine, not each.due.machine, each.due.machine)))


def _todo(task: ShownTask, answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> Todo:
    say = spoken()
    kind = KINDS.get(task.kind)
    href = form_address(kind, answer.pathway_id, desks) if kind is not None and _may(task, kind, role) else ""
    mine = role == task.role or role in task.escalated_to
    return Todo(say(f"task.{task.kind}"), say(f"role.{task.role}"), task.why, due(task.due_at, answer.now), href, mine)


def _may(task: ShownTask, kind: Kind, role: Role) -> bool:
    """A signature is asked of one specialty each; anything else may be done by every role that writes it."""
    return role == task.role if kind.name == MdtSignOff.kind else role in kind.roles


def form_address(kind: Kind, pathway_id: str, desks: Mapping[str, str]) -> str:
    """Where the form of this kind is, on its own desk."""
    return f"{desks[kind.desk]}/pathways/{pathway_id}/{kind.name}"


def other_ways(answer: PathwayAnswer, role: Role, desks: Mapping[str, str], *, linked: set[str]) -> tuple[Way, ...]:
    """Forms this role may write that no task above leads to. A closed pathway has none."""
    if answer.status == Status.CLOSED:
        return ()
    beside = {Referral.kind, ConsentWithdrawn.kind, MdtSignOff.kind}
    kinds = (kind for kind in KINDS.values() if kind.desk and role in kind.roles and kind.name not in beside)
    ways = (Way(spoken()(f"form.{kind.name}"), form_address(kind, answer.pathway_id, desks)) for kind in kinds)
    return tuple(way for way in ways if way.href not in linked)


def withdrawal(answer: PathwayAnswer, role: Role, desks: Mapping[str, str]) -> str:
    """The address of the withdrawal, "" for a role that is told nothing by patients, and once all is closed."""
    kind = KINDS[ConsentWithdrawn.kind]
    if role not in kind.roles or answer.status == Status.CLOSED:
        return ""
    return form_address(kind, answer.pathway_id, desks)
