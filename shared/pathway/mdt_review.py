"""MDT review (IPG651 3.8, 3.9, 1.4): three specialties, three people, one decision for each leg."""

from enum import StrEnum
from itertools import permutations
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.choices import AccessVein, LysisMode, Mechanism
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import AnyStaffId, Code, Words


class MeetingType(StrEnum):
    SCHEDULED = "scheduled"
    AD_HOC_CALL = "ad_hoc_call"
    RETROSPECTIVE = "retrospective"


class Attendee(Part):
    """Somebody at the meeting. The specialty is not asked: it comes from the staff directory (R-MDT-1)."""

    person: AnyStaffId = asked("Who attended?")
    presence: Literal["in_person", "video", "phone"] = asked("How?")


class Attempt(Part):
    """Somebody was called into an emergency and did, or did not, answer (R-MDT-6)."""

    specialty: Literal["vascular_surgeon", "interventional_radiologist", "haematologist"] = asked("Which specialty?")
    tried_at: AwareDatetime = asked("When did you first try?")
    how: Literal["phone", "pager", "switchboard", "in_person", "other"] = asked("How?")
    reached: bool = asked("Was somebody reached?")


class ReviewedImaging(Part):
    side: Side = asked("Which leg?")
    accession: Code = asked("Accession number")
    performed_at: AwareDatetime = asked("When was it done?")
    reviewed_live: bool = asked("Were the images looked at in the meeting?")


class Option(StrEnum):
    ANTICOAGULATION_ALONE = "anticoagulation_alone"
    CATHETER_DIRECTED_THROMBOLYSIS = "catheter_directed_thrombolysis"
    SYSTEMIC_THROMBOLYSIS = "systemic_thrombolysis"
    PMT_ALONE = "pmt_alone"
    PMT_WITH_THROMBOLYSIS = "pmt_with_thrombolysis"
    SURGICAL_THROMBECTOMY = "surgical_thrombectomy"
    NO_ACTION = "no_action"


class Outcome(StrEnum):
    OFFER_SPECIAL_ARRANGEMENTS = "offer_special_arrangements"
    OFFER_IN_RESEARCH = "offer_in_research"
    ALTERNATIVE = "alternative"
    DECLINE = "decline"
    DEFER = "defer"
    OUT_OF_SCOPE = "out_of_scope"


OFFERS = frozenset({Outcome.OFFER_SPECIAL_ARRANGEMENTS, Outcome.OFFER_IN_RESEARCH})


class ThrombolysisStatus(StrEnum):
    NOT_CONTRAINDICATED = "not_contraindicated"
    RELATIVE_CONTRAINDICATION = "relative_contraindication"
    ABSOLUTE_CONTRAINDICATION = "absolute_contraindication"
    UNKNOWN = "unknown"


class Plan(Part):
    """What is offered (IPG651 2.4-2.7)."""

    access_vein: AccessVein = asked("Access vein")
    device_class: Mechanism = asked("How does the device work?")
    lysis_mode: LysisMode = asked("Thrombolytic drug")
    filter_planned: bool = asked("Is a vena cava filter planned?")
    filter_indication: Words | None = asked("Why a filter?", default=None)
    stent_if_lesion: bool = asked("Stent if a lesion is found?")


class LimbDecision(Part):
    side: Side = asked("Which leg?")
    outcome: Outcome = asked("What did the meeting decide for this leg?")
    plan: Plan | None = asked("The plan that is offered", default=None)
    selection_rationale: Words = asked("Why?", hint="Site of clot, severity and age are filled in; add what decided it")


class MdtReview(Record):
    """What the meeting decided. It counts once each of the three specialties has signed it."""

    kind: ClassVar[str] = "mdt_review"

    meeting_type: MeetingType = asked("What kind of meeting was it?")
    met_at: AwareDatetime = asked("When was the meeting?")
    attendees: tuple[Attendee, ...] = asked("Who attended?", min_length=1, max_length=30)
    imaging_reviewed: tuple[ReviewedImaging, ...] = asked("Which imaging was reviewed?", min_length=1, max_length=10)
    bleeding_risk_summary: Words = asked("Bleeding risk")
    thrombolysis_status: ThrombolysisStatus = asked("Is a thrombolytic drug contraindicated?")
    relative_risks_acknowledged: bool = asked(
        "Does the meeting accept the relative contraindications to a thrombolytic drug?", default=False
    )
    options_considered: frozenset[Option] = asked("Which options were considered?", min_length=1)
    attempts: tuple[Attempt, ...] = asked(
        "Who was called and not reached?", hint="Only for a call in an emergency", default=(), max_length=20
    )
    decided_without: Words | None = asked(
        "Why does the meeting decide before everything is known?",
        hint="When work-up, bleeding risk or blood results are not there yet",
        default=None,
    )
    decisions: tuple[LimbDecision, ...] = asked("The decision for each leg", min_length=1, max_length=2)


class MdtSignOff(Record):
    """One specialty's signature under the review with entry number `review`, or its objection."""

    kind: ClassVar[str] = "mdt_sign_off"

    review: int = asked("Which review?", hint="The number of its entry", ge=1)
    agrees: bool = asked("Do you agree?")
    objection: Words | None = asked("What is your objection?", default=None)


def quorum_missing(roles: dict[str, frozenset[Role]]) -> tuple[Role, ...]:
    """The specialties that cannot be filled by a person of their own; empty means quorum (R-MDT-1; IPG651 3.8).

    `roles` maps each person to the specialties the directory gives them. One person fills one specialty only.
    """
    able = {person: held & MDT_SPECIALTIES for person, held in roles.items() if held & MDT_SPECIALTIES}
    best: tuple[Role, ...] = ()
    for order in permutations(sorted(MDT_SPECIALTIES)):
        filled = _fill(order, able)
        best = max(best, filled, key=len)
    return tuple(sorted(MDT_SPECIALTIES - set(best)))


def _fill(order: tuple[Role, ...], able: dict[str, frozenset[Role]]) -> tuple[Role, ...]:
    """Specialties filled when taken in `order`, each by the free person who could fill the fewest others."""
    free, filled = dict(able), []
    for specialty in order:
        person = min(
            (who for who in free if specialty in free[who]),
            key=lambda who: (len(free[who]), who),
            default=None,
        )
        if person is not None:
            del free[person]
            filled.append(specialty)
    return tuple(filled)
