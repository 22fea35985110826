"""News that may come at any time and change what was decided (clinical.md 4, 5.3)."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.choices import Answer, Embolism, Pregnancy, Urgency
from shared.pathway.communication import Communication
from shared.pathway.quantity import Haemoglobin
from shared.pathway.record import Record, asked
from shared.pathway.text import Line, Words


class PregnancyResult(Record):
    """A test, or what the patient says now. It supersedes the referral (G11)."""

    kind: ClassVar[str] = "pregnancy_result"

    status: Pregnancy = asked("Pregnant?")
    tested_on: date | None = asked("Date of the test", default=None)


class UrgencyChanged(Record):
    """A clinician raises or lowers the urgency. Lowering an emergency needs a reason (R-REF-2)."""

    kind: ClassVar[str] = "urgency_changed"

    urgency: Urgency = asked("How urgent is it now?")
    reason: Words = asked("Why?")


class NewPe(Record):
    """A new pulmonary embolism, or one that got worse."""

    kind: ClassVar[str] = "new_pe"

    found_at: AwareDatetime = asked("When was it found?")
    state: Embolism = asked("Pulmonary embolism?")
    haemodynamic_instability: Answer = asked("Haemodynamically unstable?")


class NewBleed(Record):
    kind: ClassVar[str] = "new_bleed"

    found_at: AwareDatetime = asked("When was it found?")
    site: Line = asked("Where does the patient bleed?")
    isth: Literal["crnm", "major", "none", "unknown"] = asked("ISTH class, in your judgement")
    hb_fall: Haemoglobin | None = asked("Fall of haemoglobin", default=None)


class CapacityChanged(Record):
    """The patient lost, or regained, the capacity to decide about this procedure."""

    kind: ClassVar[str] = "capacity_changed"

    noticed_at: AwareDatetime = asked("When was it noticed?")
    has_capacity: Answer = asked("Can the patient decide about this now?")
    note: Words = asked("What was seen?")


class ContactPreferenceChanged(Record):
    kind: ClassVar[str] = "contact_preference_changed"

    communication_needs: Communication = asked("How does the patient communicate?")
    contact_by: Literal["letter", "telephone", "text_message", "email", "no_contact"] = asked(
        "How does the patient wish to be contacted?"
    )


class AnticoagStoppedElsewhere(Record):
    """Another team or the patient stopped the anticoagulant. It asks for a review at once, and decides nothing."""

    kind: ClassVar[str] = "anticoag_stopped_elsewhere"

    stopped_on: date = asked("Stopped on")
    by_whom: Line = asked("Who stopped it?")
    reason: Words | None = asked("Why, as far as is known?", default=None)
