"""The source of the product as the architecture tests see it: files, classes, functions, imports, strings."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PACKAGES = ("shared", "activities", "workflows", "services", "deploy")
ELSEWHERE = frozenset({".venv", ".local", ".git", "__pycache__", "build", "node_modules"})


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file, parsed. `path` is relative to the house."""

    path: Path
    text: str
    tree: ast.Module


def source(path: Path, text: str) -> Source:
    return Source(path, text, ast.parse(text, filename=str(path)))


def sources(*folders: str) -> Iterator[Source]:
    """Every Python file under these folders of the house, or under all of it."""
    return chain.from_iterable(map(_parsed, folders or (*PACKAGES, "tests")))


@cache
def _parsed(folder: str) -> tuple[Source, ...]:
    paths = (path.relative_to(HOUSE) for path in sorted((HOUSE / folder).rglob("*.py")))
    return tuple(
        source(path, (HOUSE / path).read_text(encoding="utf-8"))
        for path in paths
        if not ELSEWHERE.intersection(path.parts)
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in _defined(tree) if not isinstance(node, ast.ClassDef))


def classes(tree: ast.AST) -> Iterator[ast.ClassDef]:
    return (node for node in _defined(tree) if isinstance(node, ast.ClassDef))


@cache
def _defined(tree: ast.AST) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, ...]:
    """Walked through once: several tests look at the same trees."""
    defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return tuple(node for node in ast.walk(tree) if isinstance(node, defined))


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How long a function is, from `def` to its last line, without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    first = body[0].lineno if body else node.lineno
    return (node.end_lineno or node.lineno) - first + 2


def strings(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
