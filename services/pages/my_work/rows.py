"""A task as a line of a worklist: whose leg, which side, which day of fourteen, what is asked, until when, of whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.ledger.assignments import TaskNamed
from shared.ledger.work import OpenTask
from shared.pathway.choices import Status
from shared.pathway.civil_time import civil, day_number
from shared.pathway.endings import TransferAccepted
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.people import Role
from shared.policy import Policy
from shared.web.pages.shown.banner import leg_words, name_words, reference_words, urgency_tag
from shared.web.pages.shown.due import Due, due
from shared.web.pages.shown.instants import born_words, day_words, grouped
from shared.web.pages.shown.tag import Tag
from shared.web.pages.shown.tasks import form_of, part_words, task_words, why_words
from shared.web.pages.shown.window import COLOURS, in_a_row
from shared.web.pages.words import Words, spoken

BETWEEN = "~"
PARTS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """`value` names the task in a form, with who had it when the page was drawn.

    `has` is nobody, me, other, or away: somebody for whom the reader does it in the meantime. `holder` is an id,
    `holder_name` the same person by name. `name` is the patient's, "" where the role does not see it.
    `ends` is the last of the 14 days while they run; `clock` is the pathway's own date in training.
    """

    value: str
    name: str
    facts: str
    reference: str
    case: str
    leg: str
    day: str
    ends: str
    clock: str
    tags: tuple[Tag, ...]
    task: str
    why: str
    form: str
    due: Due
    holder: str
    holder_name: str
    has: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: their directory id, their role, where the desks are, by name, and for whom they stand in today."""

    person: str
    role: Role
    desks: Mapping[str, str]
    stands_for: Collection[str] = ()
    training: bool = False


def row(task: OpenTask, reader: Reader, policy: Policy, say: Words | None = None) -> Row:
    say = say or spoken()
    asked = task_words(task.kind, say)
    reference = reference_words(task.pathway_id)
    name = name_words(task.patient.name) if task.patient else ""
    return Row(
        value=written(task, reader.role),
        name=name,
        facts=_facts(task),
        reference=reference,
        case=f"/pathways/{task.pathway_id}",
        leg=leg_words(task.sides, say),
        day=_day(task, say),
        ends=_ends(task, policy, say),
        clock=say("my_work.clock", day=day_words(civil(task.now))) if reader.training else "",
        tags=_tags(task, policy, say),
        task=asked,
        why=". ".join(filter(None, (_which(task, say), why_words(task.why, say)))),
        form=form_address(task, reader),
        due=due(task.due_at, task.now, say),
        holder=task.holder or "",
        holder_name=task.holder_name or task.holder or "",
        has=_has(task, reader),
    )


def _which(task: OpenTask, say: Words) -> str:
    """Which notice is to be acknowledged, which part handed over: a pathway may owe several at once."""
    if task.kind == TransferAccepted.kind:
        return part_words(task.key)
    return say("my_work.notice", number=task.key) if task.kind == NoticeAcknowledged.kind else ""


def form_address(task: OpenTask, reader: Reader) -> str:
    """Where this reader does the task; the case itself when the task is another role's or has no form."""
    pathway, kind = task.pathway_id, task.kind
    if kind == "mdt_sign_off":
        return f"{reader.desks['mdt_review']}/meeting/{pathway}"
    if kind == NoticeAcknowledged.kind:
        return f"{reader.desks['governance']}/inbox?pathway={pathway}#n-{pathway}-{task.key}"
    form = form_of(kind)
    if form is None or not form.desk or reader.role not in form.roles:
        return f"{reader.desks['front_door']}/pathways/{pathway}"
    return f"{reader.desks[form.desk]}/pathways/{pathway}/{form.name}"


def written(task: OpenTask, role: Role) -> str:
    """A task as a form names it; the reader's own role is left out."""
    other = "" if task.role == role.value else task.role
    return BETWEEN.join((task.pathway_id, task.kind, task.key, other, task.holder or ""))


def read(value: str, role: Role) -> tuple[TaskNamed, str | None] | None:
    """The task that a form names and who had it. None for what no page of ours wrote."""
    parts = value.split(BETWEEN)
    if len(parts) != PARTS or not value.isascii() or not value.isprintable():
        return None
    pathway_id, kind, key, other, holder = parts
    if other and other not in {each.value for each in Role}:
        return None
    return TaskNamed(pathway_id, kind, key, Role(other) if other else role), holder or None


def _facts(task: OpenTask) -> str:
    patient = task.patient
    if patient is None:
        return ""
    born = f", {born_words(patient.born_on)}" if patient.born_on else ""
    return f"{grouped(patient.number)}{born}"


def _day(task: OpenTask, say: Words) -> str:
    return in_a_row(_number(task), say, treated=task.started_at is not None, closed=task.status == Status.CLOSED)


def _ends(task: OpenTask, policy: Policy, say: Words) -> str:
    """The last of the 14 days, as long as they run; "" after that."""
    if not _running(task) or _number(task) > policy.window_days:
        return ""
    return say("window.ends", day=day_words(civil(task.presentation_at) + timedelta(days=policy.window_days)))


def _running(task: OpenTask) -> bool:
    return task.started_at is None and task.status != Status.CLOSED


def _number(task: OpenTask) -> int:
    """The day stands still once a procedure has started, as everywhere."""
    until: datetime = task.started_at or task.now
    return day_number(task.presentation_at, until)


def _tags(task: OpenTask, policy: Policy, say: Words) -> tuple[Tag, ...]:
    """How urgent it is and how short the time, as long as time still runs."""
    if not _running(task):
        return ()
    limits = ((policy.window_days + 1, "past_window"), (policy.t14d_red_day, "red"), (policy.t14d_amber_day, "amber"))
    state = next((name for first, name in limits if _number(task) >= first), "")
    short = (Tag(say(f"window.{state}"), COLOURS[state]),) if state else ()
    return (urgency_tag(task.urgency, say), *short)


def _has(task: OpenTask, reader: Reader) -> str:
    if task.holder is None:
        return "nobody"
    if task.holder == reader.person:
        return "me"
    return "away" if task.holder in reader.stands_for else "other"
