"""What has become of the patient: alive as far as is known, here or with another trust (clinical.md 4)."""

from shared.pathway.endings import OpenedInError, PatientDied, TransferAccepted, TransferPart, TransferredOut
from shared.pathway.question import Moment
from shared.pathway.record import Entry


def died(moment: Moment) -> Entry | None:
    """The entry that says the patient has died; None while nobody said so, or when it was taken back."""
    newest = moment.pathway.latest(PatientDied)
    if newest is None or not isinstance(newest.record, PatientDied) or newest.record.what != "died":
        return None
    return newest


def opened_in_error(moment: Moment) -> Entry | None:
    return moment.pathway.latest(OpenedInError)


def offered_elsewhere(moment: Moment) -> Entry | None:
    """The newest offer to another trust, whatever became of it."""
    return moment.pathway.latest(TransferredOut)


def answers(moment: Moment, offer: Entry) -> dict[TransferPart, str]:
    """What the other trust last answered about each part of this offer: accepted or declined."""
    return {
        entry.record.part: entry.record.answer
        for entry in moment.pathway.every(TransferAccepted)
        if entry.seq > offer.seq and isinstance(entry.record, TransferAccepted)
    }


def accepted_parts(moment: Moment) -> frozenset[TransferPart]:
    """What another trust has taken over and this one owes no more."""
    offer = offered_elsewhere(moment)
    if offer is None:
        return frozenset()
    return frozenset(part for part, answer in answers(moment, offer).items() if answer == "accepted")


def unanswered(moment: Moment) -> tuple[TransferPart, ...]:
    """The parts of the newest offer that wait for an answer; none once one was declined: the offer is over then."""
    offer = offered_elsewhere(moment)
    if offer is None or not isinstance(offer.record, TransferredOut):
        return ()
    said = answers(moment, offer)
    if "declined" in said.values():
        return ()
    return tuple(part for part in TransferPart if part in offer.record.parts and part not in said)


def transferred(moment: Moment) -> Entry | None:
    """The offer of which every part was accepted; None while this trust still has a duty."""
    offer = offered_elsewhere(moment)
    if offer is None or not isinstance(offer.record, TransferredOut):
        return None
    return offer if offer.record.parts <= accepted_parts(moment) else None
