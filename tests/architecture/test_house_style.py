"""Names, sizes, and what has no place in the house: skipped tests, machine paths, package index addresses."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.architecture.sources import HOUSE, PACKAGES, Source, classes, functions, lines, source, sources

BANNED = frozenset(
    ["utils", "util", "helpers", "helper", "common", "core", "base", "manager", "handler", "processor", "misc", "data"]
)
NOT_OURS = frozenset({"handle_DATA", "get_route_handler"})
"""Names that a library calls us by."""

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 60, 10
NOT_RUN = frozenset({"skip", "skipif", "xfail", "importorskip"})
ELSEWHERE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/\w+)/")
INDEX = re.compile(
    r"(?:index-url|find-links|trusted-host)[ =]+[\"']?\w+[:.]|https?://[^\s\"']*(?:pypi|/simple/)", re.IGNORECASE
)


def words(name: str) -> set[str]:
    """The words of a file, class or function name."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def ill_named(each: Source) -> list[str]:
    """Files and classes with a banned word in their name, functions that are called one: tests are sentences."""
    named = [part.removesuffix(".py") for part in each.path.parts] + [found.name for found in classes(each.tree)]
    called = [found.name for found in functions(each.tree) if not found.name.startswith("test_")]
    called = [name for name in called if name not in NOT_OURS and name.lower().rsplit("_", 1)[-1] in BANNED]
    return [name for name in named if words(name) & BANNED] + called


def not_run(each: Source) -> list[int]:
    """Lines that mark a test as not to be run."""
    nodes = [node for node in ast.walk(each.tree) if isinstance(node, ast.Attribute) and node.attr in NOT_RUN]
    return [node.lineno for node in nodes if ast.unparse(node).startswith("pytest.")]


def tracked() -> Iterator[tuple[Path, str]]:
    """Every text file that is kept, or is about to be, with its text."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(listed, cwd=HOUSE, capture_output=True, check=True)  # noqa: S603 -- a list of our own words
    found = run.stdout.decode()
    for name in sorted(set(filter(None, found.split("\0")))):
        path = HOUSE / name
        if path.is_file():
            yield Path(name), path.read_text(encoding="utf-8", errors="replace")


def test_no_name_says_nothing() -> None:
    assert {str(each.path): found for each in sources() if (found := ill_named(each))} == {}


def test_no_file_is_over_300_lines() -> None:
    assert {str(each.path): count for each in sources() if (count := each.text.count("\n")) > LONGEST_FILE} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short(package: str) -> None:
    found = {f"{each.path}:{f.name}": lines(f) for each in sources(package) for f in functions(each.tree)}
    assert {name: count for name, count in found.items() if count > LONGEST_FUNCTION} == {}
    assert median(found.values()) <= MEDIAN_FUNCTION


def test_every_test_is_run() -> None:
    assert {str(each.path): found for each in sources("tests") if (found := not_run(each))} == {}


def test_no_kept_file_names_a_place_on_somebodys_machine() -> None:
    assert [str(path) for path, text in tracked() if ELSEWHERE.search(text) and path.name != Path(__file__).name] == []


def test_no_kept_file_names_a_package_index() -> None:
    assert [str(path) for path, text in tracked() if INDEX.search(text) and path.name != Path(__file__).name] == []


def test_there_are_files_to_look_at() -> None:
    assert len(list(tracked())) > 100
    assert len(list(sources())) > 100


def planted(text: str, path: str = "planted.py") -> Source:
    return source(Path(path), text)


@pytest.mark.parametrize("text", ["def mail_handler(): ...", "class MailHandler: ...", "class DataPoint: ..."])
def test_a_banned_word_is_seen(text: str) -> None:
    assert ill_named(planted(text))


def test_a_banned_file_is_seen() -> None:
    assert ill_named(planted("", "shared/utils.py")) == ["utils"]
    assert ill_named(planted("", "shared/database.py")) == []


@pytest.mark.parametrize("mark", ["@pytest.mark.skip", "@pytest.mark.xfail(strict=True)", "@pytest.mark.skipif(True)"])
def test_a_test_that_is_not_run_is_seen(mark: str) -> None:
    assert not_run(planted(f"{mark}\ndef test_it(): ...")) == [1]
    assert not_run(planted("def test_it():\n    pytest.skip('later')")) == [2]


def test_a_long_function_is_seen() -> None:
    long = planted("def long():\n" + "    x = 1\n" * 61)
    assert [lines(each) for each in functions(long.tree)] == [62]


@pytest.mark.parametrize("place", ["see /home/jane/notes", "'/work/x'"])
def test_a_machine_path_is_seen(place: str) -> None:
    assert ELSEWHERE.search(place)
    assert not ELSEWHERE.search("https://example.org/work/x, activities/work/x")


@pytest.mark.parametrize("line", ["--index-url https://x.invalid", "https://mirror.invalid/pypi/simple"])
def test_an_index_address_is_seen(line: str) -> None:
    assert INDEX.search(line)
