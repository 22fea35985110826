"""An instant as a program writes it in an address or a header: RFC 3339, with its zone, in a year that can be."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

from shared.web.bodies import FIRST_YEAR, LAST_YEAR
from shared.web.reasons import REASONS

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}[0-9:.]{0,16}(?:Z|[+-][0-9]{2}:[0-9]{2})")


def _as_written(value: object) -> object:
    if isinstance(value, str) and _WRITTEN.fullmatch(value) is None:  # pydantic would take a bare number as well
        raise PydanticCustomError("instant", REASONS["datetime_parsing"])
    return value


def _possible(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise PydanticCustomError("instant", f"Write a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_written), AfterValidator(_possible)]
"""Aware, from 1900 to 2100."""
