"""What is asked by a task, in words, and on which form it is done: the same on My work and on the case."""

from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms.wording import CHOICES
from shared.web.pages.words import Words
from shared.web.shapes import ShownTask

ON_THE_FORM_OF = {
    "contact_after_leaving": "contact_attempt",
    "emergency_call": "break_glass",
    "laboratory_check": "bloods",
    "registry_entry": "registry_manual_entry",
    "registry_update_by_hand": "registry_manual_entry",
    "retrospective_mdt": "mdt_review",
    "stop_procedure": "procedure_end",
    "supply_check": "anticoagulation_review",
    "supply_gap": "anticoagulation_review",
}
"""Tasks that are no record's own name, and are done by writing another one."""


def task_words(kind: str, say: Words) -> str:
    """The task's own words, else those of the form it is about, else that the case says more."""
    keys = (f"task.{kind}", f"form.{kind}", f"record.{kind}")
    return say(next((key for key in keys if key in say), "task.other"))


def why_words(why: str, say: Words) -> str:
    """Why it is asked: as written, or the words of a closing reason that is kept as its code."""
    return say(f"closing.{why}") if f"closing.{why}" in say else why


def part_words(key: str) -> str:
    """The part of the care that another trust is asked to take over, by the key of its task."""
    return CHOICES["TransferPart"].get(key, "")


def when_due(task: ShownTask) -> tuple[bool, float]:
    """For putting tasks in order: the soonest due first, what has no deadline last."""
    return task.due_at is None, task.due_at.timestamp() if task.due_at else 0.0


def form_of(kind: str) -> Kind | None:
    """The record that answers this task; None for work that is done elsewhere (by telephone, in a register)."""
    return KINDS.get(ON_THE_FORM_OF.get(kind, kind))
