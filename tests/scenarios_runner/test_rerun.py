"""Pathways again under a proposed policy: who would have gone another way, and why."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.rerun.__main__ import main
from deploy.rerun.differences import differences, travelled
from deploy.scenarios.__main__ import main as play
from shared.policy.document import FILE
from tests.patients import POLICY, Case, discharged, iliofemoral_left, on_the_day, started

STORY = Path(__file__).parents[1] / "scenarios" / "A1.yaml"
Rewritten = Callable[[str, str], Path]


@pytest.fixture
def rewritten(tmp_path: Path) -> Rewritten:
    """The packaged document with another value for one figure."""

    def write(figure: str, value: str) -> Path:
        head, tail = FILE.read_text(encoding="utf-8").split(f".{figure}]\n", 1)
        _old, rest = tail.split("\n", 1)
        path = tmp_path / "other.toml"
        path.write_text(f"{head}.{figure}]\nvalue = {value}\n{rest}", encoding="utf-8")
        return path

    return write


def otherwise(case: Case, **figures: Any) -> tuple[str, ...]:
    return differences(travelled("RXX p-1", case.moment), replace(POLICY, **figures))


def test_the_same_policy_changes_nothing() -> None:
    assert otherwise(discharged()) == ()


def test_an_entry_that_would_have_been_refused_is_named_with_its_rule() -> None:
    found = otherwise(started(), offer_valid_days=3)
    assert any("procedure_start" in each and "would be refused: G4" in each for each in found)


def test_an_entry_that_only_the_proposed_policy_allows_is_named() -> None:
    late = travelled("RXX p-1", started().moment)
    strict = replace(POLICY, offer_valid_days=3)
    written = replace(late, offers=tuple(replace(o, moment=replace(o.moment, policy=strict)) for o in late.offers))
    assert any("would stand, without: G4" in each for each in differences(written, POLICY))


def test_a_timer_that_moves_is_shown_with_both_days() -> None:
    assert "T-14D red: 2026-03-12 00:00 would be 2026-03-11 00:00" in otherwise(iliofemoral_left(), t14d_red_day=9)


def test_another_class_is_shown() -> None:
    found = otherwise(iliofemoral_left(), acute_days=1, subacute_days=2)
    assert any(each.startswith("class of the left leg: special_arrangements") for each in found)


def test_no_line_names_a_patient_or_repeats_what_somebody_wrote() -> None:
    lines = "\n".join(otherwise(on_the_day(), offer_valid_days=1, consent_valid_days=1))
    assert lines
    assert "Walking the dog" not in lines


def test_the_command_lists_the_stories_that_would_go_another_way(
    rewritten: Rewritten, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--policy", str(rewritten("offer_valid_days", "3")), "--stories"]) == 0
    said = capsys.readouterr().out
    assert "A1\n" in said
    assert "pathways would have gone another way" in said


def test_a_document_that_cannot_be_used_ends_the_command(
    rewritten: Rewritten, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--policy", str(rewritten("offer_valid_days", '"long"')), "--stories"]) == 1
    assert "T-OFFER.offer_valid_days" in capsys.readouterr().err


def test_stories_are_played_under_another_policy(rewritten: Rewritten, capsys: pytest.CaptureFixture[str]) -> None:
    assert play([str(STORY)]) == 0
    assert play(["--policy", str(rewritten("offer_valid_days", "3")), str(STORY)]) == 1
    assert "refused by G4" in capsys.readouterr().out


def test_a_running_world_has_a_policy_of_its_own(rewritten: Rewritten) -> None:
    with pytest.raises(SystemExit):
        play(["--live", "--policy", str(rewritten("offer_valid_days", "3")), str(STORY)])
