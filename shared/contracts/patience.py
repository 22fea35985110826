"""How long we wait for whom, by name. Times in seconds; used by workflows, which may import nothing heavier."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How one kind of call is tried: each attempt at most `attempt_s`; pauses double from `first_s` to `longest_s`.

    Given up for this run after `give_up_s` (None: never). What is given up is still owed: a fresh run tries again.
    """

    attempt_s: float
    first_s: float
    longest_s: float
    give_up_s: float | None = None


LOOK = Patience(attempt_s=10, first_s=0.2, longest_s=10)
"""Looking at a pathway in PostgreSQL, and trying what is owed: milliseconds, or somebody is away."""

POST_A_NOTICE = Patience(attempt_s=30, first_s=1, longest_s=600, give_up_s=3000)
"""Handing mail to the trust's mail server, which may be down for days (fresh runs go on)."""

ENTER_IN_REGISTRY = Patience(attempt_s=30, first_s=1, longest_s=600, give_up_s=3000)
"""Submitting a registry entry, and asking again for its receipt."""

COMPARE_WITH_REGISTRY = Patience(attempt_s=300, first_s=5, longest_s=600)
"""Reading every procedure of a trust and the registry's own list; it runs once a week, and the registry may be away."""

POST_A_DIGEST = Patience(attempt_s=30, first_s=5, longest_s=1800, give_up_s=6 * 86400)
"""Telling governance its week: given up before the next week is told."""

QUIET_S = 3600.0
"""After this long without news a pathway goes to sleep as a fresh run."""

LONGEST_SLEEP_S = 30 * 86400.0
"""No sleep is longer, so that every pathway is looked at at least once a month."""

LOOKS_IN_A_ROW = 8
"""More looks than this without waiting in between is a defect, and must be loud."""

WORKFLOW_TASK_S = 5.0
"""A worker that dies in the middle of a workflow task is replaced after this long."""

STICKY_S = 1.0
"""A dead worker's cache is given up after this long: measured, a tenth of the SDK's default."""

EXPORT_SILENT_S = 60.0
"""A worker that makes an export and says nothing for this long is dead: another begins it anew."""

EXPORT_ATTEMPTS = 3
"""An export that has ended so many workers is not begun again."""

EXPORT_KEPT_S = 24 * 3600.0
"""What was exported can be fetched for this long."""

EXPORT_RETRY_S = 30
"""How soon to ask again for an export while the trust's last one is not finished."""
