"""What is written down about a filter until it is out, or stays by decision (clinical.md 2.7, R-FIL-1..4)."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.choices import Answer
from shared.pathway.filter_insertion import FilterId, RetrievalPlan
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Code, Line, StaffId, Words

WHICH = "Which filter?"
ITS_ID = "UDI device identifier, a slash, and the serial number (or the lot)"


class FilterPlan(Record, RetrievalPlan):
    """The plan to take a filter out, made or changed (R-FIL-1). It may be written while the procedure goes on."""

    kind: ClassVar[str] = "filter_plan"

    filter_id: FilterId = asked(WHICH, hint=ITS_ID)


class FilterReview(Record):
    """Somebody looked whether the filter is still needed. What is not needed any more is taken out."""

    kind: ClassVar[str] = "filter_review"

    filter_id: FilterId = asked(WHICH, hint=ITS_ID)
    reviewed_on: date = asked("When was it looked at?")
    still_needed: Answer = asked("Is the filter still needed?")
    anticoagulation_possible: Answer = asked("Can the patient be anticoagulated now?")
    reason: Words = asked("Why?")


class Venogram(Part):
    """The picture immediately before the retrieval (R-FIL-3)."""

    performed_at: AwareDatetime = asked("When was the venogram made?")
    thrombus: Answer = asked("Thrombus in the filter?")
    tilt: Answer = asked("Is the filter tilted?")
    penetration: Answer = asked("Does it penetrate the wall of the vein?")


class FilterRetrieval(Record):
    """An attempt to take the filter out, whether it worked or not."""

    kind: ClassVar[str] = "filter_retrieval"

    filter_id: FilterId = asked(WHICH, hint=ITS_ID)
    attempted_at: AwareDatetime = asked("When was it tried?")
    venogram: Venogram | None = asked("Venogram before it", default=None)
    success: bool = asked("Is the filter out?")
    technique: Literal["standard_snare", "advanced", "surgical", "other"] = asked("How?")
    complication: Words | None = asked("What went wrong?", default=None)
    failure_reason: Words | None = asked("Why is it still inside?", default=None)


class FilterMadePermanent(Record):
    """A consultant decides, with the MDT and the patient, that the filter stays. A timer never does (R-FIL-2)."""

    kind: ClassVar[str] = "filter_made_permanent"

    filter_id: FilterId = asked(WHICH, hint=ITS_ID)
    consultant: StaffId = asked("Which consultant decides?")
    mdt_met_on: date = asked("When did the MDT discuss it?")
    mdt_note: Code = asked("Which document says so?", hint="The number of the note the MDT wrote about it")
    patient_informed: bool = asked("Does the patient know that the filter stays?")
    reason: Words = asked("Why does it stay?")


class FilterRemovedElsewhere(Record):
    """Another hospital took the filter out (clinical.md 4)."""

    kind: ClassVar[str] = "filter_removed_elsewhere"

    filter_id: FilterId = asked(WHICH, hint=ITS_ID)
    removed_on: date = asked("When was it taken out?")
    hospital: Line = asked("Where?")
    told_by: Line = asked("How do you know?")
