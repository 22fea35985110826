"""A process that was told to end has nothing left to collect."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
LASTING = ("services/__main__.py", "workflows/worker.py", "activities/relay.py")


def test_what_is_in_memory_is_collected_no_more() -> None:
    counts = "print(gc.get_freeze_count(), len(gc.get_objects()))"
    asked = f"import gc; from shared.wiring.ending import let_go; let_go(); {counts}"
    run = subprocess.run([sys.executable, "-c", asked], cwd=HOUSE, capture_output=True, check=True, text=True)  # noqa: S603 -- our own words
    frozen, left = map(int, run.stdout.split())
    assert frozen > 1000
    assert left < 100


def last_words(text: str) -> str:
    """The last statement of the program: of its `main`, or of what it does when it is started."""
    tree = ast.parse(text)
    mains = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "main"]
    return ast.unparse((mains[0] if mains else tree.body[-1]).body[-1])  # type: ignore[attr-defined]


@pytest.mark.parametrize("program", LASTING)
def test_every_lasting_process_lets_go_at_its_end(program: str) -> None:
    assert last_words((HOUSE / program).read_text(encoding="utf-8")) == "let_go()"


def test_a_process_that_does_not_is_seen() -> None:
    assert last_words("def main():\n    telemetry.stop()\n") != "let_go()"
