"""Turns: none is lost, nobody is passed over, and a lane that does not move leaves room for the others."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from typing_extensions import override

from shared.web.turns import CrowdedError, Place, Turns

LANES = st.sampled_from(["RXX", "RYY", "RZZ", ""])
WAITING_MOST = 4


class AnyDay(RuleBasedStateMachine):
    """People come to any lane, give up waiting, and finish, in any order."""

    @initialize(at_once=st.integers(1, 5))
    def open(self, at_once: int) -> None:
        self.at_once = at_once
        self.turns = Turns(at_once, WAITING_MOST)
        self.there: list[Place] = []  # in the order of their coming
        self.of_a_lane = max(1, at_once - 1)

    def of(self, lane: str, *, called: bool) -> list[Place]:
        return [each for each in self.there if each.lane == lane and each.called.is_set() == called]

    @rule(lane=LANES)
    def come(self, lane: str) -> None:
        full = len(self.of(lane, called=False)) == WAITING_MOST
        try:
            self.there.append(self.turns.join(lane))
        except CrowdedError:
            assert full
        else:
            assert not full

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        """Whoever it is, waiting or at work. They say so twice, as who is cancelled may."""
        place = data.draw(st.sampled_from(self.there))
        waiting = {each.lane: self.of(each.lane, called=False) for each in self.there}
        at_work = {lane: len(self.of(lane, called=True)) for lane in waiting}
        at_work[place.lane] -= place.called.is_set()
        self.there.remove(place)
        self.turns.leave(place)
        self.turns.leave(place)
        called = [each for each in self.there if each.called.is_set() and each in waiting[each.lane]]
        assert len(called) <= place.called.is_set(), "one went: no more than one is called"
        for each in called:
            assert each is waiting[each.lane][0], "the first of its lane"
            others = {lane for lane, those in waiting.items() if those and lane != each.lane}
            assert all(at_work[each.lane] <= at_work[lane] for lane in others), (
                "a lane with fewer turns was passed over"
            )

    @invariant()
    def no_turn_is_lost(self) -> None:
        at_work = [each for each in self.there if each.called.is_set()]
        assert len(at_work) <= self.at_once
        for lane in {each.lane for each in self.there}:
            assert len(self.of(lane, called=True)) <= self.of_a_lane
            if self.of(lane, called=False):
                assert len(at_work) == self.at_once or len(self.of(lane, called=True)) == self.of_a_lane

    @override
    def teardown(self) -> None:
        """Everybody goes home: all turns are there again, and nothing is remembered of anybody."""
        if not hasattr(self, "turns"):
            return
        for each in self.there:
            self.turns.leave(each)
        assert (self.turns._free, self.turns._lanes, +self.turns._taken) == (self.at_once, {}, {})


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


@given(at_once=st.integers(1, 5), flood=st.integers(1, 60), others=st.lists(LANES, min_size=1, max_size=12))
def test_nobody_starves_behind_a_flood(at_once: int, flood: int, others: list[str]) -> None:
    """Each of them waits for no more of the flood than there are of themselves, whose work takes as long."""
    turns = Turns(at_once)
    waiting = [turns.join("flood") for _ in range(flood)] + [turns.join(f"{lane} quiet") for lane in others]
    at_work: list[Place] = []
    finished: Counter[bool] = Counter()
    while any(each.lane != "flood" for each in waiting):
        at_work += [each for each in waiting if each.called.is_set()]
        waiting = [each for each in waiting if not each.called.is_set()]
        first = at_work.pop(0)
        turns.leave(first)
        finished[first.lane == "flood"] += 1
    assert finished[True] <= len(others) + at_once


def test_lanes_that_all_wait_are_called_in_a_round() -> None:
    turns = Turns(1)
    at_work = turns.join("a")
    waiting = [turns.join(lane) for lane in ("a", "a", "a", "b", "b", "c")]
    called = []
    while waiting:
        turns.leave(at_work)
        at_work = next(each for each in waiting if each.called.is_set())
        waiting.remove(at_work)
        called.append(at_work.lane)
    assert called == ["a", "b", "c", "a", "b", "a"]


def test_who_comes_rarely_finds_a_turn_at_once_beside_a_lane_that_does_not_move() -> None:
    turns = Turns(4)
    stuck = [turns.join("stuck") for _ in range(50)]
    assert sum(each.called.is_set() for each in stuck) == 3
    for _ in range(100):
        other = turns.join("other")
        assert other.called.is_set()
        turns.leave(other)


def test_a_lane_that_is_too_long_takes_nobody_and_another_does() -> None:
    turns = Turns(2, waiting_most=3)
    for _ in range(1 + 3):
        turns.join("long")
    with pytest.raises(CrowdedError):
        turns.join("long")
    assert turns.join("other").called.is_set()
