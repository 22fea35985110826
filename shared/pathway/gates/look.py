"""What is looked at when the gates are decided: a pathway, a start form or none, and what was broken for this leg."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from shared.pathway import breaking
from shared.pathway.anatomy import Side
from shared.pathway.break_glass import Breakable
from shared.pathway.mdt_offer import Decision, newest, standing_offer
from shared.pathway.mdt_review import MdtReview, Plan
from shared.pathway.procedure import ProcedureStart
from shared.pathway.question import Moment
from shared.pathway.referral import sides

Reasons = Iterator[tuple[str, str]]
"""What shuts a gate: (field of the start form, words)."""


@dataclass(frozen=True)
class Look:
    """One look at the gates. Without a start form the legs are those in danger, else those with an offer."""

    moment: Moment
    start: ProcedureStart | None

    @cached_property
    def legs(self) -> tuple[Side, ...]:
        if self.start is not None:
            return (self.start.side,)
        referred = sides(self.moment.pathway)
        endangered = tuple(side for side in referred if breaking.in_force(self.moment, side))
        offered = tuple(limb.side for limb in self.offer.offers) if self.offer else ()
        return endangered or offered or referred

    @cached_property
    def offer(self) -> Decision | None:
        return standing_offer(self.moment)

    @cached_property
    def broken(self) -> frozenset[Breakable]:
        """The gates broken for every leg that is looked at."""
        named = [breaking.broken(self.moment, side) for side in self.legs]
        return frozenset.intersection(*named) if named else frozenset()

    @cached_property
    def emergency(self) -> bool:
        return breaking.emergency(self.moment, *self.legs)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """What the newest MDT review planned for these legs, whether or not its offer is in force."""
        review = newest(self.moment)
        if review is None or not isinstance(review.record, MdtReview):
            return ()
        limbs = (each for each in review.record.decisions if each.side in self.legs)
        return tuple(each.plan for each in limbs if each.plan is not None)


def look(moment: Moment, start: ProcedureStart | None) -> Look:
    """A look as of the start: one that is written up afterwards is decided as of the time it names."""
    if start is not None and start.started_at is not None:
        moment = replace(moment, now=min(start.started_at, moment.now))
    return Look(moment, start)
