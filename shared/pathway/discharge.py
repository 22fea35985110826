"""Discharge after the procedure (IPG651 2.6): anticoagulation until reviewed, a review booked, nothing left open."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anticoagulation import HOW_OFTEN, ONE_DOSE
from shared.pathway.choices import Answer
from shared.pathway.quantity import Dose
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Code, Line, Words


class AnticoagulantPlan(Part):
    """Treatment until reviewed; there is no stop date to write down (R-DIS-2)."""

    drug: Line = asked("Anticoagulant", hint=HOW_OFTEN)
    dose: Dose | None = asked("Dose", hint=ONE_DOSE, default=None)
    started_on: date = asked("Started on")
    supply_until: date = asked("The supply lasts until")
    next_supply_by: Line = asked("Who prescribes the next supply?")
    monitoring: Words | None = asked("How is treatment monitored?", default=None)


class Compression(Part):
    """Advised, not advised or declined: recorded, never required (IPG651 2.6; clinical.md 0.5)."""

    advice: Literal["advised", "not_advised", "declined"] = asked("Compression stockings")
    purpose: Words | None = asked("What for?", default=None)
    compression_class: Literal["1", "2", "3"] | None = asked("Compression class", default=None)


class Booking(Part):
    """An appointment the patient leaves with."""

    what: Line = asked("Which appointment?")
    booked_on: date = asked("On which day?")


class Leaving(StrEnum):
    """However a patient leaves, every track stays open (R-DIS-4)."""

    PLANNED = "planned"
    SELF_DISCHARGE = "self_discharge"
    ABSCONDED = "absconded"


class Discharge(Record):
    kind: ClassVar[str] = "discharge"

    discharged_at: AwareDatetime = asked("When did the patient leave?")
    leaving: Leaving = asked("How did the patient leave?", default=Leaving.PLANNED)
    destination: Line = asked("Where to?")
    mobilised_at: AwareDatetime | None = asked("When was the patient first up?", default=None)
    compression: Compression = asked("Compression")
    anticoagulant: AnticoagulantPlan | None = asked("Anticoagulant plan", default=None)
    anticoagulant_contraindication: Words | None = asked("Why is there no anticoagulant?", default=None)
    review_booked_on: date | None = asked("The 3-month review is booked for", default=None)
    no_adverse_event_so_far: bool = asked("No adverse event has come to light: is that so?")
    adverse_events: Words | None = asked("Which adverse events?", default=None)
    filter_in_situ: Answer = asked("Is a vena cava filter inside?")
    filter_removal_on: date | None = asked("The filter is to be removed on", default=None)
    stent_in_place: Answer = asked("Is there a venous stent?", default=Answer.NOT_ASSESSED)
    warnings_given: bool = asked("Warned about bleeding, breathlessness, change of leg colour?")
    driving_and_work_advised: Answer = asked("Advised about driving and work?", default=Answer.NOT_ASSESSED)
    contact_line: Line = asked("Number to call")
    bookings: tuple[Booking, ...] = asked("Other appointments", default=(), max_length=10)
    gp_letter_sent_at: AwareDatetime | None = asked("When was the GP letter sent?", default=None)
    patient_letter_document: Code | None = asked("The patient's own copy", hint="Document id", default=None)
