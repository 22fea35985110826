"""Telling the clinical governance leads (IPG651 1.2): one dispatch of one notice, handed to the trust's mail system."""

import logging

from temporalio import activity

from activities.ports import Book, Mailbox, OutsideRefused
from shared.contracts.looks import Errand

log = logging.getLogger(__name__)

SEND = "send_governance_notice"


class GovernanceNotices:
    def __init__(self, book: Book, mailbox: Mailbox) -> None:
        self._book = book
        self._mailbox = mailbox

    @activity.defn(name=SEND)
    async def send(self, errand: Errand) -> None:
        """Send it if it is still owed, and write down what the mail system said. Fails while that is away."""
        await self.attempt(errand)

    async def attempt(self, errand: Errand) -> bool:
        """One try; returns that nothing is left to do. Raises OutsideUnavailable.

        A second one after a crash repeats the same Message-IDs, by which the receiver knows them. That nobody can
        be reached is written down too: the next in line is then owed a notice.
        """
        letter = await self._book.letter(errand)
        if letter is None:
            return True
        if not letter.addresses:
            log.error("a governance notice has nobody to go to in its role", extra={"trust": letter.trust})
            await self._book.note_unsendable(errand, "no_recipient")
            return True
        try:
            taken = await self._mailbox.post(letter)
        except OutsideRefused:
            await self._book.note_unsendable(errand, "refused")
        else:
            await self._book.note_sent(errand, taken, letter.to)
        return True
