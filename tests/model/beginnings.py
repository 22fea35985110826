"""Where the search begins, and how many deeds deep it goes from there."""

from collections.abc import Callable

from tests.patients import Case, ended, iliofemoral_left, offered, on_the_day, started
from tests.tracks import with_filter

BEGINNINGS: dict[str, tuple[Callable[[], Case], int]] = {
    "referred": (iliofemoral_left, 3),
    "offered": (offered, 2),
    "ready": (on_the_day, 3),
    "started": (started, 2),
    "ended": (ended, 2),
    "filter inside": (with_filter, 2),
}
"""Every order of deeds up to these bounds finishes within two minutes on two cores."""

SHORT: dict[str, tuple[Callable[[], Case], int]] = {"ready": (on_the_day, 1), "ended": (ended, 1)}
"""Enough to find a planted fault."""
