"""What is wrong with the safety file: controls or tests that are not there, hazards that no passing test answers."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from shared.safety.hazards import Control, Hazard, SafetyFile
from shared.safety.last_run import LastRun, Verdict

HOUSE = Path(__file__).parents[2]
STORY = re.compile(r"^scenario:\s*[\"']?([\w-]+)", re.MULTILINE)


def problems(safety: SafetyFile, run: LastRun, house: Path = HOUSE) -> Iterator[str]:
    """Each as a sentence that begins with its hazard; nothing when the file can stand."""
    for each in safety.hazards:
        yield from (
            f"{each.id}: {words}" for words in (*_places(each, house), *_links(each, house), *_proof(each, run))
        )


def _places(hazard: Hazard, house: Path) -> Iterator[str]:
    yield from (f"no control at {each.where}" for each in hazard.controls if not is_there(each, house))


def _links(hazard: Hazard, house: Path) -> Iterator[str]:
    yield from (f"no test {each}" for each in hazard.tests if not is_test(each, house))
    yield from (f"no story {each}" for each in hazard.stories if each not in stories(house))


def _proof(hazard: Hazard, run: LastRun) -> Iterator[str]:
    verdicts = {each: run.verdict(each) for each in hazard.links}
    if Verdict.PASSED not in verdicts.values():
        yield "no passing test or story"
    yield from (f"failed: {name}" for name, verdict in verdicts.items() if verdict is Verdict.FAILED)
    yield from (f"has not run: {name}" for name, verdict in verdicts.items() if verdict is Verdict.NOT_RUN)


def is_there(control: Control, house: Path = HOUSE) -> bool:
    """Whether the function, class or word that a control names exists."""
    place, _, name = control.where.partition(":")
    if "/" in place:
        path = house / place
        return path.is_file() and name in path.read_text(encoding="utf-8")
    try:
        return hasattr(import_module(place), name)
    except ModuleNotFoundError:
        return False


def is_test(link: str, house: Path = HOUSE) -> bool:
    """Whether this test is written in its file."""
    place, _, name = link.partition("::")
    return name in _functions(house / place)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def stories(house: Path = HOUSE) -> frozenset[str]:
    """The names of all stories of the house."""
    pages = (path.read_text(encoding="utf-8") for path in sorted((house / "tests" / "scenarios").rglob("*.yaml")))
    return frozenset(name for page in pages for name in STORY.findall(page))
