"""On which occasions governance has to be told (IPG651 1.2, 1.1; R-GOV-1, R-GOV-2, R-GOV-5), in the order they came.

An offer's notice opens gate G5; an emergency start's is owed afterwards; every other occasion is told besides them
and shuts nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from shared.pathway.adverse_event_track import events, serious
from shared.pathway.breaking import occasions as gates_broken
from shared.pathway.choices import Urgency
from shared.pathway.consent_duties import research_withdrawals
from shared.pathway.consent_rules import withdrawals
from shared.pathway.endings import PatientDied, TransferAccepted, TransferPart
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.mdt_review import MdtReview, MdtSignOff, MeetingType
from shared.pathway.people import MDT_SPECIALTIES
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, procedures, started
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import urgency


class Occasion(NamedTuple):
    """What happened and when. `seq` is the entry that brought it: notices are numbered in the order of entries."""

    about: str
    at: datetime
    seq: int


OPENS_G5 = frozenset({"mdt_offer", "emergency_start"})
"""The occasions whose notice lets a procedure go ahead, or is owed after an emergency one."""

Offered = Callable[[Moment], Iterable[Occasion]]


def occasions(moment: Moment) -> tuple[Occasion, ...]:
    """Every occasion of this pathway, oldest first. A later entry never moves an earlier occasion."""
    found = list(_offers_made(moment))
    first_offer = min((each.seq for each in found), default=None)
    if urgency(moment.pathway) == Urgency.EMERGENCY:
        begun = started(moment.pathway)
        found += [
            Occasion("emergency_start", entry.at, entry.seq)
            for entry in begun
            if first_offer is None or entry.seq < first_offer
        ]
    for offered in ALSO:
        found += offered(moment)
    return tuple(sorted(found, key=lambda each: each.seq))


def _of(about: str, entries: Iterable[Entry]) -> Iterator[Occasion]:
    yield from (Occasion(about, entry.at, entry.seq) for entry in entries)


def _offers_made(moment: Moment) -> Iterator[Occasion]:
    """Each offer ever made, at its third signature, also when it lapsed since."""
    for entry in moment.pathway.every(MdtReview):
        signed = [
            s
            for s in moment.pathway.every(MdtSignOff)
            if isinstance(s.record, MdtSignOff) and s.record.review == entry.seq
        ]
        agreed = all(isinstance(s.record, MdtSignOff) and s.record.agrees for s in signed)
        if agreed and {s.by.role for s in signed} >= MDT_SPECIALTIES and _offers(entry):
            yield Occasion("mdt_offer", max(s.at for s in signed), max(s.seq for s in signed))


def _offers(entry: Entry) -> bool:
    """Whether this review offers something. A retrospective one looks back on a procedure, and offers nothing."""
    return (
        isinstance(entry.record, MdtReview)
        and entry.record.meeting_type != MeetingType.RETROSPECTIVE
        and any(each.outcome.startswith("offer") for each in entry.record.decisions)
    )


def in_research(moment: Moment, occasion: Occasion) -> bool:
    """Whether this occasion is an offer inside a study: the research office is told as well (R-GOV-4)."""
    if occasion.about != "mdt_offer":
        return False
    signature = moment.pathway.entries[occasion.seq - 1].record
    review = moment.pathway.entries[signature.review - 1].record if isinstance(signature, MdtSignOff) else None
    return isinstance(review, MdtReview) and any(each.outcome == "offer_in_research" for each in review.decisions)


def _withdrawals(moment: Moment) -> Iterator[Occasion]:
    yield from _of("consent_withdrawn", withdrawals(moment))


def _research_withdrawals(moment: Moment) -> Iterator[Occasion]:
    yield from _of("research_withdrawal", research_withdrawals(moment))


def _deaths(moment: Moment) -> Iterator[Occasion]:
    found = moment.pathway.every(PatientDied)
    yield from _of("death", (e for e in found if isinstance(e.record, PatientDied) and e.record.what == "died"))


def _moved(moment: Moment) -> Iterator[Occasion]:
    """The other trust took over the care of this pathway."""
    for entry in moment.pathway.every(TransferAccepted):
        said = entry.record
        if isinstance(said, TransferAccepted) and (said.part, said.answer) == (TransferPart.PATHWAY_CARE, "accepted"):
            yield Occasion("moved_trust", entry.at, entry.seq)


def _other_devices(moment: Moment) -> Iterator[Occasion]:
    """A device was used that nobody scanned at the start: governance was told of another one."""
    for each in procedures(moment.pathway):
        end = each.end.record if each.end is not None else None
        if each.end is None or not isinstance(end, ProcedureEnd):
            continue
        scanned = {
            device.udi_di
            for entry in (each.start, *each.time_outs)
            if isinstance(entry.record, ProcedureStart)
            for device in entry.record.devices
        }
        if {device.udi_di for device in end.devices_used} - scanned:
            yield Occasion("device_change", each.end.at, each.end.seq)


def _corrected(moment: Moment) -> Iterator[Occasion]:
    """Everybody who was told about a patient is told that the identity was wrong (hazard H-12)."""
    told = min((each.seq for each in _offers_made(moment)), default=None)
    for entry in moment.pathway.every(IdentityCorrected):
        if told is not None and entry.seq > told:
            yield Occasion("identity_corrected", entry.at, entry.seq)


def _serious(moment: Moment) -> Iterator[Occasion]:
    yield from (
        Occasion("serious_adverse_event", each.reported_at, each.seq) for each in events(moment) if serious(each.event)
    )


def _broken(moment: Moment) -> Iterator[Occasion]:
    yield from (Occasion(*each) for each in gates_broken(moment))


ALSO: tuple[Offered, ...] = (
    _withdrawals,
    _research_withdrawals,
    _deaths,
    _moved,
    _other_devices,
    _corrected,
    _serious,
    _broken,
)
"""Each stage that has to tell governance anew offers its occasions here (R-GOV-5)."""
