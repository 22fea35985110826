"""CEAP 2020 (clinical.md 10.3): clinical class, cause, anatomy and mechanism of venous disease of one leg.

Written down from memory: codes only, to be checked against the source before anybody relies on them.
"""

from enum import StrEnum
from typing import Literal

from shared.pathway.instruments.edition import Edition
from shared.pathway.record import Part, asked

EDITION = Edition("CEAP", "2020", "from memory", verified=False)


class ClinicalClass(StrEnum):
    C0 = "C0"
    C1 = "C1"
    C2 = "C2"
    C2R = "C2r"
    C3 = "C3"
    C4A = "C4a"
    C4B = "C4b"
    C4C = "C4c"
    C5 = "C5"
    C6 = "C6"
    C6R = "C6r"


class Anatomy(StrEnum):
    """Superficial, deep, perforating, or none found."""

    S = "s"
    D = "d"
    P = "p"
    N = "n"


class Ceap(Part):
    """One leg, one day."""

    clinical: ClinicalClass = asked("Clinical class")
    symptoms: Literal["s", "a"] = asked("With symptoms (s) or without (a)?")
    aetiology: Literal["p", "si", "se", "c", "n"] = asked("Aetiology")
    anatomy: frozenset[Anatomy] = asked("Anatomy", min_length=1)
    pathophysiology: Literal["r", "o", "r,o", "n"] = asked("Pathophysiology")


def code(found: Ceap) -> str:
    """The class as it is written in one line, such as C3s Ep Asd Pr."""
    anatomy = "".join(letter.value for letter in Anatomy if letter in found.anatomy)
    return f"{found.clinical}{found.symptoms} E{found.aetiology} A{anatomy} P{found.pathophysiology}"
