"""Discharge after the procedure (IPG651 2.6): anticoagulation until reviewed, a review booked, nothing left open."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.choices import Answer
from shared.pathway.quantity import Dose
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Code, Line, Words


class AnticoagulantPlan(Part):
    """Treatment until reviewed; there is no stop date to write down (R-DIS-2)."""

    drug: Line = asked("Anticoagulant")
    dose: Dose | None = asked("Dose", default=None)
    started_on: date = asked("Started on")
    supply_until: date = asked("The supply lasts until")
    next_supply_by: Line = asked("Who prescribes the next supply?")


class Compression(Part):
    """Advised, not advised or declined: recorded, never required (IPG651 2.6; clinical.md 0.5)."""

    advice: Literal["advised", "not_advised", "declined"] = asked("Compression stockings")
    purpose: Words | None = asked("What for?", default=None)


class Discharge(Record):
    kind: ClassVar[str] = "discharge"

    discharged_at: AwareDatetime = asked("When did the patient leave?")
    destination: Line = asked("Where to?")
    mobilised_at: AwareDatetime | None = asked("When was the patient first up?", default=None)
    compression: Compression = asked("Compression")
    anticoagulant: AnticoagulantPlan | None = asked("Anticoagulant plan", default=None)
    anticoagulant_contraindication: Words | None = asked("Why is there no anticoagulant?", default=None)
    review_booked_on: date | None = asked("The 3-month review is booked for", default=None)
    no_adverse_event_so_far: bool = asked("Do you state that no adverse event has come to light?")
    adverse_events: Words | None = asked("Which adverse events?", default=None)
    filter_in_situ: Answer = asked("Is a vena cava filter inside?")
    warnings_given: bool = asked("Warned about bleeding, breathlessness, change of leg colour?")
    contact_line: Line = asked("Number to call")
    gp_letter_sent_at: AwareDatetime | None = asked("When was the GP letter sent?", default=None)
    patient_letter_document: Code | None = asked("The patient's own copy", hint="Document id", default=None)
