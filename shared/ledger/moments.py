"""A moment moved on in memory: with one more record, with everything that has fallen due, or back to an earlier day."""

from dataclasses import replace
from datetime import datetime

from shared.pathway import decide
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Signature
from shared.pathway.question import Moment
from shared.pathway.record import Record

MOST_FIRED_AT_ONCE = 100  # the rest is found due by the next look


def with_record(moment: Moment, record: Record, by: Signature) -> Moment:
    entry = decide.next_entry(moment, record, by)
    return replace(moment, pathway=moment.pathway.with_entry(entry))


def with_what_is_due(moment: Moment, by: Signature) -> Moment:
    """Fires what is due one by one: each firing may make another timer, or meet one."""
    for _ in range(MOST_FIRED_AT_ONCE):
        ripe = decide.due(moment)
        if not ripe:
            break
        moment = with_record(moment, ripe[0], by)
    return moment


def as_it_stood(moment: Moment, at: datetime) -> Moment | None:
    """The pathway at that instant, with the facts of its last entry by then; None before its first."""
    kept = [entry for entry in moment.pathway.entries if entry.at <= at]
    if not kept:
        return None
    start = Pathway(moment.pathway.id, moment.pathway.trust, moment.pathway.nation)
    return Moment(fold(start, kept), moment.policy, at, kept[-1].facts)
