"""Quiet hours: what is not pressing waits until the morning before a deputy is woken (IPG651 1.2, R-GOV-3; D)."""

from datetime import datetime, timedelta

from shared.pathway.choices import Urgency
from shared.pathway.civil_time import at_time, civil
from shared.pathway.question import Moment
from shared.pathway.referral import urgency

NEVER_WAITS = frozenset({"emergency_start", "break_glass"})


def waits(moment: Moment, about: str, at: datetime) -> bool:
    """Whether a second notice about this, which falls due then, is sent in the morning. First notices never wait.

    Nor does anything that was an emergency at that time: what was owed then is owed still, whatever is known since.
    Guidance: 1.2.
    """
    pressing = about in NEVER_WAITS or urgency(moment.pathway, until=at) == Urgency.EMERGENCY
    return not pressing and _quiet(moment, at)


def _quiet(moment: Moment, at: datetime) -> bool:
    day, policy = civil(at), moment.policy
    return at >= at_time(day, policy.quiet_from) or at < at_time(day, policy.quiet_until)


def morning_after(moment: Moment, at: datetime) -> datetime:
    """When the quiet hours that `at` lies in are over."""
    today = at_time(civil(at), moment.policy.quiet_until)
    return today if at < today else at_time(civil(at) + timedelta(days=1), moment.policy.quiet_until)
