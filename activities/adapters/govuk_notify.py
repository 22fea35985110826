"""Governance notices by GOV.UK Notify, for trusts that have an account there. Its own Python client does the talking.

Each message has a reference of ours that is the same for every attempt: before anything is sent Notify is asked
whether it has that reference, so that an attempt whose answer was lost sends nothing twice. Notify keeps references
for a week; nothing is tried for so long. What became of a message it tells the governance desk (services/governance).
"""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from opentelemetry.trace import SpanKind

from activities.adapters import letter_words
from activities.adapters.answers import Answer, taken
from activities.adapters.smtp_mailbox import ADDRESS
from activities.ports import Letter
from shared.wiring import telemetry

log = logging.getLogger(__name__)
# It writes Notify's answers into the log, and those repeat addresses.
logging.getLogger("notifications_python_client").disabled = True
logging.getLogger("notifications_python_client.base").disabled = True

WITHIN_S = 10
NEVER = frozenset({HTTPStatus.BAD_REQUEST})
"""About this message: it will not be taken as it is. Every other error is about the account or the way there."""


@dataclass(frozen=True, slots=True)
class NotifyAccount:
    """A trust's service at Notify. The template has the places ((subject)) and ((text)), and nothing else."""

    api_key: str
    template_id: str
    url: str


class NotifyMailbox:
    """GOV.UK Notify, as one trust uses it."""

    def __init__(self, account: NotifyAccount, site: str) -> None:
        self._account = account
        self._site = site

    async def post(self, letter: Letter) -> int:
        """Have one e-mail sent to each address, once; returns how many Notify has.

        Raises OutsideUnavailable when it may work later, OutsideRefused when it will take none.
        """
        with telemetry.within("send by GOV.UK Notify", kind=SpanKind.CLIENT):
            return taken(await asyncio.to_thread(self._all, letter))

    def _all(self, letter: Letter) -> list[Answer]:
        """In a thread of its own, with a client of its own: the client blocks, and is not made for threads."""
        client = _client(self._account)
        with client.request_session:
            return [self._one(client, letter, address) for address in letter.addresses]

    def _one(self, client: Any, letter: Letter, address: str) -> Answer:
        if not ADDRESS.fullmatch(address):
            log.warning("an address of the register is no mail address")
            return Answer.NEVER
        reference = letter_words.reference(letter, address)
        try:
            if not client.get_all_notifications(template_type="email", reference=reference)["notifications"]:
                client.send_email_notification(
                    email_address=address,
                    template_id=self._account.template_id,
                    personalisation=self._said(letter),
                    reference=reference,
                )
        except APIError as error:
            return _meaning(error.status_code)
        return Answer.TAKEN

    def _said(self, letter: Letter) -> dict[str, str]:
        text = "\n\n".join(letter_words.paragraphs(letter, self._site))
        return {"subject": letter_words.subject(letter), "text": text}


def _client(account: NotifyAccount) -> Any:
    """Notify's own client, which carries no types."""
    return NotificationsAPIClient(account.api_key, base_url=account.url, timeout=WITHIN_S)  # type: ignore[no-untyped-call]


def _meaning(status: int) -> Answer:
    """The status decides. Nothing of what Notify wrote beside it is kept: it may repeat the address."""
    log.warning("GOV.UK Notify did not take a message", extra={"status": int(status)})
    return Answer.NEVER if status in NEVER else Answer.LATER
