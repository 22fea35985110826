"""What the weekly comparison found about a procedure's registry entry, as work with an owner and a day (R-REG-4; 1.3).

Written down only when it is not what the last one found. That an entry is not made yet is no finding here: that is a
task of its own from the start of the procedure on.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from shared.contracts.registry_lists import Difference
from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.duties import Task, TaskState
from shared.pathway.people import Role
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.registry_by_hand import about
from shared.pathway.registry_entry import procedures
from shared.pathway.text import Code

FOUND = frozenset(Difference) - {Difference.NOT_ENTERED}
"""The differences that are told to a pathway."""


class RegistryCompared(Record):
    """The three lists were compared: what does not agree about this procedure, nothing when all of it does."""

    kind: ClassVar[str] = "registry_compared"

    procedure_id: Code = asked("Which procedure?")
    found: frozenset[Difference] = asked("What does not agree?", default=frozenset())


def refusals(question: Question[RegistryCompared]) -> Iterator[Refusal]:
    """Refuses an unknown procedure. Guidance: 1.3."""
    if question.record.procedure_id not in {procedure for procedure, _entry in procedures(question.moment)}:
        yield Refusal("R-REG-1", "procedure_id", "This pathway has no such procedure", "1.3")


def told(moment: Moment) -> Mapping[str, frozenset[Difference]]:
    """What each procedure was last told to differ in."""
    return {procedure: _found(_compared(moment, procedure)) for procedure, _entry in procedures(moment)}


def tasks(moment: Moment) -> Iterator[Task]:
    """Work for the clerk from the first comparison that found something until one finds nothing."""
    for procedure, _entry in procedures(moment):
        compared = _compared(moment, procedure)
        since = _since(compared)
        if since is None:
            continue
        due_on = roll_back(civil(since.at) + timedelta(days=moment.policy.registry_submit_days), moment.pathway.nation)
        due = at_time(due_on, moment.policy.working_day_ends)
        state = TaskState.OPEN if _found(compared) else TaskState.DONE
        late = (Role.GOVERNANCE_LEAD,) if state == TaskState.OPEN and moment.now >= due else ()
        yield Task(
            "registry_difference", Role.REGISTRY_CLERK, since.at, due, key=procedure, state=state, escalated_to=late
        )


def _compared(moment: Moment, procedure: str) -> list[Entry]:
    return about(moment, RegistryCompared, procedure)


def _found(compared: list[Entry]) -> frozenset[Difference]:
    record = compared[-1].record if compared else None
    return record.found if isinstance(record, RegistryCompared) else frozenset()


def _since(compared: list[Entry]) -> Entry | None:
    """The first of the newest run of comparisons that found something: a change of what it is moves no deadline."""
    since = None
    for before, entry in enumerate(compared):
        if _found([entry]) and not _found(compared[:before]):
            since = entry
    return since
