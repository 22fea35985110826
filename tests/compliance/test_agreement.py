"""The figures agree with those worked out by hand; and what would be wrong with them is noticed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from shared.compliance import afterwards, measures, selection, treatment
from shared.compliance.measures import Measure
from tests.compliance.agreement import by_hand_of, differences, totals
from tests.compliance.synthetic import Synthetic, synthetic

MANY, SEED = 150, 651
STORIES = ("A1", "A3", "G4", "patient_died", "consent_withdrawn", "in_research")
Fault = Callable[[pytest.MonkeyPatch], None]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found() -> list[Synthetic]:
    return await synthetic(MANY, SEED, STORIES)


@pytest.fixture(scope="module")
def others(found: list[Synthetic]) -> list[Any]:
    return by_hand_of(found)


def test_every_row_agrees_with_the_one_worked_out_by_hand(found: list[Synthetic], others: list[Any]) -> None:
    assert differences(found, others) == []


def test_the_pathways_are_varied_enough_to_tell(found: list[Synthetic]) -> None:
    said = totals(found)
    assert set(said) == {each.id for each in measures.MEASURES}
    assert sum(len(answers) > 1 for answers in said.values()) > 25


def _measure(name: str, **changes: Any) -> Fault:
    """One measure of the table is another one."""

    def plant(patched: pytest.MonkeyPatch) -> None:
        table = tuple(replace(each, **changes) if each.id == name else each for each in measures.MEASURES)
        patched.setattr(measures, "MEASURES", table)

    return plant


def _attribute(module: Any, name: str, other: Any) -> Fault:
    return lambda patched: patched.setattr(module, name, other)


def _asked(name: str) -> Measure:
    return measures.BY_ID[name]


def _never_late(*, done: bool, late: bool) -> str:
    del late
    return "yes" if done else "open"


FAULTS: dict[str, Fault] = {
    "emergencies are asked whether governance was told before": _measure("told_before", asked=measures._each("told")),
    "a measure is about everybody considered": _measure("registered", asked=lambda _facts: "yes"),
    "late is counted as open": _attribute(treatment, "in_time", _never_late),
    "one good procedure of two is enough": _attribute(
        treatment, "all_of", lambda found: next((each for each in found if each), None)
    ),
    "harm is denied from silence": _measure(
        "bleeding",
        asked=lambda facts: None if not facts.treatments else "yes" if "bleeding" in facts.afterwards.harms else "no",
    ),
    "pathways opened in error are counted": _attribute(
        measures, "verdicts", lambda facts: {m.id: said for m in measures.MEASURES if (said := m.asked(facts))}
    ),
    "a band of age begins a year late": _attribute(
        selection, "age_band", lambda age: "80_and_over" if (age or 0) > 80 else "unknown"
    ),
    "retrospective reviews offer": _attribute(treatment, "looks_back", lambda _entry: False),
    "deaths of a year later count": _attribute(afterwards, "MONTH_DAYS", 400),
    "any arrangement counts as inside 14 days": _measure(
        "within_14_days", asked=lambda facts: _asked("arrangement").asked(facts)
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(
    fault: str, found: list[Synthetic], others: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    FAULTS[fault](monkeypatch)
    for name in ("verdicts", "age_band"):  # taken over by name
        monkeypatch.setattr(
            "shared.compliance.row." + name, getattr(measures if name == "verdicts" else selection, name)
        )
    assert differences(found, others)
