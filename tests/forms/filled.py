"""How a form is filled in, and the wall clock it is filled in by."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from shared.pathway.anatomy import Side
from shared.pathway.record import Part

P = TypeVar("P", bound=Part)
LEFT, RIGHT = Side.LEFT, Side.RIGHT


def london(wall: str) -> datetime:
    """The instant (UTC) of a London wall-clock time such as 2026-03-09T09:30."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


def filled(form: type[P], given: dict[str, Any], changes: dict[str, Any]) -> P:
    return form(**(given | changes))
