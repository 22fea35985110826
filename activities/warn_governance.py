"""Mail to a trust's governance that its authorisation is ending (T-AUTH; IPG651 YR3). Looked at every minute."""

import asyncio
import logging
from typing import Protocol

from activities.ports import Letter, Mailbox, OutsideRefused, OutsideUnavailable
from shared.ledger.trust_notices import TrustNotice
from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

EVERY_S = 60.0


class Notices(Protocol):
    """The book of what trusts are owed (shared.ledger.trust_notices)."""

    async def owed(self) -> tuple[TrustNotice, ...]:
        """The notices that were not sent yet."""
        ...

    async def note_sent(self, notice: TrustNotice, recipients: int) -> None: ...


async def warn(notices: Notices, mailbox: Mailbox) -> int:
    """Sends what is owed, and returns to how many people it went. What cannot be sent now is owed the next time."""
    sent = 0
    for each in await notices.owed():
        try:
            taken = await mailbox.post(_letter(each)) if each.addresses else 0
        except (OutsideUnavailable, OutsideRefused) as error:
            log.warning("governance was not warned", extra={"trust": each.trust, "error": type(error).__name__})
            continue
        if not taken:
            log.error("a trust has nobody in governance to be warned", extra={"trust": each.trust})
            continue
        await notices.note_sent(each, taken)
        sent += taken
    return sent


def _letter(owed: TrustNotice) -> Letter:
    mark = f"{owed.trust}.{owed.key}".replace("/", ".")
    return Letter(mark, "", owed.trust, "trust", "authorisation_ending", "first", owed.addresses, owed.channels)


async def keep_warning(notices: Notices, mailbox: Mailbox) -> None:
    """Every minute, until cancelled."""
    while True:
        try:
            await warn(notices, mailbox)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("authorisations were not looked at", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_S)
