"""What the API shows of consent, of a death and of a transfer. Nothing here says who the patient is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shared.pathway import life_events
from shared.pathway.anatomy import Side
from shared.pathway.consent import Consent, ConsentLine
from shared.pathway.consent_refusals import hours_to_consider, little_time_to_consider
from shared.pathway.consent_rules import confirmed_today, line_status, standing, withdrawn
from shared.pathway.endings import PatientDied, TransferPart, TransferredOut
from shared.pathway.question import Moment


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """The patient's last word, line by line. `little_time` flags less time than suggested; it blocks nothing."""

    state: Literal["stands", "withdrawn", "does_not_stand"]
    lines: dict[ConsentLine, str]
    hours_to_consider: float | None
    little_time: bool
    confirmed_today: tuple[Side, ...]
    kind: Literal["consent"] = "consent"


@dataclass(frozen=True, slots=True)
class Death:
    died_on: date | None
    known_since: datetime
    kind: Literal["death"] = "death"


@dataclass(frozen=True, slots=True)
class Transfer:
    """The newest offer to another trust: what was accepted, what waits. This trust keeps whatever waits."""

    to_trust: str
    offered_at: datetime
    state: Literal["offered", "accepted", "declined"]
    accepted: tuple[TransferPart, ...]
    waiting: tuple[TransferPart, ...]
    kind: Literal["transfer"] = "transfer"


def shown(moment: Moment) -> Iterator[ConsentShown | Death | Transfer]:
    """Consent once it was talked about, then a death and a transfer."""
    yield from _consent(moment)
    died = life_events.died(moment)
    if died is not None and isinstance(died.record, PatientDied):
        yield Death(died.record.died_on, died.at)
    yield from _transfer(moment)


def _consent(moment: Moment) -> Iterator[ConsentShown]:
    entry = moment.pathway.latest(Consent)
    if entry is None or not isinstance(entry.record, Consent):
        return
    taken = entry.record
    hours = hours_to_consider(taken)
    yield ConsentShown(
        "withdrawn" if withdrawn(moment) else "stands" if standing(moment) else "does_not_stand",
        {line: line_status(moment, line).value for line in sorted(taken.lines)},
        None if hours is None else round(hours, 1),
        little_time_to_consider(moment, entry),
        tuple(side for side in sorted(taken.sides) if confirmed_today(moment, side)),
    )


def _transfer(moment: Moment) -> Iterator[Transfer]:
    offer = life_events.offered_elsewhere(moment)
    if offer is None or not isinstance(offer.record, TransferredOut):
        return
    waiting = life_events.unanswered(moment)
    accepted = tuple(sorted(life_events.accepted_parts(moment)))
    state: Literal["offered", "accepted", "declined"] = "offered" if waiting else "declined"
    if life_events.transferred(moment) is not None:
        state = "accepted"
    yield Transfer(offer.record.to_trust, offer.at, state, accepted, waiting)
