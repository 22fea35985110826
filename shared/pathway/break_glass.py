"""Breaking gates for a threatened limb or life (clinical.md 5.1, 5.2; IPG651 3.5, YR1).

Four gates can never be broken.
"""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.record import Record, asked
from shared.pathway.text import StaffId, Words


class Breakable(StrEnum):
    """The gates that a consultant may break. G8, G10 and G13, and a capacitous refusal, are not among them."""

    G2 = "G2"
    G3 = "G3"
    G4 = "G4"
    G5 = "G5"  # an emergency does not wait for it anyway: named, it is written down as the others are
    G6 = "G6"
    G7 = "G7"
    G9 = "G9"
    G11 = "G11"
    G12 = "G12"


class BreakGlass(Record):
    """A consultant says: this limb or life cannot wait for these gates. Governance is told; a second person looks."""

    kind: ClassVar[str] = "break_glass"

    side: Side = asked("Which leg?")
    gates: frozenset[Breakable] = asked("Which gates?", min_length=1)
    reason: Literal[
        "threatened_limb", "threatened_life", "specialty_not_reached", "system_unavailable", "best_interests"
    ] = asked("Why can it not wait?")
    clinical_state: Words = asked("What is the state of the patient?")
    limb_or_life_attested: bool = asked("Do you attest that limb or life is in danger now?")
    patient_informed: Literal["yes", "no", "not_possible"] = asked("Does the patient know?")
    lawful_basis: Literal["verbal_consent", "best_interests"] | None = asked(
        "On what basis is the patient treated?", hint="Needed for consent (G7)", default=None
    )
    second_consultant: StaffId | None = asked(
        "Second consultant who agrees", hint="Needed for research only (G3)", default=None
    )


class BreakGlassReview(Record):
    """The second person's look at it, within a day."""

    kind: ClassVar[str] = "break_glass_review"

    breaking: int = asked("Which gates were broken, and when?", hint="The number of its entry", ge=1)
    outcome: Literal["justified", "not_justified", "to_be_discussed"] = asked("What do you find?")
    words: Words = asked("Why?")
    looked_at: AwareDatetime = asked("When did you look?")
