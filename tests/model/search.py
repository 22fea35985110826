"""Breadth first through every order of deeds, from several beginnings; then backwards from every closed pathway."""

from collections import Counter, deque
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from shared.pathway import closure
from shared.pathway.adverse_event_track import unresolved
from shared.pathway.filter_track import in_situ
from shared.pathway.registry_entry import procedures
from shared.pathway.registry_entry import state as registry_state
from tests.model import invariants
from tests.model.alphabet import DEEDS, MINUTE, Deed
from tests.model.state import State, state, time_passes
from tests.patients import Case

TIME = "time passes"


@dataclass
class Found:
    """The states that were reached, each with one case that stands for it and the way there; and what was wrong."""

    cases: dict[State, Case] = field(default_factory=dict)
    ways: dict[State, tuple[str, ...]] = field(default_factory=dict)
    before: dict[State, set[State]] = field(default_factory=dict)
    wrongs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    deeds: Counter[str] = field(default_factory=Counter)
    edge: set[State] = field(default_factory=set)
    steps: int = 0

    def note(self, wrongs: Iterator[str], way: tuple[str, ...]) -> None:
        for each in wrongs:
            self.wrongs.setdefault(each, way)

    def reached(self, case: Case, way: tuple[str, ...], came_from: State | None) -> State | None:
        """The state of this case when it is new; None when it was known."""
        here = state(case)
        if came_from is not None:
            self.before.setdefault(here, set()).add(came_from)
        if here in self.cases:
            return None
        self.cases[here], self.ways[here] = case, way
        self.note(invariants.wrongs(case), way)
        return here


def explore(
    beginnings: Mapping[str, tuple[Callable[[], Case], int]], deeds: Mapping[str, Deed] = DEEDS, most: int = 100_000
) -> Found:
    """Every state that deeds reach from each beginning within its bound; the shortest way to each is kept.

    `most` states at most: what lies behind them is the edge.
    """
    found = Found()
    for name, (begins, bound) in beginnings.items():
        case = begins()
        here = found.reached(case, (name,), None)
        waiting = deque([(here, bound)] if here is not None else [])
        while waiting:
            at, left = waiting.popleft()
            if left == 0 or len(found.cases) >= most:
                found.edge.add(at)
                continue
            waiting.extend((new, left - 1) for new in _onwards(found, at, deeds))
    return found


def _onwards(found: Found, at: State, deeds: Mapping[str, Deed]) -> Iterator[State]:
    case, way = found.cases[at], found.ways[at]
    for name, after in _after(case, deeds):
        found.steps += 1
        found.deeds[name] += 1
        found.note(invariants.wrong_start(after), (*way, name))
        if name == TIME:
            found.note(invariants.time_did_more(case, after), (*way, name))
        new = found.reached(after, (*way, name), at)
        if new is not None:
            yield new


def _after(case: Case, deeds: Mapping[str, Deed]) -> Iterator[tuple[str, Case]]:
    later = case.when(case.now + MINUTE)
    for name, deed in deeds.items():
        after = deed(later)
        if after is not None:
            yield name, after
    passed = time_passes(case)
    if passed is not None:
        yield TIME, passed


def leading_to_an_end(found: Found) -> set[State]:
    """The states from which some deeds that were tried lead to a closed pathway."""
    good = {at for at, case in found.cases.items() if closure.closed(case.moment) is not None}
    waiting = deque(good)
    while waiting:
        for earlier in found.before.get(waiting.popleft(), ()):
            if earlier not in good:
                good.add(earlier)
                waiting.append(earlier)
    return good


FINISHING = (
    "closed",
    "end",
    "end after a call",
    "registry accepts",
    "registry entry corrected",
    "filter out",
    "its outcome",
    "transfer declined",
    "anticoagulation review",
    "standard care handed over",
)
"""What finishes a pathway, in the order in which it is tried; when nothing does, time passes."""
ALWAYS_A_STEP = frozenset({"closed", "standard care handed over", "registry entry corrected"})
MOST_DEEDS = 40
LONG = timedelta(days=100)
MOST_WAITS = 10


def way_out(case: Case, deeds: Mapping[str, Deed] = DEEDS, good: Container[State] = ()) -> tuple[State, ...] | None:
    """The states of a way to close this pathway, or to one of the `good` states; None when there is none.

    At each step the first deed that finishes something.
    """
    way: list[State] = []
    waits = 0
    while len(way) < MOST_DEEDS and waits < MOST_WAITS:
        if closure.closed(case.moment) is not None or (here := state(case)) in good:
            return tuple(way)
        way.append(here)
        step = next(_finishing(case, deeds), None)
        waits += step is None
        case = step[1] if step else case.until(case.now + LONG)
    return None


def _finishing(case: Case, deeds: Mapping[str, Deed]) -> Iterator[tuple[str, Case]]:
    """Each deed that stands and finishes something: less keeps the pathway open, a hand-over, the end."""
    open_things, later = _open_things(case), case.when(case.now + MINUTE)
    for name in FINISHING:
        after = deeds[name](later)
        if after is not None and (name in ALWAYS_A_STEP or _open_things(after) < open_things):
            yield name, after


def _open_things(case: Case) -> int:
    """How much keeps this pathway open: guards, filters, adverse events, procedures without registry entry."""
    moment, entered = case.moment, {"accepted", "manual_entry_confirmed"}
    owed = [name for name, _entry in procedures(moment) if registry_state(moment, name) not in entered]
    return sum(map(len, (tuple(closure.guards(moment)), in_situ(moment), unresolved(moment), owed)))


def without_end(found: Found, deeds: Mapping[str, Deed] = DEEDS) -> dict[State, tuple[str, ...]]:
    """The states that can never close, each with the way to it: neither on a way that was tried, nor by finishing."""
    good, never = leading_to_an_end(found), {}
    for at, case in found.cases.items():
        way = () if at in good else way_out(case, deeds, good)
        if way is None:
            never[at] = found.ways[at]
        else:
            good.update(way)
    return never
