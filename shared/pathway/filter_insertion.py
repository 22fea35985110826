"""A vena cava filter as it was put in, and the plan to take it out again (clinical.md 2.7; IPG651 2.5)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from shared.pathway.choices import Answer
from shared.pathway.record import Part, asked
from shared.pathway.text import Code, Line, StaffId, Words

FilterId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,128}$")]
"""UDI-DI, a slash, and the serial number, or the lot where there is none."""


class RetrievalPlan(Part):
    """Who takes the filter out, by when, and who does it if they cannot (R-FIL-1)."""

    target_on: date = asked("By which day shall the filter be out?")
    owner_person: StaffId = asked("Who makes sure that it comes out?")
    owner_team: Line = asked("Which team?")
    backup_owner: StaffId = asked("Who takes over when that person is away?", hint="Another person")
    booked_for: date | None = asked("Booked for", default=None)


class FilterInserted(Part):
    """One filter left inside the patient. `filter_id` tells it from every other one."""

    udi_di: Code = asked("UDI device identifier")
    lot: Code = asked("Lot")
    serial: Code | None = asked("Serial number", default=None)
    model: Line = asked("Model")
    intended: Literal["temporary", "permanent"] = asked("How long is it meant to stay?")
    indication: Words = asked("Why was a filter put in?")
    contraindication_to_anticoag: Answer = asked("Is anticoagulation contraindicated?")
    inserted_at: AwareDatetime = asked("When was it put in?")
    access: Literal["jugular", "femoral", "other"] = asked("Through which vein?")
    position: Literal["infrarenal", "suprarenal", "other"] = asked("Where does it lie?")
    ifu_max_dwell_days: int | None = asked(
        "Longest stay by the maker's instructions (days)",
        hint="Leave it empty when the maker names none",
        ge=1,
        le=10_000,
        default=None,
    )
    patient_told: Answer = asked("Does the patient know about the filter, and that it has to come out?")
    letter: Code | None = asked("Letter to the patient", hint="Its document number", default=None)
    plan: RetrievalPlan | None = asked("Plan to take it out", default=None)

    @property
    def filter_id(self) -> str:
        return f"{self.udi_di}/{self.serial or self.lot}"
