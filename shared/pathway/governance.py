"""Telling the governance leads (IPG651 1.2). Sent, delivered, bounced and acknowledged are four different facts."""

from typing import ClassVar, Literal

from shared.pathway.people import Role
from shared.pathway.record import Record, asked
from shared.pathway.text import Code, Words

LADDER = (Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR)
"""Who is told next when the one before cannot be reached (R-GOV-3)."""


class NoticeSent(Record):
    """The mail system took a notice. It says nothing about whether it arrived."""

    kind: ClassVar[str] = "governance_notice_sent"

    dispatch: Code = asked("Which dispatch?")
    to: Role = asked("To which role?")
    recipients: int = asked("To how many people?", ge=1, le=50)


class NoticeUnsendable(Record):
    """Nobody holds this role at the trust, or the mail system refused every address: the next in line is told."""

    kind: ClassVar[str] = "governance_notice_unsendable"

    dispatch: Code = asked("Which dispatch?")
    cause: Literal["no_recipient", "refused"] = asked("Why?")


class NoticeDelivered(Record):
    """The trust's mail system put the notice into a governance lead's mailbox."""

    kind: ClassVar[str] = "governance_notice_delivered"

    dispatch: Code = asked("Which dispatch?")


class NoticeBounced(Record):
    """The notice came back. The next in line is told."""

    kind: ClassVar[str] = "governance_notice_bounced"

    dispatch: Code = asked("Which dispatch?")
    cause: Literal["mailbox_unavailable", "mailbox_full", "unknown_recipient", "other"] = asked("Why?")


class NoticeAcknowledged(Record):
    """A governance lead, deputy or medical director says: I have read this."""

    kind: ClassVar[str] = "governance_acknowledgement"

    notice: int = asked("Which notice?", hint="Number of the notice, from 1", ge=1)
    comment: Words | None = asked("Anything to add?", default=None)


Reports = (NoticeSent, NoticeUnsendable, NoticeDelivered, NoticeBounced)


def in_line_after(role: Role) -> Role | None:
    """Who is told when `role` could not be; None after the medical director."""
    place = LADDER.index(role) + 1
    return LADDER[place] if place < len(LADDER) else None
