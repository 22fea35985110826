"""The hazard log: complete, by its own matrix, and nothing signed off that nobody signed."""

import re
import tomllib
from typing import Any

import pytest
from pydantic import ValidationError

from shared.safety.hazards import TARGET, Likelihood, SafetyFile, Severity, link_words
from shared.safety.reading import HAZARDS, HERE, load
from tests.safety.planted import changed

SPECIFIED = """
H-01 major low 3; H-02 major high 5; H-03 catastrophic medium 5; H-04 major low 3; H-05 significant medium 3;
H-06 considerable medium 3; H-07 major medium 4; H-08 catastrophic low 4; H-09 major medium 4;
H-10 catastrophic medium 5; H-11 major high 5; H-12 catastrophic low 4; H-13 major low 3; H-14 major medium 4;
H-15 considerable medium 3; H-16 major medium 4; H-17 considerable high 4; H-18 major medium 4; H-19 major low 3;
H-20 considerable medium 3; H-21 catastrophic medium 5; H-22 major low 3; H-23 major medium 4; H-24 major low 3;
H-25 considerable medium 3; H-26 major medium 4; H-27 considerable medium 3
"""
"""Severity, likelihood and risk of each hazard before control, as the specification lists them."""


def test_every_hazard_of_the_specification_is_there_once_as_it_is_rated_there() -> None:
    rated = [f"{each.id} {each.severity} {each.likelihood} {each.risk}" for each in load().hazards]
    assert rated == [" ".join(each.split()) for each in SPECIFIED.split(";")]


def test_every_number_is_written_once_in_the_file() -> None:
    found = re.findall(r"^\[(H-\d\d)\]$", (HERE / HAZARDS).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == len(set(found)) == 27


def test_every_risk_is_the_one_of_the_matrix() -> None:
    safety = load()
    for each in safety.hazards:
        assert each.risk == safety.risk(each.severity, each.likelihood), each.id
        assert each.residual.risk == safety.risk(each.severity, each.residual.likelihood), each.id


def test_no_hazard_is_likelier_with_its_controls_than_without() -> None:
    order = list(Likelihood)
    worse = [
        each.id for each in load().hazards if order.index(each.residual.likelihood) >= order.index(each.likelihood)
    ]
    assert worse == []


def test_what_stays_above_the_target_is_told_and_not_rounded_down() -> None:
    above = {each.id for each in load().hazards if not each.on_target}
    assert above == {"H-03", "H-08", "H-10", "H-12", "H-21", "H-23"}
    assert all(each.residual.risk > TARGET for each in load().hazards if each.id in above)


def test_nothing_is_signed_off() -> None:
    assert load().statement.signed_off.startswith("Not yet signed off")


def test_the_statement_says_what_it_is_for_and_not_for_with_limits_and_questions() -> None:
    statement = load().statement
    assert "synthetic patients" in " ".join(statement.not_for)
    assert "estimates of the makers" in " ".join(statement.limits)
    assert len(statement.open_questions) > 10


@pytest.mark.parametrize(
    "changes",
    [
        {"risk": 2},
        {"residual": {"likelihood": "very_low", "risk": 1}},
        {"tests": []},
        {"controls": []},
        {"severity": "unknown"},
        {"controls": [{"words": "A control", "where": "shared.guidance:cites", "paragraph": "9.9"}]},
        {"tests": ["somewhere else"]},
        {"id": "H-28"},
        {"accepted_by": "nobody"},
    ],
    ids=str,
)
def test_a_hazard_that_cannot_stand_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        changed("H-01", **changes)


def test_a_gap_in_the_numbers_is_refused() -> None:
    written = load().model_dump(mode="json")
    written["hazards"] = [each for each in written["hazards"] if each["id"] != "H-13"]
    with pytest.raises(ValidationError, match="without a gap"):
        SafetyFile.model_validate(written)


def test_a_matrix_that_falls_is_refused() -> None:
    written = tomllib.loads((HERE / HAZARDS).read_text(encoding="utf-8"))["matrix"]
    file = load().model_dump(mode="json")
    for wrong in (
        written | {"low": [3, 2, 2, 3, 4]},
        written | {"very_high": [1, 1, 1, 1, 1]},
        {"low": [1, 1, 1, 1, 1]},
    ):
        with pytest.raises(ValidationError, match="matrix"):
            SafetyFile.model_validate(file | {"matrix": wrong})


def test_the_matrix_has_a_risk_for_every_severity_and_likelihood() -> None:
    safety = load()
    assert {safety.risk(severity, likelihood) for severity in Severity for likelihood in Likelihood} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("tests/unit/test_it.py::test_a_leg_is_left_or_right", "A leg is left or right"),
        ("story:A1", "Story A1 goes as it is told"),
    ],
)
def test_a_link_reads_as_a_sentence(link: str, words: str) -> None:
    assert link_words(link) == words
