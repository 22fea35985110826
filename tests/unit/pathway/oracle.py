"""What must be true of a started procedure, read straight off the entries, with nothing borrowed from the rules."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import BreakGlass
from shared.pathway.consent import Consent, ConsentLine, ConsentWithdrawn, LineStatus
from shared.pathway.governance import NoticeAcknowledged, NoticeDelivered
from shared.pathway.mdt_review import OFFERS, MdtReview, MdtSignOff
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import MDT_SPECIALTIES
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Entry
from shared.pathway.referral import NewImaging, Referral, urgency

CHANGES = frozenset({"new_bleed", "new_pe", "lab_result_critical"})
"""Kinds of news that change what the MDT knew, whatever they say in these journeys."""


def wrongs(pathway: Pathway) -> Iterator[str]:
    """What is wrong with each procedure that was started; nothing is the only right answer."""
    for entry in pathway.entries:
        if isinstance(entry.record, ProcedureStart):
            before = fold(Pathway(pathway.id, pathway.trust), pathway.entries[: entry.seq - 1])
            yield from _wrongs(before, entry, entry.record)


def _wrongs(before: Pathway, entry: Entry, start: ProcedureStart) -> Iterator[str]:
    yield from _sides(before, start)
    excused, review = _broken(before, entry, start.side), before.latest(MdtReview)
    if "G4" not in excused:
        yield from _meeting(before, entry, start, review)
    if not excused:
        yield from _notice(before, _signatures(before, review) if review else [])
    if "G7" not in excused:
        yield from _consent(before, review, entry, start.side)
    yield from _withdrawal(before)


def _broken(before: Pathway, entry: Entry, side: Side) -> set[str]:
    """The gates a consultant broke for this leg in the last twelve hours, and since it was last treated."""
    last = max((each.seq for each in before.every(ProcedureStart)), default=0)
    return {
        gate.value
        for each in before.every(BreakGlass)
        if isinstance(each.record, BreakGlass) and each.record.side == side
        if each.seq > last and entry.at < each.at + timedelta(hours=12)
        for gate in each.record.gates
    }


def _meeting(before: Pathway, entry: Entry, start: ProcedureStart, review: Entry | None) -> Iterator[str]:
    if review is None or not isinstance(review.record, MdtReview):
        yield "no MDT review"
        return
    yield from _quorum(_signatures(before, review), entry)
    yield from _offer(before, review, review.record, start.side)


def _signatures(before: Pathway, review: Entry) -> list[Entry]:
    return [
        each
        for each in before.every(MdtSignOff)
        if isinstance(each.record, MdtSignOff) and each.record.review == review.seq and each.record.agrees
    ]


def _quorum(signed: list[Entry], entry: Entry) -> Iterator[str]:
    if len({each.by.person for each in signed}) < 3 or not {each.by.role for each in signed} >= MDT_SPECIALTIES:
        yield "not signed by three people of three specialties"
    elif entry.at >= max(each.at for each in signed) + timedelta(days=7, hours=1):
        yield "the offer had lapsed"


def _offer(before: Pathway, review: Entry, said: MdtReview, side: Side) -> Iterator[str]:
    if not any(each.side == side and each.outcome in OFFERS for each in said.decisions):
        yield "no offer for this leg"
    if any(each.seq > review.seq for each in before.every(NewImaging)):
        yield "imaging came after the MDT"
    if any(each.kind in CHANGES and each.seq > review.seq for each in before.entries):
        yield "something happened after the MDT that it did not know"
    earlier = [each.record for each in before.every(ProcedureStart) if each.seq > review.seq]
    if any(isinstance(each, ProcedureStart) and each.side == side for each in earlier):
        yield "this leg was treated under this offer already"


def _notice(before: Pathway, signed: list[Entry]) -> Iterator[str]:
    offered_at = max((each.seq for each in signed), default=0)
    told = (*before.every(NoticeDelivered), *before.every(NoticeAcknowledged))
    if urgency(before) != "emergency_limb_or_life" and not any(each.seq > offered_at for each in told):
        yield "governance was not told"


def _withdrawal(before: Pathway) -> Iterator[str]:
    """Nothing breaks a no: the patient's last word was not to go on."""
    taken, said = before.latest(Consent), before.latest(ConsentWithdrawn)
    if said is not None and (taken is None or said.seq > taken.seq):
        yield "consent was withdrawn"


def _consent(before: Pathway, review: Entry | None, entry: Entry, side: Side) -> Iterator[str]:
    taken, said = before.latest(Consent), before.latest(ConsentWithdrawn)
    if taken is None or not isinstance(taken.record, Consent) or (review and taken.seq < review.seq):
        yield "no consent to this offer"
        return
    if said is not None and taken.seq > said.seq and taken.record.signed_at <= said.at:
        yield "consent was taken again before it was withdrawn"
    if taken.record.lines.get(ConsentLine.PMT_PROCEDURE) != LineStatus.GIVEN or side not in taken.record.sides:
        yield "no consent to this leg"
    if entry.at >= taken.record.signed_at + timedelta(days=14, hours=1):
        yield "consent was too old"


def _sides(before: Pathway, start: ProcedureStart) -> Iterator[str]:
    referral = before.record(Referral)
    studies = [each.imaging for each in referral.limbs if each.side == start.side] if referral else []
    if not studies or any(each.side_in_report != start.side for each in studies):
        yield "the referral or its report names another leg"
    if start.sign_in.side_marked != start.side:
        yield "the mark is on the other leg"
