"""`make test` begins a run of its own and looks at the hazards last, when everything has been noted."""

import re
from pathlib import Path

RECIPE = re.compile(r"^test: \.venv.*\n((?:\t.*\n)+)", re.MULTILINE)
MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")


def commands() -> list[str]:
    found = RECIPE.search(MAKEFILE)
    assert found is not None
    return [line.strip().lstrip("@") for line in found[1].splitlines()]


def test_the_run_before_does_not_count() -> None:
    assert commands()[0] == "rm -f $(SAFETY_RESULTS)"


def test_the_hazards_are_checked_last() -> None:
    assert "deploy.safety --check" in commands()[-1]


def test_tests_and_stories_are_told_where_to_note_how_they_went() -> None:
    assert re.search(r"^test: export SAFETY_RESULTS := build/safety/last_run\.json$", MAKEFILE, re.MULTILINE)
    assert "$(if $(SAFETY_RESULTS),--results $(SAFETY_RESULTS))" in MAKEFILE
