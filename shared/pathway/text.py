"""Text as clinicians type it: anything a person can read, nothing a machine chokes on."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

LINES = frozenset("\n\t\r")


def _unreadable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"} and character not in LINES


def _readable(text: str) -> str:
    """Text without NUL, control characters, lone surrogates or unassigned code points; refuses the rest."""
    if text.isascii() and text.isprintable():
        return text
    if any(_unreadable(character) for character in text):
        raise PydanticCustomError("unreadable_text", "Remove characters that cannot be read or printed")
    return text


def _written(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("missing", "Write something here")
    return text


Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_readable), AfterValidator(_written)]
"""Free text, up to 4,000 characters, not blank."""

Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_readable), AfterValidator(_written)]
"""One line of text, up to 200 characters, not blank."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]
"""An identifier from another system: accession, UDI, document id, directory id."""
