"""What the clock writes down: a timer that fell due (clinical.md 3)."""

from shared.pathway.clock_marks import TimerFired
from shared.pathway.question import Moment
from shared.pathway.roles import SYSTEM
from shared.pathway.stage import Kind, Stage, nothing_refuses


def _always(moment: Moment) -> bool:
    del moment
    return True


STAGE = Stage("clock", None, ("YR1",), (Kind(TimerFired, "", SYSTEM, nothing_refuses, any_version=True),), _always)
