"""Noting a run: all cases of a test, all commands of one run, and nothing that no hazard names."""

import json
from pathlib import Path
from typing import Literal

import pytest

from deploy.safety.stories import note_stories
from deploy.scenarios.__main__ import STORIES
from deploy.scenarios.__main__ import main as play
from shared.safety.last_run import LastRun, Standing, Verdict, note, read
from shared.safety.reading import load
from tests.safety.evidence import Evidence
from tests.safety.planted import all_passed, outcome, with_failed, without

ONE, TWO = "tests/unit/test_it.py::test_one", "tests/unit/test_it.py::test_two"
When = Literal["setup", "call", "teardown"]
Went = Literal["passed", "failed", "skipped"]


def report(name: str, went: Went = "passed", when: When = "call") -> pytest.TestReport:
    return pytest.TestReport(name, ("", None, ""), {}, went, None, when)


def noted(place: Path, *reports: pytest.TestReport) -> dict[str, bool]:
    evidence = Evidence(place / "run.json", frozenset({ONE, TWO}))
    for each in reports:
        evidence.pytest_runtest_logreport(each)
    evidence.pytest_sessionfinish()
    return {name: each.passed for name, each in read(place / "run.json").outcomes.items()}


def test_a_test_that_a_hazard_names_is_noted_and_another_is_not(tmp_path: Path) -> None:
    assert noted(tmp_path, report(ONE), report("tests/unit/test_it.py::test_three")) == {ONE: True}


def test_a_test_of_several_cases_passes_when_all_of_them_do(tmp_path: Path) -> None:
    cases = report(f"{ONE}[a]", "failed"), report(f"{ONE}[b]"), report(f"{TWO}[a]"), report(f"{TWO}[b]")
    assert noted(tmp_path, *cases) == {ONE: False, TWO: True}
    assert read(tmp_path / "run.json").outcomes[TWO].cases == 2


@pytest.mark.parametrize(("went", "when"), [("failed", "setup"), ("failed", "teardown"), ("skipped", "setup")])
def test_a_test_that_failed_around_itself_or_was_left_out_has_not_passed(
    tmp_path: Path, went: Went, when: When
) -> None:
    assert noted(tmp_path, report(ONE), report(ONE, went, when)) == {ONE: False}


def test_preparation_that_went_well_is_no_passed_test(tmp_path: Path) -> None:
    assert noted(tmp_path, report(ONE, when="setup"), report(ONE, when="teardown")) == {}


def test_a_second_command_adds_to_the_run_and_mends_no_failure(tmp_path: Path) -> None:
    place = tmp_path / "build" / "run.json"
    note(place, {ONE: outcome(passed=False)})
    note(place, {ONE: outcome(), TWO: outcome()})
    assert {name: each.passed for name, each in read(place).outcomes.items()} == {ONE: False, TWO: True}
    assert read(place).outcomes[ONE].cases == 2


def test_stories_are_noted_beside_tests(tmp_path: Path) -> None:
    place = tmp_path / "run.json"
    note_stories(place, {"A1": True, "A3": False, "Z9": True})
    assert {name: each.passed for name, each in read(place).outcomes.items()} == {"story:A1": True, "story:A3": False}


def test_playing_a_story_notes_how_it_went(tmp_path: Path) -> None:
    place = tmp_path / "run.json"
    assert play(["--results", str(place), str(STORIES / "A2b.yaml")]) == 0
    assert read(place).verdict("story:A2b") is Verdict.PASSED


def test_where_there_is_no_file_nothing_has_run(tmp_path: Path) -> None:
    run = read(tmp_path / "nothing.json")
    assert run == LastRun()
    assert run.began_at is None
    assert run.ended_at is None


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "run.json"
    place.write_text(json.dumps({"outcomes": {"x": {"passed": "perhaps"}}}), encoding="utf-8")
    with pytest.raises(ValueError, match="outcomes"):
        read(place)


def test_a_hazard_stands_as_its_worst_test() -> None:
    hazard, run = load().hazards[0], all_passed(load())
    first, *others = hazard.links
    assert run.standing(hazard) is Standing.PROVEN
    assert without(run, first).standing(hazard) is Standing.IN_PART
    assert without(run, first, *others).standing(hazard) is Standing.UNPROVEN
    assert with_failed(without(run, *others), first).standing(hazard) is Standing.FAILED


def test_the_run_that_comes_with_the_product_names_nothing_else_than_hazards_do() -> None:
    run = read()
    assert set(run.outcomes) <= load().links
    assert run.ended_at is not None
