"""Long-term outcomes at 6, 12 and 24 months (IPG651 3.2, 3.3): what is asked of each treated leg."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer
from shared.pathway.instruments.ceap import Ceap
from shared.pathway.instruments.eq5d import Eq5d
from shared.pathway.instruments.vcss import Vcss
from shared.pathway.instruments.villalta import Villalta
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Line, Words


class Visit(StrEnum):
    """The months after the latest procedure; m60 is kept when somebody makes it, and owed by nobody."""

    M6 = "m6"
    M12 = "m12"
    M24 = "m24"
    M60 = "m60"


class LegOutcome(Part):
    """One leg: two legs are two of these (R-PTS-2)."""

    side: Side = asked("Which leg?")
    villalta: Villalta = asked("Villalta items of this leg")
    vcss: Vcss | None = asked("VCSS", default=None)
    ceap: Ceap | None = asked("CEAP", default=None)
    patency: Literal["patent", "partly_patent", "occluded", "not_imaged"] = asked("Are the treated veins open?")
    reflux: Answer = asked("Reflux on duplex?")
    stent: Literal["none", "open", "narrowed", "occluded", "not_imaged"] = asked("Venous stent")
    compression_worn: Answer = asked("Are stockings worn?")


class LongTermVisit(Record):
    kind: ClassVar[str] = "long_term_visit"

    visit: Visit = asked("Which visit?")
    visited_on: date = asked("When was the patient seen?")
    way: Literal["clinic", "video", "telephone"] = asked("How?")
    legs: tuple[LegOutcome, ...] = asked("Each treated leg", min_length=1, max_length=2)
    recurrence: Answer = asked("Another deep vein thrombosis since?")
    pulmonary_embolism: Answer = asked("Pulmonary embolism since?")
    reintervention: Line | None = asked("Another intervention since?", default=None)
    anticoagulant: Line | None = asked("Anticoagulant taken now", default=None)
    eq5d: Eq5d | None = asked("EQ-5D-5L", default=None)
    experience: Words | None = asked("What does the patient say about it all?", default=None)


class VisitNotMade(Record):
    """A visit that will not be made is an outcome, and stays in the denominator (R-PTS-5)."""

    kind: ClassVar[str] = "visit_not_made"

    visit: Visit = asked("Which visit?")
    because: Literal["lost_to_followup", "patient_declined", "followed_elsewhere"] = asked("Why will it not be made?")


class PtsReferral(Record):
    """A leg with an ulcer or a high score was referred to somebody who treats post-thrombotic syndrome (R-PTS-4)."""

    kind: ClassVar[str] = "pts_referral"

    side: Side = asked("Which leg?")
    referred_on: date = asked("Referred on")
    to_team: Line = asked("To which team?")
