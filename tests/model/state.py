"""Where a patient of the model stands: what decides about the future, without dates and entry numbers.

Two pathways with the same standing are one state of the model; the first one found stands for both.
"""

from collections.abc import Hashable

from shared.pathway import breaking, closure, decide, gates
from shared.pathway.adverse_event_track import unresolved
from shared.pathway.choices import Status
from shared.pathway.consent_rules import confirmed_today, refused, standing, withdrawn
from shared.pathway.duties import TaskState
from shared.pathway.filter_track import in_situ
from shared.pathway.life_events import died, unanswered
from shared.pathway.procedure import started
from tests.forms.filled import LEFT
from tests.patients import Case

State = tuple[Hashable, ...]
MOST_INSTANTS = 40
"""How many timers may fire without anything else changing, before time is taken to change nothing any more."""


def state(case: Case) -> State:
    moment = case.moment
    if closure.closed(moment) is not None:
        return (Status.CLOSED, *_owed(case))
    return (
        decide.status(moment),
        closure.ending(moment),
        frozenset(each.rule for each in closure.guards(moment)),
        tuple(gate.state for gate in gates.gates(moment, None)),
        *_said(case),
        *_after(case),
        *_owed(case),
    )


def _said(case: Case) -> State:
    """What the patient said, and what was broken for the leg."""
    moment = case.moment
    said = (withdrawn(moment), refused(moment), standing(moment) is not None, confirmed_today(moment, LEFT))
    return (*said, breaking.broken(moment, LEFT))


def _after(case: Case) -> State:
    moment = case.moment
    counted = (len(started(case.pathway)), len(in_situ(moment)), len(unresolved(moment)))
    return (*counted, unanswered(moment), died(moment) is not None)


def _owed(case: Case) -> State:
    """Who owes what: the kinds of work that are open, and what the outside world has not got."""
    work = {(each.kind, each.role) for each in decide.tasks(case.moment) if each.state == TaskState.OPEN}
    return (frozenset(work), frozenset(each.kind for each in decide.owed(case.moment)))


def time_passes(case: Case) -> Case | None:
    """The case at the next instant at which the clock alone changes its state; None when there is none."""
    before, later = state(case), case
    for _ in range(MOST_INSTANTS):
        soon = decide.next_due_at(later.moment)
        if soon is None:
            return None
        later = later.until(max(soon, later.now))
        if state(later) != before:
            return later
    return None
