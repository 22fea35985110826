"""News of the trust's registers, and of who the patient is: at any time, in any state (clinical.md 4)."""

from shared.pathway import identity_changes, trust_news_rules
from shared.pathway.identity_changes import IdentityCorrected, MergeReview, PatientMerged
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.pathway.roles import DEVICES, GOVERNANCE, RESEARCH, SYSTEM
from shared.pathway.stage import Kind, Stage, nothing_refuses
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    NewsAnswered,
    StaffLeft,
    StudyClosed,
)

IDENTIFIERS = frozenset({Role.REFERRER, Role.MDT_COORDINATOR, Role.TRIAGE_CLINICIAN})
ANSWERING = DEVICES | {Role.MDT_COORDINATOR, Role.CLINICAL_OWNER}
SUSPENDING = GOVERNANCE | SYSTEM


def _settled(moment: Moment) -> bool:
    return all(task.state != "open" for find in FINDS for task in find(moment))


FINDS = (trust_news_rules.tasks, identity_changes.tasks)

STAGE = Stage(
    "any_time",
    None,
    ("3.6", "YR3", "1.1"),
    (
        Kind(DeviceRecall, "governance", DEVICES | SYSTEM, nothing_refuses, any_version=True, after_closing=True),
        Kind(AuthorisationSuspended, "governance", SUSPENDING, trust_news_rules.suspension_refusals, any_version=True),
        Kind(StudyClosed, "governance", RESEARCH | GOVERNANCE | SYSTEM, nothing_refuses, any_version=True),
        Kind(
            GuidanceSuperseded,
            "governance",
            GOVERNANCE | SYSTEM | {Role.CLINICAL_OWNER},
            nothing_refuses,
            any_version=True,
        ),
        Kind(StaffLeft, "governance", GOVERNANCE | SYSTEM | {Role.MDT_COORDINATOR}, nothing_refuses, any_version=True),
        Kind(
            NewsAnswered,
            "governance",
            ANSWERING,
            trust_news_rules.answer_refusals,
            any_version=True,
            after_closing=True,
        ),
        Kind(IdentityCorrected, "referral", IDENTIFIERS, nothing_refuses, after_closing=True),
        Kind(
            PatientMerged,
            "referral",
            IDENTIFIERS | SYSTEM,
            identity_changes.merge_refusals,
            any_version=True,
            after_closing=True,
        ),
        Kind(MergeReview, "referral", IDENTIFIERS, identity_changes.merge_refusals),
    ),
    _settled,
    FINDS,
    asks=("recall_review", "guidance_review", "new_owner"),
    outlives_death=True,
)
