"""Who owes what, as Task: the derived tasks of the pathway, open and done (clinical.md 7)."""

from collections.abc import Iterator

from shared.fhir.elements import Case, Json, instant, of_list, period
from shared.pathway import decide
from shared.pathway.duties import Task, TaskState


def told(case: Case) -> Iterator[Json]:
    """Each task once. A task may be owed by two roles: each is one of its own."""
    yield from (_task(case, each) for each in decide.tasks(case.moment))


def _task(case: Case, task: Task) -> Json:
    """`restriction` says until when. Overdue is said in `businessStatus`: the state itself does not change by it."""
    late = task.state == TaskState.OPEN and task.due_at is not None and task.due_at < case.moment.now
    return case.resource(
        "Task",
        task.kind,
        task.key,
        task.role,
        status="requested" if task.state == TaskState.OPEN else "completed",
        businessStatus={"text": "overdue"} if late else None,
        intent="order",
        code=of_list("task", task.kind),
        focus=case.plan,
        for_=case.patient,
        authoredOn=instant(task.opened_at),
        performerType=[of_list("role", each.value) for each in (task.role, *task.escalated_to)],
        restriction={"period": period(None, task.due_at)} if task.due_at else None,
    )
