"""Telling the governance leads (IPG651 1.2), beside everything else the pathway waits for."""

from activities.governance_notification import GovernanceNotices
from shared.contracts.looks import Errand
from shared.contracts.patience import POST_A_NOTICE
from workflows.steps import errands


async def tell(errand: Errand) -> None:
    """Hand one dispatch of a notice to the mail system, however long that is away."""
    await errands.run(GovernanceNotices.send, errand, POST_A_NOTICE, "governance notice")
