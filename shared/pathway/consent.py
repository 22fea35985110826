"""Consent and shared decision making (IPG651 1.2, 3.7). Written down at the consent desk."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.anatomy import Side
from shared.pathway.capacity import BestInterests, CapacityAssessment
from shared.pathway.choices import Answer, Mechanism
from shared.pathway.record import Part, Record, asked
from shared.pathway.text import AnyStaffId, Code, Line, Words


class ConsentLine(StrEnum):
    """Each is asked, and can be refused, on its own."""

    PMT_PROCEDURE = "pmt_procedure"
    THROMBOLYSIS = "thrombolysis"
    IVC_FILTER = "ivc_filter"
    ANGIOPLASTY_STENT = "angioplasty_stent"
    REGISTRY_IDENTIFIABLE_DATA = "registry_identifiable_data"
    RESEARCH_PARTICIPATION = "research_participation"
    IMAGE_TEACHING_USE = "image_teaching_use"


TREATMENTS = {
    ConsentLine.PMT_PROCEDURE: "mechanical thrombectomy",
    ConsentLine.THROMBOLYSIS: "a thrombolytic drug",
    ConsentLine.IVC_FILTER: "a vena cava filter",
    ConsentLine.ANGIOPLASTY_STENT: "angioplasty and stent",
}
"""What is done to the patient, as a refusal names it: the words of the form."""


class LineStatus(StrEnum):
    NOT_ASKED = "not_asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class InformationItem(StrEnum):
    """What a patient has to understand before deciding (clinical.md 2.5; paragraphs beside each)."""

    WHAT_IS_DONE = "what_is_done"  # 2.5
    BENEFITS_HOPED_FOR = "benefits_hoped_for"  # 3.2
    RISKS = "risks"  # 3.3
    THROMBOLYSIS_BLEEDING = "thrombolysis_bleeding"  # 2.3
    UNCERTAINTY = "uncertainty"  # 1.1
    WHICH_DEVICE_AND_OLD_EVIDENCE = "which_device_and_old_evidence"  # 3.6, 3.7
    INFREQUENT_COMPLICATIONS = "infrequent_complications"  # 1.1
    ALTERNATIVES = "alternatives"  # 2.3
    ANTICOAGULATION_AT_LEAST_3_MONTHS = "anticoagulation_at_least_3_months"  # 2.6
    POSSIBLE_STENT = "possible_stent"  # 2.7
    POSSIBLE_FILTER_AND_REMOVAL = "possible_filter_and_removal"  # 2.5
    REGISTRY_AND_AUDIT = "registry_and_audit"  # 1.3


class WrittenInformation(Part):
    """The trust's own leaflet: required (IPG651 1.2)."""

    document_id: Code = asked("Which document did the patient get?")
    version: Code = asked("Which version?", hint="Title and version are on its last page")
    given_at: AwareDatetime = asked("When?")


class NiceInformation(Part):
    """NICE's information for the public: recommended, so a reasoned 'not given' is allowed (IPG651 1.2)."""

    given: bool = asked("Was NICE's information for the public given?")
    version: Line | None = asked("Which version?", default=None)
    language: Line | None = asked("In which language?", default=None)
    reason_not_given: Words | None = asked("Why not?", default=None)


class Interpreter(Part):
    needed: bool = asked("Was an interpreter needed?")
    interpreter_id: Code | None = asked("Interpreter", hint="A professional, never family", default=None)
    reason_without: Words | None = asked("Why was there none?", default=None)


class YoungPersonReview(Part):
    """Under 18 the law is another one: a person who knows it looks first (R-REF-4; NG158 is about adults)."""

    reviewer: AnyStaffId = asked("Who reviewed it?")
    finding: Words = asked("Who may consent, and why?")
    reviewed_at: AwareDatetime = asked("When?")


class Consent(Record):
    """The patient's decision, line by line, with what it is about: which leg, which kind of device (R-CON-4)."""

    kind: ClassVar[str] = "consent"

    sides: frozenset[Side] = asked("Which leg?", min_length=1)
    device_class: Mechanism = asked("Which kind of device was explained?")
    lines: dict[ConsentLine, LineStatus] = asked("What did the patient decide?")
    discussed: frozenset[InformationItem] = asked("What was discussed?")
    not_discussed_because: dict[InformationItem, Words] = asked("Why was something not discussed?", default={})
    written_information: WrittenInformation | None = asked("The trust's written information", default=None)
    nice_information: NiceInformation = asked("NICE's information for the public")
    what_matters: Words = asked("What matters to this patient?")
    patient_questions: Words | None = asked("What did the patient ask?", default=None)
    interpreter: Interpreter = asked("Interpreter")
    capacity_doubted: Answer = asked("Is there doubt that the patient can decide this now?")
    capacity: CapacityAssessment | None = asked("Assessment of capacity for this decision", default=None)
    best_interests: BestInterests | None = asked("Decision in the patient's best interests", default=None)
    young_person: YoungPersonReview | None = asked("Review for a patient under 18", default=None)
    how: Literal["written", "verbal_emergency"] = asked("How was consent given?", default="written")
    study_id: Code | None = asked("Study the patient agreed to take part in", default=None)
    signed_at: AwareDatetime = asked("When did the patient sign?")


class ConsentWithdrawn(Record):
    """One action, any time, told to anyone, no reason asked (R-CON-5). It takes effect with this entry.

    `lines` empty means everything. A doubt about capacity delays nothing: the team stops, and assesses afterwards.
    """

    kind: ClassVar[str] = "consent_withdrawn"

    told_at: AwareDatetime = asked("When did the patient say so?")
    lines: frozenset[ConsentLine] = asked(
        "Only for some of it?", hint="Leave all empty when the patient withdraws from everything", default=frozenset()
    )
    capacity_doubted: Answer = asked("Is there doubt that the patient can decide this now?", default=Answer.NO)
    note: Words | None = asked("Anything the patient wants noted", hint="No reason is needed", default=None)


class ConsentConfirmed(Record):
    """On the day, somebody who will be in the room asks again, about the same leg (R-CON-3)."""

    kind: ClassVar[str] = "consent_confirmed"

    side: Side = asked("Which leg?")
    confirmed_at: AwareDatetime = asked("When did you ask?")
    still_agrees: Answer = asked("Does the patient still agree?")


class ResearchEnrolment(Record):
    """Entry into a study, which alone permits a research-only procedure (R-ELI-1; IPG651 1.1)."""

    kind: ClassVar[str] = "research_enrolment"

    study_id: Code = asked("Study")
    ethics_reference: Code = asked("Ethics reference")
    screened_eligible: Answer = asked("Was the patient screened eligible?")
    enrolment_number: Code = asked("Enrolment number")
