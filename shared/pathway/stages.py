"""The table of the pathway: each stage of IPG651, the records that belong to it, who may write them, and its rules.

A new stage is its modules and one entry here; desks, ledger, workflow and architecture tests read this table.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.contracts.steps import Step
from shared.pathway import (
    classification,
    closure,
    consent_rules,
    follow_up,
    gates,
    governance_notice,
    mdt_offer,
    procedure_rules,
    referral,
    registry_entry,
)
from shared.pathway.classification import Classification
from shared.pathway.clock_marks import TimerFired
from shared.pathway.closure import Closure, HandoffAccepted, StandardCareHandoff
from shared.pathway.consent import Consent, ConsentWithdrawn, ResearchEnrolment
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Obligation, Task, Timer
from shared.pathway.follow_up import AnticoagulationReview
from shared.pathway.governance import (
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeSent,
    NoticeUnsendable,
)
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record
from shared.pathway.referral import NewImaging, Referral
from shared.pathway.refusal import Refusal
from shared.pathway.registry_entry import (
    RegistryAccepted,
    RegistryCorrection,
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryRejected,
)

Rule = Callable[[Question[Any]], Iterable[Refusal]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: its form, the roles that may write it, and the rule that may refuse it.

    `desk` is the service that takes it ("" for what only the system enters). `any_version`: it binds itself to
    what it is about (a review, a dispatch), so `If-Match: *` is allowed and nobody's signature is lost to a race.
    """

    record: type[Record]
    desk: str
    roles: frozenset[Role]
    refusals: Rule
    any_version: bool = False

    @property
    def name(self) -> str:
        return self.record.kind


@dataclass(frozen=True, slots=True)
class Stage:
    step: Step
    paragraphs: tuple[str, ...]
    kinds: tuple[Kind, ...]
    settled: Callable[[Moment], bool]
    tasks: tuple[Callable[[Moment], Iterator[Task]], ...] = ()
    timers: tuple[Callable[[Moment], Iterator[Timer]], ...] = ()
    owed: tuple[Callable[[Moment], Iterator[Obligation]], ...] = ()


def _nothing_refuses(question: Question[Any]) -> Iterator[Refusal]:
    """The clock and the withdrawal of consent are never refused."""
    del question
    yield from ()


SYSTEM = frozenset({Role.PATENCY})
MAIL = frozenset({Role.MAIL_SYSTEM})
CLINICAL = frozenset(
    {
        Role.REFERRER,
        Role.TRIAGE_CLINICIAN,
        Role.MDT_COORDINATOR,
        *MDT_SPECIALTIES,
        Role.CONSENT_TAKER,
        Role.PROCEDURALIST,
        Role.IR_NURSE,
        Role.WARD_CLINICIAN,
        Role.ANTICOAG_CLINIC,
    }
)
GOVERNANCE = frozenset({Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR})
CLERK = frozenset({Role.REGISTRY_CLERK})
IMAGING = frozenset({Role.REFERRER, Role.TRIAGE_CLINICIAN, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
TRIAGE = frozenset({Role.TRIAGE_CLINICIAN, Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST})
MEETING = frozenset({Role.MDT_COORDINATOR, *MDT_SPECIALTIES})
CONSENTING = frozenset({Role.CONSENT_TAKER, Role.PROCEDURALIST, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
OPERATING = frozenset({Role.PROCEDURALIST, Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON})
WARD = frozenset({Role.WARD_CLINICIAN, Role.PROCEDURALIST, Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST})
CLINIC = frozenset({Role.ANTICOAG_CLINIC, Role.HAEMATOLOGIST})
RESEARCH = frozenset({Role.RESEARCH_LEAD})

STAGES: tuple[Stage, ...] = (
    Stage(
        Step.REFERRAL,
        ("2.1", "2.2", "1.1", "1.4"),
        (
            Kind(Referral, "referral", frozenset({Role.REFERRER}), referral.refusals),
            Kind(NewImaging, "referral", IMAGING, referral.imaging_refusals),
            Kind(Classification, "referral", TRIAGE, classification.refusals),
        ),
        classification.settled,
        (classification.tasks,),
        (classification.timers,),
    ),
    Stage(
        Step.MDT_REVIEW,
        ("3.8", "3.9", "1.4"),
        (
            Kind(MdtReview, "mdt_review", MEETING, mdt_offer.refusals),
            Kind(MdtSignOff, "mdt_review", MDT_SPECIALTIES, mdt_offer.sign_off_refusals, any_version=True),
            Kind(StandardCareHandoff, "mdt_review", CLINICAL, closure.handoff_refusals),
            Kind(
                Closure,
                "mdt_review",
                frozenset({Role.MDT_COORDINATOR, Role.ANTICOAG_CLINIC}),
                closure.refusals,
            ),
        ),
        mdt_offer.settled,
        (mdt_offer.tasks, closure.tasks),
        (mdt_offer.timers,),
    ),
    Stage(
        Step.GOVERNANCE_NOTIFICATION,
        ("1.2", "YR3"),
        (
            Kind(NoticeSent, "", SYSTEM, governance_notice.report_refusals, any_version=True),
            Kind(NoticeUnsendable, "", SYSTEM, governance_notice.report_refusals, any_version=True),
            Kind(NoticeDelivered, "governance", MAIL, governance_notice.report_refusals, any_version=True),
            Kind(NoticeBounced, "governance", MAIL, governance_notice.report_refusals, any_version=True),
            Kind(
                NoticeAcknowledged,
                "governance",
                GOVERNANCE,
                governance_notice.acknowledgement_refusals,
                any_version=True,
            ),
        ),
        governance_notice.settled,
        (governance_notice.tasks,),
        (governance_notice.timers,),
        (governance_notice.owed,),
    ),
    Stage(
        Step.CONSENT,
        ("1.2", "3.7", "1.1"),
        (
            Kind(Consent, "consent", CONSENTING, consent_rules.refusals),
            Kind(ConsentWithdrawn, "consent", CLINICAL, _nothing_refuses, any_version=True),
            Kind(ResearchEnrolment, "consent", RESEARCH, consent_rules.enrolment_refusals),
        ),
        consent_rules.settled,
        (consent_rules.tasks,),
        (consent_rules.timers,),
    ),
    Stage(
        Step.PROCEDURE,
        ("2.4", "2.5", "2.6", "2.7", "3.3"),
        (
            Kind(ProcedureStart, "procedure", OPERATING, gates.refusals),
            Kind(ProcedureEnd, "procedure", OPERATING | {Role.IR_NURSE}, procedure_rules.end_refusals),
        ),
        procedure_rules.settled,
        (procedure_rules.tasks,),
    ),
    Stage(
        Step.REGISTRY_ENTRY,
        ("1.3", "1.4"),
        (
            Kind(RegistryAccepted, "", SYSTEM, registry_entry.refusals, any_version=True),
            Kind(RegistryRejected, "", SYSTEM, registry_entry.refusals, any_version=True),
            Kind(RegistryCorrection, "registry", CLERK, registry_entry.refusals),
            Kind(RegistryManualEntry, "registry", CLERK, registry_entry.refusals),
            Kind(RegistryManualConfirmation, "registry", CLERK, registry_entry.refusals),
        ),
        registry_entry.settled,
        (registry_entry.tasks,),
        (registry_entry.timers,),
        (registry_entry.owed,),
    ),
    Stage(
        Step.ANTICOAGULATION_FOLLOW_UP,
        ("2.6", "3.2"),
        (
            Kind(Discharge, "follow_up", WARD, follow_up.discharge_refusals),
            Kind(AnticoagulationReview, "follow_up", CLINIC, follow_up.review_refusals),
            Kind(HandoffAccepted, "follow_up", CLINICAL, closure.acceptance_refusals),
            Kind(TimerFired, "", SYSTEM, _nothing_refuses, any_version=True),
        ),
        follow_up.settled,
        (follow_up.discharge_tasks, follow_up.tasks),
        (follow_up.timers,),
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for stage in STAGES for kind in stage.kinds}
STEP_OF: dict[str, Step] = {kind.name: stage.step for stage in STAGES for kind in stage.kinds}
DESKS = tuple(dict.fromkeys(kind.desk for kind in KINDS.values() if kind.desk))
