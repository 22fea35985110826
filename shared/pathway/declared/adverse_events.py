"""Adverse events, reports about devices and medicines, candour, and the 30-day check (IPG651 3.3, YR2, YR3).

Laboratory checks have a stage of their own: a patient who has died has no blood taken.
"""

from shared.pathway import adverse_event_duties, adverse_event_rules, adverse_event_track, device_signals
from shared.pathway.adverse_event import (
    AdverseEvent,
    AdverseEventOutcome,
    AdverseEventSeen,
    NotAnAdverseEvent,
    ThirtyDayCheck,
)
from shared.pathway.candour import Candour
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.pathway.roles import ANYBODY, CLINICAL, DEVICES, DOCTORS, GOVERNANCE, OPERATING
from shared.pathway.stage import Kind, Stage
from shared.pathway.yellow_card import DeviceRetained, YellowCard

LOOKING = OPERATING | GOVERNANCE
KEEPING = OPERATING | DEVICES | {Role.IR_NURSE}
CHECKING = CLINICAL | {Role.REGISTRY_CLERK}


def _settled(moment: Moment) -> bool:
    return not adverse_event_track.unresolved(moment)


STAGE = Stage(
    "adverse_events",
    None,
    ("3.3", "YR1", "YR2", "YR3"),
    (
        Kind(AdverseEvent, "follow_up", ANYBODY, adverse_event_rules.refusals, any_version=True),
        Kind(AdverseEventSeen, "governance", LOOKING, adverse_event_rules.seen_refusals, any_version=True),
        Kind(AdverseEventOutcome, "follow_up", DOCTORS, adverse_event_rules.outcome_refusals, any_version=True),
        Kind(NotAnAdverseEvent, "follow_up", DOCTORS, adverse_event_rules.not_one_refusals, any_version=True),
        Kind(ThirtyDayCheck, "follow_up", CHECKING, adverse_event_rules.check_refusals, any_version=True),
        Kind(YellowCard, "governance", DEVICES | OPERATING, adverse_event_rules.card_refusals, any_version=True),
        Kind(DeviceRetained, "governance", KEEPING, adverse_event_rules.retained_refusals, any_version=True),
        Kind(Candour, "follow_up", CLINICAL | GOVERNANCE, adverse_event_rules.candour_refusals, any_version=True),
    ),
    _settled,
    (adverse_event_duties.tasks, adverse_event_duties.check_tasks, device_signals.tasks),
    (adverse_event_duties.timers, adverse_event_duties.check_timers),
    asks=("device_signal",),
    outlives_closing=True,
    outlives_death=True,
)
