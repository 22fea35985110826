"""Every rule says what it rests on: a paragraph of IPG651 that exists, "D", or NG158; and says so in its docstring."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from shared.guidance import cites
from shared.pathway.gates import PARAGRAPHS
from tests.architecture.sources import Source, classes, functions, source, sources

CITING = re.compile(r"Guidance: |IPG651 |clinical\.md |R-[A-Z]{3}-\d|\bG\d+\b")
RULE = re.compile(r"R-[A-Z]{2,3}-\d+|G\d+|H-\d\d|T-[A-Z0-9]+|1\.1")
PLACES = {"Refusal": 3, "_Row": 3, "_Note": 2}
"""Where each of these takes its paragraph."""


def cited(each: Source) -> Iterator[tuple[str, ast.expr]]:
    """The paragraph argument of every refusal, row and note, with the name of what it belongs to."""
    for call in (node for node in ast.walk(each.tree) if isinstance(node, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        named = next((word.value for word in call.keywords if word.arg == "paragraph"), None)
        if name in PLACES:
            at = PLACES[name]
            yield name, named or (call.args[at] if len(call.args) > at else ast.Constant(""))


def uncited(each: Source) -> list[str]:
    """Paragraphs that do not exist, or that cannot be read off the source."""
    return [
        f"{each.path}:{getattr(found, 'lineno', 0)}"
        for _name, found in cited(each)
        if not (_is_gates_own(found) or (isinstance(found, ast.Constant) and cites(str(found.value))))
    ]


def _is_gates_own(found: ast.expr) -> bool:
    return isinstance(found, ast.Subscript) and isinstance(found.value, ast.Name) and found.value.id == "PARAGRAPHS"


def unruled(each: Source) -> list[str]:
    """Refusals whose rule id is none of clinical.md's."""
    calls = (node for node in ast.walk(each.tree) if isinstance(node, ast.Call))
    refusals = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Refusal" and call.args)
    rules = ((call.lineno, call.args[0]) for call in refusals)
    return [
        f"{each.path}:{line}"
        for line, rule in rules
        if isinstance(rule, ast.Constant) and not RULE.fullmatch(str(rule.value))
    ]


def silent(each: Source) -> list[str]:
    """Rules and records that do not say what they rest on, in their own docstring or, for a record, its module's."""
    module = ast.get_docstring(each.tree) or ""
    rules = [f.name for f in functions(each.tree) if _is_rule(f.name) and not CITING.search(ast.get_docstring(f) or "")]
    return rules + [
        found.name
        for found in classes(each.tree)
        if any(isinstance(parent, ast.Name) and parent.id == "Record" for parent in found.bases)
        and not CITING.search(f"{module} {ast.get_docstring(found) or ''}")
    ]


def _is_rule(name: str) -> bool:
    return name.endswith("refusals") and not name.startswith("_")


def test_every_cited_paragraph_exists() -> None:
    assert [place for each in sources("shared/pathway") for place in uncited(each)] == []
    assert all(map(cites, PARAGRAPHS.values()))


def test_every_refusal_names_a_rule_of_the_specification() -> None:
    assert [place for each in sources("shared/pathway") for place in unruled(each)] == []


def test_every_rule_and_record_says_what_it_rests_on() -> None:
    assert {str(each.path): found for each in sources("shared/pathway") if (found := silent(each))} == {}


def test_there_are_many_refusals_to_look_at() -> None:
    assert sum(1 for each in sources("shared/pathway") for _found in cited(each)) > 80


def planted(text: str) -> Source:
    return source(Path("planted.py"), text)


def test_a_paragraph_that_does_not_exist_is_seen() -> None:
    assert uncited(planted('Refusal("R-MDT-1", "", "words", "3.10")')) == ["planted.py:1"]
    assert uncited(planted('Refusal("R-MDT-1", "", "words", paragraph="9.9")')) == ["planted.py:1"]
    assert uncited(planted('Refusal("R-MDT-1", "", "words", somewhere)')) == ["planted.py:1"]
    assert uncited(planted('Refusal("R-MDT-1", "", "words", "3.8")')) == []


def test_a_made_up_rule_is_seen() -> None:
    assert unruled(planted('Refusal("MDT-QUORUM", "", "words", "3.8")')) == ["planted.py:1"]


def test_a_rule_that_cites_nothing_is_seen() -> None:
    assert silent(planted('def end_refusals(question):\n    """Why not."""')) == ["end_refusals"]
    assert silent(planted('class Visit(Record):\n    """A visit."""')) == ["Visit"]
