"""What the pages say, by key, from one wording file per language. Welsh is a second file with the same keys."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
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

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def every_key(self) -> frozenset[str]:
        return frozenset(self._texts)


@cache
def spoken(language: str = ENGLISH) -> Words:
    """The words of a language, read once. Raises FileNotFoundError for a language without a file."""
    written = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Words(language, _flat(written))


def _flat(written: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in written.items():
        key = f"{before}{name}"
        found |= _flat(value, f"{key}.") if isinstance(value, dict) else {key: str(value)}
    return found
