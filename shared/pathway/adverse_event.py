"""Harm, and what nearly was harm, as written down (clinical.md 2.8; IPG651 3.3, YR2). Near misses count."""

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.procedure_parts import Event
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import Code, Line, Words


class Contribution(StrEnum):
    """Whether something had a part in it. `possibly` and `unknown` are reported like `yes`."""

    YES = "yes"
    POSSIBLY = "possibly"
    NO = "no"
    UNKNOWN = "unknown"


MAY_HAVE = frozenset({Contribution.YES, Contribution.POSSIBLY, Contribution.UNKNOWN})


class SeriousBecause(StrEnum):
    """What makes an event serious (R-AE-1)."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    PROLONGED_STAY = "prolonged_stay"
    REINTERVENTION = "reintervention"
    ISTH_MAJOR = "isth_major"
    AKI_DIALYSIS = "aki_dialysis"
    WRONG_SIDE = "wrong_side"


class IsthCriterion(StrEnum):
    FATAL = "fatal"
    CRITICAL_SITE = "critical_site"
    HB_FALL = "hb_fall"
    TWO_UNITS = "two_units"


class Bleed(Part):
    """The bleeding, as the reporter classes it by ISTH. The system suggests, and never overrules."""

    isth: Literal["none", "crnm", "major", "unknown"] = asked("ISTH class, in your judgement")
    criteria: frozenset[IsthCriterion] = asked("Which criteria of major bleeding?")
    definition_version: Literal["isth_2005_non_surgical", "isth_2010_surgical"] = asked("By which definition?")


class Contributions(Part):
    device: Contribution = asked("Did a device have a part in it?")
    medicine: Contribution = asked("Did a medicine have a part in it?")
    procedure: Contribution = asked("Did the procedure have a part in it?")
    underlying_disease: Contribution = asked("Did the patient's disease have a part in it?")


class DeviceInvolved(Part):
    """The device that had, or may have had, a part in it."""

    udi_di: Code = asked("UDI device identifier")
    lot: Code | None = asked("Lot", default=None)
    serial: Code | None = asked("Serial number", default=None)
    maker: Line | None = asked("Maker", default=None)
    catalogue_number: Code | None = asked("Catalogue number", default=None)
    expires_on: date | None = asked("Expires on", default=None)
    marking: Literal["ce", "ukca", "neither", "unknown"] = asked("Which conformity mark does it bear?")


class AdverseEvent(Record):
    """One adverse event or near miss. Its number is that of its entry; other records name it by that."""

    kind: ClassVar[str] = "adverse_event"

    category: Event = asked("What kind of event?")
    description: Words = asked("What happened?", hint="No name: the report may leave the trust")
    side: Side | None = asked("Which leg?", default=None)
    procedure_id: Code | None = asked("Which procedure?", default=None)
    onset_at: AwareDatetime = asked("When did it begin?")
    detected_at: AwareDatetime = asked("When was it noticed?")
    serious_because: frozenset[SeriousBecause] = asked(
        "What makes it serious?", hint="Leave all of them empty when it was not serious"
    )
    severity_sir: int | None = asked(
        "Severity by SIR", hint="1 mild, 2 moderate, 3 severe, 4 life-threatening, 5 death", ge=1, le=5, default=None
    )
    cirse_grade: Literal["1", "1a", "1b", "2", "3", "3a", "3b", "4", "5", "6"] | None = asked(
        "CIRSE grade", default=None
    )
    cirse_version: Literal["2017", "2026"] | None = asked("Of which edition?", default=None)
    bleed: Bleed | None = asked("Bleeding", default=None)
    contributions: Contributions = asked("What had a part in it?")
    device: DeviceInvolved | None = asked("Device", default=None)
    medicine: Line | None = asked("Which medicine?", default=None)
    treatment: Words | None = asked("How was it treated?", default=None)
    expected: bool = asked("Is it a known complication that was expected?")
    harm_level: Literal["none", "low", "moderate", "severe", "death"] = asked("How much harm came of it?")
    notifiable: Literal["yes", "no", "unknown"] = asked(
        "Is it a notifiable safety incident?",
        hint="Then the patient is told in person and in writing (duty of candour)",
        default="unknown",
    )
    incident_number: Code | None = asked("Local incident number", default=None)
    lfpse_reference: Code | None = asked("LFPSE reference", default=None)


class AdverseEventSeen(Record):
    """An interventional radiologist, or governance, has looked at a serious event or a signal."""

    kind: ClassVar[str] = "adverse_event_seen"

    event: int = asked("Which event?", hint="The number of its entry", ge=1)
    words: Words = asked("What is done about it?")


class AdverseEventOutcome(Record):
    """How it went on. `continuing` keeps the event, and the pathway, open."""

    kind: ClassVar[str] = "adverse_event_outcome"

    event: int = asked("Which event?", hint="The number of its entry", ge=1)
    outcome: Literal["resolved", "resolved_with_sequelae", "continuing", "died", "unknown"] = asked("How did it end?")
    on: date = asked("On which day?")
    words: Words | None = asked("Anything to add?", default=None)


class NotAnAdverseEvent(Record):
    """A clinician looked at what the system suggested, and judges that it is none (YR1)."""

    kind: ClassVar[str] = "not_an_adverse_event"

    about: int = asked("Which suggestion?", hint="The number of the entry it came from", ge=1)
    reason: Words = asked("Why is it none?")


class ThirtyDayCheck(Record):
    """That nothing went wrong within 30 days is said by somebody, never concluded from silence (R-AE-7)."""

    kind: ClassVar[str] = "thirty_day_check"

    procedure_id: Code = asked("Which procedure?")
    checked_on: date = asked("When was it checked?")
    how: Literal["seen", "telephone", "records", "family", "not_reached"] = asked("How?")
    no_event: bool = asked("Do you state that there was no adverse event up to day 30?")
    events: frozenset[Event] = asked("What went wrong?", hint="Leave all of them empty only when nothing did")
