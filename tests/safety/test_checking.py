"""A hazard without a passing test, a test or control that is not there: each fails the check, whichever it is."""

from pathlib import Path

import pytest

from deploy.safety.__main__ import main
from deploy.safety.checking import HOUSE, is_test, is_there, problems, stories
from shared.safety.hazards import Control, Hazard, story_name
from shared.safety.last_run import LastRun, write
from shared.safety.reading import load
from tests.safety.planted import a_house, all_passed, changed, with_failed, without

EVERY = pytest.mark.parametrize("hazard", load().hazards, ids=lambda each: each.id)


def control(where: str) -> Control:
    return Control(words="A control", where=where, paragraph="D")


def test_with_every_test_passed_nothing_is_wrong() -> None:
    assert list(problems(load(), all_passed(load()))) == []


@EVERY
def test_every_control_exists(hazard: Hazard) -> None:
    assert [each.where for each in hazard.controls if not is_there(each)] == []


@EVERY
def test_every_test_and_story_exists(hazard: Hazard) -> None:
    assert [each for each in hazard.tests if not is_test(each, HOUSE)] == []
    assert set(hazard.stories) <= stories()


@EVERY
def test_a_hazard_that_loses_its_last_passing_test_fails_the_check(hazard: Hazard) -> None:
    run = without(all_passed(load()), *hazard.links)
    assert f"{hazard.id}: no passing test or story" in list(problems(load(), run))


@EVERY
def test_one_failed_test_fails_the_check_whatever_else_passed(hazard: Hazard) -> None:
    run = with_failed(all_passed(load()), hazard.tests[0])
    assert f"{hazard.id}: failed: {hazard.tests[0]}" in list(problems(load(), run))


def test_a_test_that_has_not_run_fails_the_check() -> None:
    link = load().hazards[0].tests[0]
    assert [*problems(load(), without(all_passed(load()), link))] == [f"H-01: has not run: {link}"]


def test_a_link_to_a_test_nobody_wrote_fails_the_check() -> None:
    link = "tests/safety/test_checking.py::test_that_is_not_there"
    safety = changed("H-05", tests=[link])
    assert [*problems(safety, all_passed(safety))] == [f"H-05: no test {link}"]


def test_a_link_to_a_story_nobody_told_fails_the_check() -> None:
    safety = changed("H-05", stories=["Z9"])
    assert [*problems(safety, all_passed(safety))] == ["H-05: no story Z9"]


@pytest.mark.parametrize(
    "where",
    ["shared.guidance:nothing", "shared.nowhere:cites", "deploy/migrations/nowhere.sql:word", "README.md:Qz Qz"],
)
def test_a_control_that_is_not_there_fails_the_check(where: str) -> None:
    assert not is_there(control(where))
    safety = changed("H-05", controls=[control(where).model_dump()])
    assert [*problems(safety, all_passed(safety))] == [f"H-05: no control at {where}"]


def test_a_control_in_another_language_is_found_by_its_words(tmp_path: Path) -> None:
    house = a_house(tmp_path, ("rules/one.sql", "CREATE TRIGGER only_grows"))
    assert is_there(control("rules/one.sql:CREATE TRIGGER only_grows"), house)
    assert not is_there(control("rules/one.sql:only_shrinks"), house)


def test_stories_are_known_by_the_name_in_their_file(tmp_path: Path) -> None:
    assert stories(
        a_house(tmp_path, ("tests/scenarios/gates/one.yaml", "# scenario: no\nscenario: G10-wrong-leg\n"))
    ) == {"G10-wrong-leg"}


def test_the_command_ends_with_0_when_nothing_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "run.json"
    write(results, all_passed(load()))
    assert main(["--check", "--results", str(results)]) == 0
    assert "27 hazards" in capsys.readouterr().out


def test_the_command_ends_with_1_and_names_the_hazard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, hazard = tmp_path / "run.json", load().hazards[2]
    write(results, without(all_passed(load()), *hazard.links))
    assert main(["--check", "--results", str(results)]) == 1
    assert "H-03: no passing test or story" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "{}", '{"outcomes": {"x": 1}}', "no json"])
def test_a_run_of_nothing_or_one_that_cannot_be_read_fails_the_check(tmp_path: Path, content: str | None) -> None:
    results = tmp_path / "run.json"
    if content is not None:
        results.write_text(content, encoding="utf-8")
    assert main(["--check", "--results", str(results)]) == 1


def test_a_run_that_fails_the_check_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results, kept = tmp_path / "run.json", tmp_path / "kept.json"
    monkeypatch.setattr("deploy.safety.__main__.SNAPSHOT", kept)
    write(results, LastRun())
    assert main(["--keep", "--results", str(results)]) == 1
    assert not kept.exists()
    write(results, all_passed(load()))
    assert main(["--keep", "--results", str(results)]) == 0
    assert kept.exists()


def test_stories_are_linked_by_a_name_of_their_own() -> None:
    assert story_name("A1") in load().links
