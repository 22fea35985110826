"""The procedure as written down (IPG651 2.4-2.7, 3.2, 3.3): its start, which the gates decide on, and its end."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import AccessVein, Answer, LysisMode, Mechanism
from shared.pathway.pathway import Pathway
from shared.pathway.quantity import Dose, DoseAreaProduct, Volume
from shared.pathway.record import Entry, Part, Record, asked
from shared.pathway.text import Code, Line, Words


class Identifier(StrEnum):
    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    NHS_NUMBER = "nhs_number"
    ADDRESS = "address"
    WRISTBAND = "wristband"


class SignIn(Part):
    """The checklist before the needle (clinical.md 2.6). `unknown` is an answer, and satisfies nothing."""

    identifiers_checked: frozenset[Identifier] = asked("Which identifiers did you check with the patient?")
    side_marked: Side = asked("Which leg is marked on the skin?")
    consent_seen: Answer = asked("Have you seen the signed consent?")
    allergies_checked: Answer = asked("Allergies checked?")
    renal_function_checked: Answer = asked("Renal function checked?")
    bleeding_risk_checked: Answer = asked("Bleeding risk checked?")
    anticoagulation_checked: Answer = asked("Anticoagulation checked?")
    pregnancy_checked: Answer = asked("Pregnancy status checked?")


class ScannedDevice(Part):
    """A device scanned before it is opened."""

    udi_di: Code = asked("UDI device identifier")
    lot: Code = asked("Lot")
    serial: Code | None = asked("Serial number", default=None)
    expires_on: date = asked("Expires on")
    role: Literal["thrombectomy", "catheter", "balloon", "stent", "filter", "closure"] = asked("What is it for?")


class ProcedureStart(Record):
    """Time-out: what is about to be done, to which leg, by whom, with what. The gates decide on this (R-PRO-1)."""

    kind: ClassVar[str] = "procedure_start"

    side: Side = asked("Which leg?")
    room: Line = asked("Room")
    operators: tuple[Code, ...] = asked(
        "Operators", hint="Staff directory ids, first operator first", min_length=1, max_length=6
    )
    anaesthesia: Literal["local", "other"] = asked("Anaesthesia")
    anaesthesia_reason: Words | None = asked("Why not local anaesthesia?", default=None)
    sign_in: SignIn = asked("Sign in")
    access_vein: AccessVein = asked("Access vein")
    devices: tuple[ScannedDevice, ...] = asked("Devices scanned", min_length=1, max_length=20)
    lysis_mode: LysisMode = asked("Thrombolytic drug planned")
    filter_planned: bool = asked("Is a filter planned?")
    stent_planned: bool = asked("Is a stent planned?")


class ClotRemoval(StrEnum):
    """Share of clot removed by segment (IPG651 3.2); grade I under 50 %, II 50 to 99 %, III all."""

    GRADE_I = "grade_I"
    GRADE_II = "grade_II"
    GRADE_III = "grade_III"
    NOT_ASSESSED = "not_assessed"


class Event(StrEnum):
    """What can go wrong in the room (clinical.md 2.8; the first five are IPG651 3.3)."""

    BLEEDING = "bleeding"
    HAEMOLYSIS_OR_AKI = "haemolysis_or_aki"
    VESSEL_DAMAGE = "vessel_damage"
    EMBOLISATION = "embolisation"
    RE_THROMBOSIS = "re_thrombosis"
    STROKE_OR_ICH = "stroke_or_ich"
    ACCESS_SITE = "access_site"
    CONTRAST_REACTION = "contrast_reaction"
    BRADYARRHYTHMIA = "bradyarrhythmia"
    STENT_OR_FILTER_PROBLEM = "stent_or_filter_problem"
    DEVICE_MALFUNCTION = "device_malfunction"
    MEDICATION_ERROR = "medication_error"
    DEATH = "death"
    OTHER = "other"


class UsedDevice(Part):
    udi_di: Code = asked("UDI device identifier")
    lot: Code = asked("Lot")
    outcome: Literal["used", "opened_unused", "failed"] = asked("What became of it?")
    mechanism: Mechanism | None = asked("Mechanism", default=None)


class Lysis(Part):
    drug: Line = asked("Thrombolytic drug")
    dose: Dose = asked("Dose")
    mode: LysisMode = asked("When?")


class Stent(Part):
    vein: Segment = asked("Which vein?")
    reason: Words = asked("Which lesion was treated?")


class SignOut(Part):
    devices_accounted_for: Answer = asked("All devices accounted for?")
    filter_present: Answer = asked("Is a filter left inside? Say it aloud")
    anticoagulation_ordered: Answer = asked("Anticoagulation ordered?")
    observations_planned: Answer = asked("Observations planned?")


class ProcedureEnd(Record):
    """How the procedure ended, also when it was abandoned: every start is owed to the registry (IPG651 1.3)."""

    kind: ClassVar[str] = "procedure_end"

    outcome: Literal["completed", "abandoned"] = asked("How did it end?")
    ended_at: AwareDatetime = asked("When did it end?")
    abandoned_reason: Words | None = asked("Why was it abandoned?", default=None)
    pre_run_extent: dict[Segment, Finding] = asked("Extent of clot before the first run")
    devices_used: tuple[UsedDevice, ...] = asked("Devices", max_length=20)
    lysis: Lysis | None = asked("Thrombolytic drug given", default=None)
    stent: Stent | None = asked("Stent", default=None)
    contrast: Volume = asked("Contrast")
    dose_area_product: DoseAreaProduct = asked("Dose-area product")
    fluoroscopy_min: float = asked("Fluoroscopy (minutes)", ge=0, le=600)
    clot_removal: dict[Segment, ClotRemoval] = asked("Clot removed, by vein")
    events: frozenset[Event] = asked(
        "What went wrong?", hint="Leave all of them empty only when no adverse event happened"
    )
    no_event: bool = asked("Do you state that no adverse event happened?")
    sign_out: SignOut = asked("Sign out")


def started(pathway: Pathway) -> tuple[Entry, ...]:
    """Every procedure that was started, oldest first: the registry's denominator (IPG651 1.3)."""
    return pathway.every(ProcedureStart)


def procedure_id(pathway: Pathway, number: int) -> str:
    """The id of the pathway's n-th procedure (from 1): stable, opaque, the registry's key."""
    return f"{pathway.id}.{number}"


def under_way(pathway: Pathway) -> bool:
    """Whether a started procedure has no end yet."""
    return len(started(pathway)) > len(pathway.every(ProcedureEnd))
