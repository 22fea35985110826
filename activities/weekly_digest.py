"""Telling each trust's governance about its week, in counts (IPG651 1.2, YR3). Once for each trust and ISO week."""

import logging
from collections.abc import Iterator
from typing import Protocol

from temporalio import activity

from activities.ports import Letter, Mailbox, OutsideRefused
from shared.contracts.digests import Digest, DigestOrder

log = logging.getLogger(__name__)

EVIDENCE = "Keep this message: the next line proves later what the record said today."


class Digests(Protocol):
    """The book of weeks (shared.ledger.digests)."""

    async def trusts(self) -> tuple[str, ...]: ...

    async def digest(self, trust: str, week: str) -> Digest | None:
        """The trust's week; None when it was told already."""
        ...

    async def note_sent(self, digest: Digest, recipients: int) -> None: ...


class WeeklyDigests:
    def __init__(self, digests: Digests, mailbox: Mailbox) -> None:
        self._digests = digests
        self._mailbox = mailbox

    @activity.defn(name="trusts_to_tell")
    async def trusts(self) -> list[str]:
        """Whose governance there is to be told."""
        return list(await self._digests.trusts())

    @activity.defn(name="send_weekly_digest")
    async def send(self, order: DigestOrder) -> bool:
        """Sends it unless this week was told already; whether it was sent now.

        Raises OutsideUnavailable while the mail server is away: tried again. Nobody to send it to is an error in the
        log, for operations: the next week asks again.
        """
        digest = await self._digests.digest(order.trust, order.week)
        if digest is None:
            return False
        try:
            taken = await self._mailbox.post(letter(digest)) if digest.addresses else 0
        except OutsideRefused:
            taken = 0
        if not taken:
            log.error("a trust has nobody in governance to be told its week", extra={"trust": order.trust})
            return False
        await self._digests.note_sent(digest, taken)
        return True


def letter(digest: Digest) -> Letter:
    """The same Message-ID for every attempt of one week."""
    mark = f"{digest.trust}.digest.{digest.week}"
    lines = tuple(_lines(digest))
    return Letter(mark, "", digest.trust, "trust", "weekly_digest", "first", digest.addresses, digest.channels, lines)


def _lines(digest: Digest) -> Iterator[str]:
    yield f"Week {digest.week}."
    yield "\n".join(
        (
            f"Notices that nobody has acknowledged: {digest.unread_notices}",
            f"Of these, not known to have been delivered to anybody: {digest.undelivered_notices}",
            f"Tasks that are overdue: {digest.overdue_tasks}",
            f"Broken gates that wait for a second look: {digest.broken_gates}",
            f"Suspensions in force: {digest.suspensions}",
            f"Permissions that end soon: {digest.ending}",
        )
    )
    if digest.without_anybody:
        roles = ", ".join(each.replace("_", " ") for each in digest.without_anybody)
        yield f"Nobody would be told as: {roles}. Notices go to the next in line."
    if digest.evidence:
        yield f"{EVIDENCE}\n{digest.evidence}"
