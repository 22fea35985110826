"""What counts as seen (scenarios.md, Matching)."""

from typing import Any

import pytest

from deploy.scenarios.expectations import checks
from deploy.scenarios.written import read

LOOK: dict[str, Any] = {
    "status": "preparing",
    "closing_reason": None,
    "window": {"day": 3, "ends_on": "2026-03-16"},
    "limbs": [
        {"side": "left", "class": "special_arrangements", "paragraphs": ["1.1", "D"], "human": True},
        {"side": "right", "class": "research_only", "paragraphs": ["1.1"], "human": False},
    ],
    "timers": [{"id": "T-3M", "due_at": "2026-06-01T23:30:10Z", "anchor_value": "2026-03-09"}],
    "tasks": [],
}


def passes(expected: str) -> bool:
    found = list(checks(read(expected), LOOK, None))
    assert found, "an expectation without a check proves nothing"
    return all(check.passed for check in found)


HOLDS = [
    "status: preparing",
    "closing_reason: null",
    "window: {day: 3}",
    "window: {ends_on: 2026-03-16}",
    "limbs: [{side: left, class: special_arrangements}]",
    "limbs: [{side: right, paragraphs: ['1.1']}, {side: left, paragraphs: ['D']}]",
    "limbs: [{class: special_arrangements, side: right, absent: true}]",
    "limbs: [{class: research_only, count: 1}, {count: 2}]",
    "limbs: [{class: indeterminate, count: 0}]",
    "tasks: [{kind: consent, absent: true}]",
    "timers: [{id: T-3M, anchor_value: 2026-03-09}]",
    "timers: [{due_at: 2026-06-02}]",  # 23:30 in Greenwich is the next day in London's summer
    "timers: [{due_at: 2026-06-02T00:30}]",  # to the minute, because it is written to the minute
    "timers: [{due_at: 2026-06-01T23:30:10Z}]",
]

FAILS = [
    "status: ready",
    "closing_reason: died",
    "window: {day: 4}",
    "window: {ends_on: 2026-03-17}",
    "window: null",
    "limbs: [{side: left, class: research_only}]",
    "limbs: [{side: left, absent: true}]",
    "limbs: [{class: research_only, count: 2}]",
    "limbs: [{side: right, paragraphs: ['1.1', 'D']}]",
    "limbs: [{side: left}, {side: middle}]",
    "limbs: [{human: 1}]",
    "tasks: [{kind: consent}]",
    "tasks: [{count: 1}]",
    "timers: [{due_at: 2026-06-01}]",
    "timers: [{due_at: 2026-06-02T00:31}]",
    "timers: [{due_at: 2026-06-02T00:30:00}]",
    "nowhere: {at: all}",
]


@pytest.mark.parametrize("expected", HOLDS)
def test_what_is_so_matches(expected: str) -> None:
    assert passes(expected)


@pytest.mark.parametrize("expected", FAILS)
def test_what_is_not_so_does_not_match(expected: str) -> None:
    assert not passes(expected)


def test_of_an_item_that_does_not_match_the_nearest_is_shown() -> None:
    (check,) = checks(read("limbs: [{side: right, class: special_arrangements}]"), LOOK, None)
    assert check.seen in {"side right, class research_only", "side left, class special_arrangements"}


def test_each_value_and_each_item_is_a_line_of_its_own() -> None:
    found = list(checks(read("status: ready\nlimbs:\n  - {side: left}\n  - {side: right}"), LOOK, None))
    assert [(check.line, check.passed) for check in found] == [(1, False), (3, True), (4, True)]
