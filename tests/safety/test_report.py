"""The report: everything of the file is on it, by what the last run showed, and it can be printed."""

from html import unescape
from pathlib import Path

import pytest

from deploy.safety.__main__ import main
from deploy.safety.report import drawn
from shared.documents import pdf
from shared.safety.hazards import Hazard
from shared.safety.last_run import LastRun
from shared.safety.reading import load
from tests.safety.planted import all_passed, with_failed


@pytest.mark.parametrize("hazard", load().hazards, ids=lambda each: each.id)
def test_every_hazard_is_on_it_with_its_controls_and_questions(hazard: Hazard) -> None:
    page = unescape(drawn(load(), all_passed(load())))
    for words in (f"{hazard.id}: {hazard.title}", hazard.how, *(each.words for each in hazard.controls), *hazard.open):
        assert words in page


def test_the_statement_stands_before_the_hazards() -> None:
    page = unescape(drawn(load(), all_passed(load())))
    statement = load().statement
    for words in (*statement.intended_use, *statement.not_for, *statement.limits, *statement.open_questions):
        assert page.index(words) < page.index("H-01: ")
    assert statement.signed_off in page


def test_what_failed_is_told_at_its_hazard() -> None:
    hazard = load().hazards[0]
    page = drawn(load(), with_failed(all_passed(load()), hazard.tests[0]))
    assert page.count("A test that it names has failed") == 1
    assert "A limb is left or right and never both: failed." in page


def test_without_a_run_nothing_is_said_to_work() -> None:
    page = drawn(load(), LastRun())
    assert "nothing in this report is shown to work" in page
    assert ": passed" not in page


def test_a_report_asks_for_nothing_from_elsewhere() -> None:
    page = drawn(load(), all_passed(load()))
    assert "http" not in page
    assert "src=" not in page


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    place = tmp_path / "out" / "report.html"
    assert main(["--report", str(place), "--results", str(tmp_path / "no.json")]) == 0
    assert place.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_command_writes_a_tagged_pdf(tmp_path: Path) -> None:
    place = tmp_path / "report.pdf"
    assert main(["--report", str(place), "--results", str(tmp_path / "no.json")]) == 0
    assert place.read_bytes().startswith(b"%PDF-")


def test_a_machine_that_cannot_print_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "can_print", lambda: False)
    assert main(["--report", str(tmp_path / "report.pdf"), "--results", str(tmp_path / "no.json")]) == 1
