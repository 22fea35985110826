"""What the pages say, by key, from one wording file per language. Welsh is a second file with the same keys.

It is spoken once every key is there: `missing("cy")` names those that a translator still has to write.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

FOLDER = Path(__file__).with_name("words")
ENGLISH = "en"


class Words:
    """The wording of one language. A key is its table and name: `role.haematologist`."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of this key, with its gaps filled. A key nobody wrote is a defect: KeyError."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def counted(self, key: str, count: int, **values: object) -> str:
        """The text of this key for so many; for one of them the text of `key`_one, where somebody wrote it."""
        one = f"{key}_one"
        return self(one if count == 1 and one in self else key, count=count, **values)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def every_key(self) -> frozenset[str]:
        return frozenset(self._texts)


@cache
def spoken(language: str = ENGLISH, folder: Path = FOLDER) -> Words:
    """The words of a language, read once; English for one without a file, or one that does not say everything yet.

    Half a page in another language is worse for a reader than a whole one in English.
    """
    if language == ENGLISH or missing(language, folder):
        return Words(ENGLISH, _written(ENGLISH, folder))
    return Words(language, _written(language, folder))


def missing(language: str, folder: Path = FOLDER) -> frozenset[str]:
    """The keys that a language still needs before it is spoken: those not there, empty, or with other gaps."""
    english, other = _written(ENGLISH, folder), _written(language, folder)
    return frozenset(key for key, text in english.items() if not other.get(key) or gaps(other[key]) != gaps(text))


def gaps(text: str) -> frozenset[str]:
    """The names of what the page fills in."""
    return frozenset(name for _before, name, _how, _as in Formatter().parse(text) if name is not None)


def _written(language: str, folder: Path) -> dict[str, str]:
    """What is written in the file of this language; nothing when there is none."""
    file = folder / f"{language}.toml"
    return _flat(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _flat(written: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in written.items():
        key = f"{before}{name}"
        found |= _flat(value, f"{key}.") if isinstance(value, dict) else {key: str(value)}
    return found
