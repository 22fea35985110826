"""Breaking gates for a threatened limb or life, and looking back at it (IPG651 3.5, 3.8, YR1)."""

from shared.pathway import breaking_rules, retrospective
from shared.pathway.break_glass import BreakGlass, BreakGlassReview
from shared.pathway.people import Role
from shared.pathway.question import Moment
from shared.pathway.roles import CONSULTANTS
from shared.pathway.stage import Kind, Stage

SECOND_LOOK = frozenset({Role.INTERVENTIONAL_RADIOLOGIST, Role.VASCULAR_SURGEON, Role.MEDICAL_DIRECTOR})


def _settled(moment: Moment) -> bool:
    return breaking_rules.settled(moment) and retrospective.settled(moment)


STAGE = Stage(
    "breaking",
    None,
    ("3.5", "3.8", "YR1"),
    (
        # A gate is broken in seconds: nobody waits because a nurse wrote something down meanwhile.
        Kind(BreakGlass, "procedure", CONSULTANTS, breaking_rules.refusals, any_version=True),
        Kind(BreakGlassReview, "procedure", SECOND_LOOK, breaking_rules.review_refusals, any_version=True),
    ),
    _settled,
    (breaking_rules.tasks, retrospective.tasks),
    (breaking_rules.timers, retrospective.timers),
    asks=("retrospective_mdt",),
    outlives_closing=True,
    # [D] A second look at a broken gate contacts nobody: it is owed when the patient has died, most of all then.
    outlives_death=True,
)
