"""What a receiver of letters said about each, and what that amounts to for the whole letter."""

from collections.abc import Sequence
from enum import Enum

from activities.ports import OutsideRefused, OutsideUnavailable


class Answer(Enum):
    """What was said about one message."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


def taken(answers: Sequence[Answer]) -> int:
    """How many messages were taken.

    Raises OutsideUnavailable when one was put off, OutsideRefused when none was taken.
    """
    if Answer.LATER in answers:
        raise OutsideUnavailable("an address was put off")
    if Answer.TAKEN not in answers:
        raise OutsideRefused("no address was taken")
    return answers.count(Answer.TAKEN)
