"""Every order of deeds up to a bound: nothing that must not happen does, and every pathway can end (clinical.md 5)."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache

import pytest

from shared.pathway import adverse_event_track, closure, gates, registry_entry
from shared.pathway.declared import adverse_events, registry
from shared.pathway.gates import deciding
from shared.pathway.refusal import Refusal
from tests.model.alphabet import DEEDS
from tests.model.beginnings import BEGINNINGS, SHORT
from tests.model.search import TIME, explore, without_end

NEVER = {
    "start of the other leg",
    "start with the other leg marked",
    "start with a recalled device",
    "start with a thrombolytic drug",
}
"""Deeds that the core has to refuse in every state."""


@dataclass(frozen=True)
class Survey:
    """What the search from one beginning found: counts, and what was wrong with the way there."""

    states: int
    steps: int
    deeds: frozenset[str]
    wrongs: tuple[tuple[str, tuple[str, ...]], ...]
    never_end: tuple[tuple[str, ...], ...]


def survey(name: str) -> Survey:
    found = explore({name: BEGINNINGS[name]})
    stuck = tuple(without_end(found).values())
    return Survey(len(found.cases), found.steps, frozenset(found.deeds), tuple(found.wrongs.items()), stuck)


@cache
def surveys() -> dict[str, Survey]:
    """One search for each beginning, on two cores."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        return dict(zip(BEGINNINGS, pool.map(survey, BEGINNINGS), strict=True))


def test_no_order_of_deeds_breaks_an_invariant() -> None:
    assert {name: found.wrongs for name, found in surveys().items() if found.wrongs} == {}


def test_every_pathway_can_be_closed() -> None:
    assert {name: found.never_end[:3] for name, found in surveys().items() if found.never_end} == {}


def test_every_deed_but_the_forbidden_ones_happens_somewhere() -> None:
    done = frozenset[str]().union(*(found.deeds for found in surveys().values()))
    assert done == {*DEEDS, TIME} - NEVER


def test_the_search_is_wide() -> None:
    assert sum(found.states for found in surveys().values()) > 2000
    assert sum(found.steps for found in surveys().values()) > 5000


def _never(*_: object) -> Iterator[object]:
    yield from ()


def test_a_side_match_that_is_not_made_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deciding.CHECKS, "G10", _never)
    assert "start: the mark is on the other leg" in explore(SHORT).wrongs


def test_a_recall_that_is_not_looked_at_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deciding.CHECKS, "G13", _never)
    assert "start: a recalled device" in explore(SHORT).wrongs


def test_a_registry_entry_that_nobody_owes_is_found() -> None:
    duties = registry.STAGE.tasks
    object.__setattr__(registry.STAGE, "tasks", ())
    try:
        wrongs = explore(SHORT).wrongs
    finally:
        object.__setattr__(registry.STAGE, "tasks", duties)
    assert "a procedure without registry entry that nobody owes" in wrongs


def test_an_adverse_event_without_an_owner_is_found() -> None:
    duties = adverse_events.STAGE.tasks
    object.__setattr__(adverse_events.STAGE, "tasks", ())
    try:
        wrongs = explore(SHORT).wrongs
    finally:
        object.__setattr__(adverse_events.STAGE, "tasks", duties)
    assert "R-AE-7 keeps the pathway open, and nobody owes it" in wrongs


def test_a_pathway_that_can_never_close_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert without_end(explore(SHORT)) == {}
    forever = Refusal("R-AE-7", "", "Nobody will ever say how it ended", "3.3")
    monkeypatch.setattr(closure, "guards", lambda _moment: iter((forever,)))
    assert without_end(explore({"ready": SHORT["ready"]}))


def test_what_the_planted_faults_patch_is_what_the_core_uses() -> None:
    assert deciding.CHECKS is gates.CHECKS
    assert registry_entry.tasks in registry.STAGE.tasks
    assert adverse_event_track.unresolved in vars(closure).values()
