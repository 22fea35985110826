"""Telling the governance leads (IPG651 1.2, YR3)."""

from shared.contracts.steps import Step
from shared.pathway import governance_duties, governance_notice
from shared.pathway.governance import NoticeAcknowledged, NoticeBounced, NoticeDelivered, NoticeSent, NoticeUnsendable
from shared.pathway.roles import GOVERNANCE, MAIL, SYSTEM
from shared.pathway.stage import Kind, Stage

REPORTS = governance_notice.report_refusals
READ = governance_notice.acknowledgement_refusals

STAGE = Stage(
    "governance",
    Step.GOVERNANCE_NOTIFICATION,
    ("1.2", "YR3"),
    (
        Kind(NoticeSent, "", SYSTEM, REPORTS, any_version=True),
        Kind(NoticeUnsendable, "", SYSTEM, REPORTS, any_version=True),
        Kind(NoticeDelivered, "governance", MAIL, REPORTS, any_version=True),
        Kind(NoticeBounced, "governance", MAIL, REPORTS, any_version=True),
        Kind(NoticeAcknowledged, "governance", GOVERNANCE, READ, any_version=True),
    ),
    governance_notice.settled,
    (governance_duties.tasks,),
    (governance_duties.timers,),
    (governance_notice.owed,),
    asks=("tell_governance_in_person",),
    outlives_closing=True,
    outlives_death=True,
)
