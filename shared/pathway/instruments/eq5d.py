"""EQ-5D-5L (clinical.md 10.9): the codes of a licensed questionnaire. Its wording is the owner's and is not in here."""

from shared.pathway.instruments.edition import Edition
from shared.pathway.record import Part, asked

EDITION = Edition("EQ-5D-5L", "codes only", "from memory", verified=False)
HINT = "The code on the licensed form, 1 to 5"


class Eq5d(Part):
    """Five codes of 1 to 5 and the scale of 0 to 100, as the patient gave them on the licensed form."""

    mobility: int | None = asked("EQ-5D-5L, 1st code", hint=HINT, ge=1, le=5, default=None)
    self_care: int | None = asked("EQ-5D-5L, 2nd code", hint=HINT, ge=1, le=5, default=None)
    usual_activities: int | None = asked("EQ-5D-5L, 3rd code", hint=HINT, ge=1, le=5, default=None)
    pain: int | None = asked("EQ-5D-5L, 4th code", hint=HINT, ge=1, le=5, default=None)
    anxiety: int | None = asked("EQ-5D-5L, 5th code", hint=HINT, ge=1, le=5, default=None)
    scale: int | None = asked("EQ VAS (0 to 100)", ge=0, le=100, default=None)


CODES = ("mobility", "self_care", "usual_activities", "pain", "anxiety")


def profile(given: Eq5d) -> str | None:
    """The five codes in a row, such as 11213; None while one is missing. An index needs the licensed value set."""
    codes = [getattr(given, name) for name in CODES]
    return None if None in codes else "".join(map(str, codes))
