"""Which breakdowns there are, each family hidden together: what one table hides, no other of its family shows."""

from collections.abc import Iterable

from services.sessions.reception import POLICY
from shared.compliance.figures import Breakdown, Standing, broken_down, by_device, by_group
from shared.compliance.selection import AGES, SEVERITIES, SITES
from shared.ledger.compliance import Group

OUTCOMES = ("clot_removal", "pts", "pts_moderate", "quality_of_life")
HARMS = ("bleeding", "haemolysis", "vessel_damage", "embolisation", "re_thrombosis", "death_30_days")
AFTERWARDS = OUTCOMES + HARMS
GROUPS = {
    "site": SITES,
    "severity": SEVERITIES,
    "age_band": AGES,
    "sex": ("female", "male", "indeterminate", "unknown"),
    "language": ("english", "other_language", "interpreter"),
}


def group_breakdowns(found: Iterable[Group]) -> list[Breakdown]:
    """Who went which way, by site, severity, age, sex and language."""
    groups = list(found)
    tables = [
        by_group(name, order, [(getattr(each, name), each.course, each.many) for each in groups])
        for name, order in GROUPS.items()
    ]
    return broken_down(tables, POLICY.small_numbers_below)


def device_breakdowns(found: Iterable[tuple[str, Standing]]) -> list[Breakdown]:
    """Outcomes and harm by the model of the device."""
    return by_device(found, AFTERWARDS, POLICY.small_numbers_below)
