"""The words of the printed documents: one file each, with its own version, beside the words that all of them share."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("words")


@dataclass(frozen=True, slots=True)
class Wording:
    """One document's words. `number` and `version` are printed on it and written down when it is given."""

    number: str
    version: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of this key, its gaps filled. A key nobody wrote is a defect: KeyError."""
        return self.texts[key].format(**values) if values else self.texts[key]


@cache
def wording(name: str) -> Wording:
    """The words of one document, read once. Raises FileNotFoundError for a document without words."""
    texts = _written(name)
    return Wording(texts.pop("number"), texts.pop("version"), texts)


@cache
def shared_words() -> Wording:
    """Words that stand on every document: they have no version of their own, and are part of everybody's."""
    return Wording("", "", _written("shared"))


def side_in_words(sides: tuple[Any, ...]) -> str:
    """The legs spelled out: "LEFT", "RIGHT", "LEFT and RIGHT" (hazard H-01); "" for none."""
    said = shared_words()
    return said("and").join(said(str(each)) for each in sides)


def _written(name: str) -> dict[str, str]:
    found = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {key: str(text) for key, text in found.items()}
