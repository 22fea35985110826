"""Text as clinicians type it: anything a person can read, nothing a machine chokes on."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

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


class OfStaff:
    """Says of a field that it holds somebody's staff directory id: a page offers names, a program is told what it is.

    `listed`: only whom the trust's own directory knows; otherwise it may be somebody of another trust.
    """

    def __init__(self, *, listed: bool) -> None:
        self.listed = listed

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"description": "Staff directory id"} | handler(schema)


StaffId = Annotated[Code, OfStaff(listed=True)]
"""Somebody of the trust's staff directory."""

AnyStaffId = Annotated[Code, OfStaff(listed=False)]
"""Somebody by a staff directory id that need not be this trust's own."""
