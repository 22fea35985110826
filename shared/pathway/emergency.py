"""A leg or a life in danger (IPG651 2.2, 3.5): three specialties are called at once, and nobody waits for a meeting."""

from collections.abc import Iterator

from shared.pathway.break_glass import BreakGlass
from shared.pathway.duties import Task, TaskState
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import emergency_since

WORDS = "Limb or life in danger: see the patient, or be part of the call, now"


def tasks(moment: Moment) -> Iterator[Task]:
    """One call for each specialty, due the moment the emergency was known (R-REF-2).

    Done once that specialty took part in a review or broke a gate, or the procedure has begun. A doctor who ends the
    emergency ends the calls.
    """
    since = emergency_since(moment.pathway)
    if since is None:
        return
    begun = any(entry.seq > since.seq for entry in started(moment.pathway))
    taking_part = _taking_part(moment, since.seq)
    for specialty in sorted(MDT_SPECIALTIES):
        state = TaskState.DONE if begun or specialty in taking_part else TaskState.OPEN
        yield Task("emergency_call", specialty, since.at, since.at, key=str(since.seq), state=state, why=WORDS)


def _taking_part(moment: Moment, since: int) -> frozenset[Role]:
    kinds = (MdtReview, MdtSignOff, BreakGlass)
    later = (entry for kind in kinds for entry in moment.pathway.every(kind) if entry.seq > since)
    return frozenset(role for entry in later for role in _roles(entry))


def _roles(entry: Entry) -> Iterator[Role]:
    """The roles of who wrote the entry and, of a review, of who was there: as the directory had them then."""
    yield entry.by.role
    yield from entry.facts.staff.get(entry.by.person, frozenset())
    if isinstance(entry.record, MdtReview):
        for each in entry.record.attendees:
            yield from entry.facts.staff.get(each.person, frozenset())
