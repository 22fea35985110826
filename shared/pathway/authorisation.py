"""The trust's own permission to do this procedure runs out one day (T-AUTH; IPG651 YR3): governance hears in time."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway.civil_time import start_of
from shared.pathway.duties import Timer
from shared.pathway.facts import Authorisation
from shared.pathway.people import Role
from shared.policy import Policy


def authorisation_timers(authorisation: Authorisation, policy: Policy) -> Iterator[Timer]:
    """T-AUTH: so many days before the last day of the authorisation, and on it. Nothing for one that is over."""
    if authorisation.status == "expired":
        return
    last = authorisation.review_by
    for days in policy.authorisation_warning_days:
        due_on = last - timedelta(days=days)
        due_at = start_of(due_on)
        lead = (Role.GOVERNANCE_LEAD,)
        yield Timer("T-AUTH", f"days_{days}", "review_by", last, due_at, due_on, lead)
