"""The procedure as written down (IPG651 2.4-2.7, 3.2, 3.3): its start, which the gates decide on, and its end."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import AccessVein, LysisMode
from shared.pathway.filter_insertion import FilterInserted
from shared.pathway.pathway import Pathway
from shared.pathway.procedure_parts import (
    Angioplasty,
    ClotRemoval,
    Event,
    Heparin,
    Identifier,
    Lysis,
    ScannedDevice,
    SignIn,
    SignOut,
    Stent,
    StopAndCall,
    UsedDevice,
)
from shared.pathway.quantity import DoseAreaProduct, Volume
from shared.pathway.record import Entry, Record, asked
from shared.pathway.text import Line, StaffId, Words
from shared.pathway.time_out import TimeOutVoid

__all__ = [
    "ClotRemoval",
    "Event",
    "Identifier",
    "Lysis",
    "ProcedureEnd",
    "ProcedureStart",
    "ScannedDevice",
    "SignIn",
    "SignOut",
    "Stent",
    "UsedDevice",
]


class ProcedureStart(Record):
    """Time-out: what is about to be done, to which leg, by whom, with what. The gates decide on this (R-PRO-1)."""

    kind: ClassVar[str] = "procedure_start"

    side: Side = asked("Which leg?")
    started_at: AwareDatetime | None = asked(
        "When did it start?", hint="Only when this is written up afterwards; else leave it empty", default=None
    )
    room: Line = asked("Room")
    operators: tuple[StaffId, ...] = asked("Operators", hint="First operator first", min_length=1, max_length=6)
    first_operator_grade: Literal["consultant", "senior_trainee", "other"] | None = asked(
        "Grade of the first operator", default=None
    )
    anaesthesia: Literal["local", "other"] = asked("Anaesthesia")
    anaesthesia_reason: Words | None = asked("Why not local anaesthesia?", default=None)
    sign_in: SignIn = asked("Sign in")
    access_vein: AccessVein = asked("Access vein")
    access_side: Side | None = asked(
        "On which side is the puncture?", hint="Leave it empty for the leg that is treated", default=None
    )
    puncture_guidance: Literal["ultrasound", "fluoroscopy", "landmarks"] | None = asked(
        "How is the puncture guided?", default=None
    )
    devices: tuple[ScannedDevice, ...] = asked("Devices scanned", min_length=1, max_length=20)
    lysis_mode: LysisMode = asked("Thrombolytic drug planned")
    filter_planned: bool = asked("Is a filter planned?")
    filter_indication: Words | None = asked(
        "Why a filter?", hint="When no MDT has written the reason down", default=None
    )
    stent_planned: bool = asked("Is a stent planned?")


class ProcedureEnd(Record):
    """How the procedure ended, also when it was abandoned: every start is owed to the registry (IPG651 1.3)."""

    kind: ClassVar[str] = "procedure_end"

    outcome: Literal["completed", "abandoned"] = asked("How did it end?")
    ended_at: AwareDatetime = asked("When did it end?")
    abandoned_reason: Words | None = asked("Why was it abandoned?", default=None)
    pre_run_extent: dict[Segment, Finding] = asked("Extent of clot before the first run")
    stop_and_call: StopAndCall | None = asked("Stop and call", default=None)
    devices_used: tuple[UsedDevice, ...] = asked("Devices", max_length=20)
    lysis: Lysis | None = asked("Thrombolytic drug given", default=None)
    heparin: Heparin | None = asked("Heparin", default=None)
    angioplasty: Angioplasty | None = asked("Balloon angioplasty", default=None)
    stent: Stent | None = asked("Stent", default=None)
    filter: FilterInserted | None = asked("Vena cava filter", default=None)
    rescue_reason: Words | None = asked(
        "Why was more done than the patient had agreed to?",
        hint="Only to save limb or life at once",
        default=None,
    )
    contrast: Volume = asked("Contrast")
    dose_area_product: DoseAreaProduct = asked("Dose-area product")
    fluoroscopy_min: float = asked("Fluoroscopy (minutes)", ge=0, le=600)
    irmer_justification: Words | None = asked("Who justified the radiation, and why?", default=None)
    aspirated_blood: Volume | None = asked("Blood aspirated", default=None)
    clot_removal: dict[Segment, ClotRemoval] = asked("Clot removed, by vein")
    completion_flow: Literal["normal", "reduced", "none", "not_assessed"] | None = asked(
        "Flow at the end", default=None
    )
    residual_stenosis_percent: float | None = asked("Residual stenosis (%)", ge=0, le=100, default=None)
    events: frozenset[Event] = asked(
        "What went wrong?", hint="Leave all of them empty only when no adverse event happened"
    )
    no_event: bool = asked("Do you state that no adverse event happened?")
    sign_out: SignOut = asked("Sign out")


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure: its start, the time-outs since (the last one counts), and its end.

    `stopped`: its time-out was voided after the needle, and it waits for a new one or for its end (R-PRO-6).
    """

    start: Entry
    time_outs: tuple[Entry, ...]
    end: Entry | None = None
    stopped: bool = False

    @property
    def side(self) -> Side:
        assert isinstance(self.start.record, ProcedureStart)  # noqa: S101 -- filed by its kind
        return self.start.record.side


def procedures(pathway: Pathway) -> tuple[Procedure, ...]:
    """Every procedure that was begun, oldest first. A start that was voided before the needle is none (R-PRO-6)."""
    return pathway.once(("procedures",), None, lambda: _procedures(pathway))


def _procedures(pathway: Pathway) -> tuple[Procedure, ...]:
    found: list[Procedure] = []
    told = (entry for kind in (ProcedureStart, TimeOutVoid, ProcedureEnd) for entry in pathway.every(kind))
    for entry in sorted(told, key=lambda each: each.seq):
        _tell(found, entry)
    return tuple(found)


def _tell(found: list[Procedure], entry: Entry) -> None:
    """What one entry changes: a new procedure, another time-out of the one under way, its stop or its end."""
    open_one = found[-1] if found and found[-1].end is None else None
    record = entry.record
    if isinstance(record, ProcedureStart):
        if open_one is not None and open_one.stopped and open_one.side == record.side:
            found[-1] = replace(open_one, time_outs=(*open_one.time_outs, entry), stopped=False)
        else:
            found.append(Procedure(entry, (entry,)))
    elif open_one is None:
        return
    elif isinstance(record, ProcedureEnd):
        found[-1] = replace(open_one, end=entry, stopped=False)
    elif isinstance(record, TimeOutVoid) and record.before_access and len(open_one.time_outs) == 1:
        found.pop()
    else:
        found[-1] = replace(open_one, stopped=True)


def started(pathway: Pathway) -> tuple[Entry, ...]:
    """The start of every procedure, oldest first: the registry's denominator (IPG651 1.3)."""
    return tuple(each.start for each in procedures(pathway))


def started_at(start: Entry) -> datetime:
    """When the procedure of this start began: as written up afterwards, else when the start was entered."""
    record = start.record
    written = record.started_at if isinstance(record, ProcedureStart) else None
    return written or start.at


def procedure_id(pathway: Pathway, number: int) -> str:
    """The id of the pathway's n-th procedure (from 1): stable, opaque, the registry's key."""
    return f"{pathway.id}.{number}"


def current(pathway: Pathway) -> Procedure | None:
    """The procedure that has no end yet; None when nobody is in the room."""
    found = procedures(pathway)
    return found[-1] if found and found[-1].end is None else None


def under_way(pathway: Pathway) -> bool:
    """Whether a started procedure has no end yet."""
    return current(pathway) is not None
