"""Reads a file of locked requirements: every package with its version, the hashes it may have, and who wants it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PRODUCT = HOUSE / "requirements.txt"
FILES = tuple(HOUSE / name for name in ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt"))
_PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(?P<version>[\w.!+-]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_WANTED_BY = re.compile(r"#\s+(?:via )?\s*(-r \S+|[A-Za-z0-9][\w.-]*)$")
OURS = "-r "


class NotLockedError(ValueError):
    """A line that is no locked requirement: its words say which."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One package. `wanted_by` are names of other packages; a name that begins with `-r` is a file of ours."""

    name: str
    version: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def locked(text: str) -> tuple[Locked, ...]:
    """Every package of the file. Raises NotLockedError for one without a version or a hash, and for any option."""
    return tuple(_locked(paragraph) for paragraph in _paragraphs(text))


def _paragraphs(text: str) -> Iterator[str]:
    """A requirement with what belongs to it: the lines after it that are moved in."""
    found: list[str] = []
    for line in text.splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            if found:
                yield "\n".join(found)
            found = [line]
        elif found:
            found.append(line)
    if found:
        yield "\n".join(found)


def _locked(paragraph: str) -> Locked:
    first, *rest = paragraph.splitlines()
    named = _PACKAGE.fullmatch(first.partition(" ")[0])
    hashes = tuple(_HASH.findall(paragraph))
    if named is None or not hashes:
        raise NotLockedError(f"{first.split()[0]} has no version or no hash")
    told = (_WANTED_BY.search(line) for line in rest if line.strip().startswith("#"))
    wanted_by = tuple(each[1] for each in told if each is not None and each[1] != "via")
    return Locked(named["name"], named["version"], hashes, wanted_by)
