"""A first try helps while the other side answers promptly, and stands in nobody's way when it does not."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from activities import first_try
from activities.first_try import AT_ONCE, MOST_IN_A_LOOK, PROMPT_S, SHUT_S, Attempt, Door, FirstTries
from activities.ports import OutsideUnavailable
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand, Order, Owed

REF = PathwayRef("p-1", "RXX")
ERRAND = Errand(REF, "n1-first")
ORDER = Order(REF, "00-cause")


@dataclass
class Outside:
    """The other side, with the clock by which it is judged. `takes_s` passes on that clock while it answers."""

    takes_s: float = 0.0
    answer: bool = True
    wrong: Exception | None = None
    hangs: asyncio.Event | None = None
    now: float = 100.0
    tried: list[Errand] = field(default_factory=list)
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def attempt(self, errand: Errand) -> bool:
        self.tried.append(errand)
        self.began.set()
        self.now += self.takes_s
        if self.hangs is not None:
            await self.hangs.wait()
        if self.wrong is not None:
            raise self.wrong
        return self.answer

    def door(self) -> Door:
        return Door(Attempt("send_governance_notice", self.attempt), lambda: self.now)


async def test_what_works_at_once_is_done_and_tried_again_next_time() -> None:
    outside = Outside()
    door = outside.door()
    assert [await door.knock(ERRAND), await door.knock(ERRAND)] == [True, True]


@pytest.mark.parametrize(
    "outside",
    [
        Outside(answer=False),
        Outside(wrong=OutsideUnavailable("down")),
        Outside(wrong=ValueError("a defect")),
        Outside(wrong=TimeoutError()),
    ],
    ids=["undecided", "down", "defect", "late"],
)
async def test_what_does_not_work_is_left_to_an_errand_and_not_tried_for_a_while(outside: Outside) -> None:
    door = outside.door()
    assert not await door.knock(ERRAND)
    outside.answer, outside.wrong = True, None
    assert not await door.knock(ERRAND)
    assert len(outside.tried) == 1
    outside.now += SHUT_S
    assert await door.knock(ERRAND)


async def test_who_is_slow_is_done_with_and_then_left_to_errands() -> None:
    outside = Outside(takes_s=PROMPT_S + 0.1)
    door = outside.door()
    assert await door.knock(ERRAND)
    assert not door.opens


async def test_who_hangs_keeps_few_looks_waiting_and_each_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_try, "TRY_S", 0.05)
    outside = Outside(hangs=asyncio.Event())
    door = outside.door()
    assert not any(await asyncio.gather(*(door.knock(ERRAND) for _ in range(50))))
    assert len(outside.tried) == AT_ONCE


async def test_a_look_that_is_called_off_leaves_no_place_taken() -> None:
    outside = Outside(hangs=asyncio.Event())
    door = outside.door()
    looking = asyncio.create_task(door.knock(ERRAND))
    await outside.began.wait()
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    outside.now += SHUT_S
    assert door.opens


async def test_a_defect_is_told_by_its_kind_and_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    await Outside(wrong=ValueError("Mary, 999 000 0018")).door().knock(ERRAND)
    assert [(each.getMessage(), each.__dict__["error"]) for each in caplog.records] == [
        ("a first try failed", "ValueError")
    ]


async def test_few_of_many_are_tried_in_one_look_and_other_kinds_are_left_alone() -> None:
    outside = Outside()
    tries = FirstTries({"governance_notice": outside.door()})
    many = tuple(Owed("governance_notice", f"n{number}-first") for number in range(1, 6))
    assert await tries.make(ORDER, many)
    assert [each.key for each in outside.tried] == ["n1-first", "n2-first"][:MOST_IN_A_LOOK]
    assert not await tries.make(ORDER, (Owed("registry_entry", "p-1.1.v1"),))


async def test_what_a_try_writes_down_needs_not_be_told_to_the_workflow_that_looks() -> None:
    outside = Outside()
    await FirstTries({"governance_notice": outside.door()}).make(ORDER, (Owed("governance_notice", "n1-first"),))
    assert outside.tried == [Errand(REF, "n1-first", "00-cause", looked_after=True)]
