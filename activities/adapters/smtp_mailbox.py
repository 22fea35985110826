"""Governance notices by SMTP. A notice names nobody: it carries the pathway's opaque id and a link behind sign-in."""

import logging
import re
from email.message import EmailMessage
from email.utils import format_datetime, localtime

import aiosmtplib
from opentelemetry.trace import SpanKind

from activities.adapters import letter_words
from activities.adapters.answers import Answer, taken
from activities.ports import Letter, OutsideUnavailable
from shared.wiring import telemetry
from shared.wiring.settings import WorkerSettings

log = logging.getLogger(__name__)

WITHIN_S = 10.0
# One plain mailbox. Anything else in a register would be read by mail programs as a list, a name or a command.
ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,255}")


class SmtpMailbox:
    """The trust's mail server. Each address gets a message of its own with a Message-ID that never changes."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._server = settings.smtp
        self._sender = settings.mail_from
        self._site = settings.public_url

    async def post(self, letter: Letter) -> int:
        """Hand the letter over for each address; returns how many were taken.

        Raises OutsideUnavailable when the server is away or puts an address off, OutsideRefused when it took none.
        One address that is put off keeps nobody else waiting, but has the whole letter handed over again: who has
        it already gets the same Message-ID a second time.
        """
        try:
            async with aiosmtplib.SMTP(hostname=self._server.host, port=self._server.port, timeout=WITHIN_S) as smtp:
                answers = [await self._hand_over(smtp, letter, address) for address in letter.addresses]
        except (aiosmtplib.SMTPException, OSError) as error:
            raise OutsideUnavailable(type(error).__name__) from None
        return taken(answers)

    async def _hand_over(self, smtp: aiosmtplib.SMTP, letter: Letter, address: str) -> Answer:
        """Hand over the message for one address. Raises when the server is gone: nothing was said about the rest."""
        if not ADDRESS.fullmatch(address):
            log.warning("an address of the register is no mail address")
            return Answer.NEVER
        with telemetry.within("send mail", kind=SpanKind.CLIENT):
            answer = await _answered(smtp, self._message(letter, address))
        if answer is Answer.NEVER:
            log.warning("a message was refused by the mail server")
        return answer

    def _message(self, letter: Letter, address: str) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = message_id(letter, address)
        message["From"] = self._sender
        message["To"] = address
        message["Date"] = format_datetime(localtime())
        message["Subject"] = letter_words.subject(letter)
        message["X-Patency-Trust"] = letter.trust
        if letter.pathway_id:
            message["X-Patency-Pathway"] = letter.pathway_id
        message["X-Patency-Notice"] = letter.dispatch
        message.set_content("\n\n".join(letter_words.paragraphs(letter, self._site)))
        return message


def message_id(letter: Letter, address: str) -> str:
    """The same for every attempt (letter_words.reference)."""
    return f"<{letter_words.reference(letter, address)}@patency.invalid>"


async def _answered(smtp: aiosmtplib.SMTP, message: EmailMessage) -> Answer:
    """Codes decide: a server refuses a sender, a recipient or a content for now (4xx) or for good (5xx)."""
    try:
        await smtp.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        return _meaning(min(refused.code for refused in error.recipients))
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
        return _meaning(error.code)
    except aiosmtplib.SMTPNotSupported:  # an address beyond ASCII, which this server cannot take
        return Answer.NEVER
    return Answer.TAKEN


def _meaning(code: int) -> Answer:
    return Answer.NEVER if code >= PERMANENT else Answer.LATER


PERMANENT = 500
"""SMTP answers from here on mean: never."""
