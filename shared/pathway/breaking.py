"""Which gates are broken for a threatened limb or life, and until when (clinical.md 5.1, 5.2; IPG651 3.5, YR1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import Breakable, BreakGlass
from shared.pathway.choices import Answer, Embolism
from shared.pathway.news import NewPe, UrgencyChanged
from shared.pathway.pathway import Pathway
from shared.pathway.procedure import Procedure, procedures, started_at
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import Referral, emergency_signs, emergency_since
from shared.pathway.roles import CONSULTANTS


def in_force(moment: Moment, side: Side) -> tuple[Entry, ...]:
    """The breakings that still count for the next start of this leg: young enough, and not used by a start before."""
    hours = timedelta(hours=moment.policy.break_glass_hours)
    since = _used_until(moment.pathway, side)
    found = _about(moment.pathway, side)
    return tuple(entry for entry in found if entry.seq > since and moment.now < entry.at + hours)


def _about(pathway: Pathway, side: Side) -> Iterator[Entry]:
    return (
        entry
        for entry in pathway.every(BreakGlass)
        if isinstance(entry.record, BreakGlass) and entry.record.side == side
    )


def _used_until(pathway: Pathway, side: Side) -> int:
    """The last start of this leg. One that stopped in the room still waits for its new time-out (R-PRO-6)."""
    done = (each.time_outs[-1].seq for each in procedures(pathway) if each.side == side and not each.stopped)
    return max(done, default=0)


def broken(moment: Moment, side: Side) -> frozenset[Breakable]:
    """The gates broken and still in force for the next start of this leg."""
    named = (entry.record.gates for entry in in_force(moment, side) if isinstance(entry.record, BreakGlass))
    return frozenset[Breakable]().union(*named)


def used(moment: Moment, procedure: Procedure) -> tuple[Entry, ...]:
    """The breakings under which this procedure was started."""
    hours = timedelta(hours=moment.policy.break_glass_hours)
    begun, last = procedure.start, procedure.time_outs[-1].seq
    earlier = (
        each.time_outs[-1].seq
        for each in procedures(moment.pathway)
        if each.side == procedure.side and each.start.seq < begun.seq
    )
    since = max(earlier, default=0)
    found = _about(moment.pathway, procedure.side)
    return tuple(each for each in found if since < each.seq < last and started_at(begun) < each.at + hours)


def gates_used(moment: Moment, procedure: Procedure) -> frozenset[Breakable]:
    """The gates that were broken for this procedure."""
    named = (each.record.gates for each in used(moment, procedure) if isinstance(each.record, BreakGlass))
    return frozenset[Breakable]().union(*named)


def emergency(moment: Moment, *legs: Side) -> bool:
    """Whether the emergency column of 5.1 applies: clinically true by what is recorded, or attested (G14).

    A consultant attests it by breaking a gate for one of these legs.
    """
    return borne_out(moment.pathway) or any(in_force(moment, side) for side in legs)


def borne_out(pathway: Pathway) -> bool:
    """Whether the emergency that stands rests on signs, an unstable embolism, or a consultant's own word (G14).

    What a referrer alone called an emergency does not open a gate: it is asked about.
    """
    since = emergency_since(pathway)
    if since is None:
        return False
    told = (entry for kind in (Referral, UrgencyChanged, NewPe) for entry in pathway.every(kind))
    return any(entry.seq >= since.seq and _true(entry) for entry in told)


def _true(entry: Entry) -> bool:
    match entry.record:
        case Referral() as referral:
            return any(emergency_signs(referral))
        case UrgencyChanged():
            return entry.by.role in CONSULTANTS
        case NewPe(state=state, haemodynamic_instability=Answer.YES):
            return state in {Embolism.SUSPECTED, Embolism.CONFIRMED}
    return False


def occasions(moment: Moment) -> tuple[tuple[str, datetime, int], ...]:
    """Every breaking, as (what, when, entry number): governance is told of each (R-GOV-5)."""
    return tuple(("break_glass", entry.at, entry.seq) for entry in moment.pathway.every(BreakGlass))
