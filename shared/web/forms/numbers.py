"""Numbers as they are typed: digits 0 to 9, a point, and the unit of the question if somebody types it too."""

import re
from decimal import Decimal

from shared.web.forms.description import Field, Kind

_UNIT = re.compile(r"(.+) \((seconds|minutes|days|cm|%|mL/min/1\.73 m²)\)")
_AS_PRINTED = {"10^9/L": "10⁹/L"}
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,400}(?:\.[0-9]{1,400})?|\.[0-9]{1,400})")


def number(asked: Field, text: str) -> int | float | None:
    """The number in `text`; None when it is none, is not whole where it has to be, or has another unit."""
    if asked.unit:
        text = text.removesuffix(asked.unit).removesuffix(printed(asked.unit)).rstrip()
    if asked.kind == Kind.WHOLE:
        return int(text) if _WHOLE.fullmatch(text) else None
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if abs(found) != float("inf") else None


def measured(asked: Field) -> tuple[str, str]:
    """The question without its unit, and the unit as it is printed; "" where it has none."""
    found = _UNIT.fullmatch(asked.label)
    return (found[1], found[2]) if found else (asked.label, printed(asked.unit))


def printed(unit: str) -> str:
    """A unit as people print it; what is stored stays as it is."""
    return _AS_PRINTED.get(unit, unit)


def wrong(asked: Field) -> str:
    """What is wrong with a text that is no number, as it follows "The dose ..."."""
    if asked.kind == Kind.WHOLE:
        return "must be a whole number, in digits"
    return f"must be a number in {printed(asked.unit)}" if asked.unit else "must be a number, in digits"


def typed(value: float) -> str:
    """A number as it is typed: all its digits, no exponent, no point without need."""
    digits = format(Decimal(repr(value)), "f")
    return digits.rstrip("0").removesuffix(".") if "." in digits else digits
