"""Paths and dotted names in narrow columns: they go on in the next line after a mark, never within a word."""

import re

_MARKS = re.compile(r"(?<=[./:])(?=\w|\{)")


def breakable(path: str) -> str:
    """The same to read, with a place of no width after each mark where a line may end."""
    return _MARKS.sub("\N{ZERO WIDTH SPACE}", path)
