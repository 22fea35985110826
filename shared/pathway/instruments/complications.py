"""Grades of a complication (clinical.md 10.6): CIRSE 2017, and the SIR severity of the same year."""

from enum import StrEnum

from shared.pathway.instruments.edition import Edition

CIRSE = Edition("CIRSE grade of complications", "2017", "clinical.md 10.6", verified=True)
# The edition of January 2026 splits grades 1 and 3; its wording was not seen, so its grades are kept unexplained.
CIRSE_MODIFIED = Edition("CIRSE grade of complications", "modified 2026", "not seen", verified=False)
SIR = Edition("SIR severity", "2017", "from memory", verified=False)


class CirseGrade(StrEnum):
    """What became of it, and what it took (CIRSE 2017)."""

    GRADE_1 = "1"
    GRADE_2 = "2"
    GRADE_3 = "3"
    GRADE_4 = "4"
    GRADE_5 = "5"
    GRADE_6 = "6"


MEANING: dict[CirseGrade, str] = {
    CirseGrade.GRADE_1: "solved during the same procedure",
    CirseGrade.GRADE_2: "watched for less than 48 hours longer, no treatment",
    CirseGrade.GRADE_3: "treated, or a stay of more than 48 hours longer, and over without traces",
    CirseGrade.GRADE_4: "mild trouble that stays",
    CirseGrade.GRADE_5: "severe trouble that stays and needs help in daily life",
    CirseGrade.GRADE_6: "death",
}


class CirseModifiedGrade(StrEnum):
    """The grades of the modified edition. Which of 1a and 1b, 3a and 3b is meant, its own text has to say."""

    GRADE_1A = "1a"
    GRADE_1B = "1b"
    GRADE_2 = "2"
    GRADE_3A = "3a"
    GRADE_3B = "3b"
    GRADE_4 = "4"
    GRADE_5 = "5"
    GRADE_6 = "6"


class SirSeverity(StrEnum):
    """Severity of 2017. The older letters A to F are another scale, and are never translated into it."""

    MILD = "1"
    MODERATE = "2"
    SEVERE = "3"
    LIFE_THREATENING_OR_DISABLING = "4"
    DEATH = "5"
