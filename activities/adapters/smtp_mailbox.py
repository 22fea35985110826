"""Governance notices by SMTP. A notice names nobody: it carries the pathway's opaque id and a link behind sign-in."""

import hashlib
import logging
import re
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from enum import Enum

import aiosmtplib
from opentelemetry.trace import SpanKind

from activities.ports import Letter, OutsideRefused, OutsideUnavailable
from shared.wiring import telemetry
from shared.wiring.settings import WorkerSettings

log = logging.getLogger(__name__)

WITHIN_S = 10.0
# One plain mailbox. Anything else in a register would be read by mail programs as a list, a name or a command.
ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f]{1,255}")
ABOUT = {
    "mdt_offer": "The MDT has offered percutaneous mechanical thrombectomy under IPG651.",
    "emergency_start": "Percutaneous mechanical thrombectomy under IPG651 was started as an emergency.",
    "break_glass": "A consultant broke a gate of this pathway in an emergency.",
    "consent_withdrawn": "Consent to percutaneous mechanical thrombectomy was withdrawn.",
    "research_withdrawal": "Consent to take part in research was withdrawn.",
    "serious_adverse_event": "A serious adverse event was reported on this pathway.",
    "death": "A death was recorded on this pathway.",
    "device_change": "Another device than the one announced was used.",
    "moved_trust": "Another trust has taken over the care of this pathway.",
    "identity_corrected": "The identity on this pathway was wrong, and has been corrected.",
    "authorisation_ending": "This trust's authorisation to perform percutaneous mechanical thrombectomy is ending.",
}
REASON = {
    "first": "",
    "bounced": "The notice could not be delivered to the person before you in line.",
    "undelivered": "No delivery of the first notice has been reported.",
    "reminder": "This notice has not been acknowledged yet.",
}


class Answer(Enum):
    """What a mail server said about one message."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


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
        if Answer.LATER in answers:
            raise OutsideUnavailable("an address was put off")
        if Answer.TAKEN not in answers:
            raise OutsideRefused("no address was taken")
        return answers.count(Answer.TAKEN)

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
        message["Subject"] = "Clinical governance notice: thrombectomy pathway"
        message["X-Patency-Trust"] = letter.trust
        if letter.pathway_id:
            message["X-Patency-Pathway"] = letter.pathway_id
        message["X-Patency-Notice"] = letter.dispatch
        lines = [
            ABOUT[letter.about],
            REASON[letter.reason],
            "Evidence is limited in quality and quantity: IPG651 asks for special arrangements, or for research only.",
            f"Read and acknowledge it here: {self._site}/pathways/{letter.pathway_id}"
            if letter.pathway_id
            else f"This is about the trust, not about a pathway: {self._site}",
            "This message contains no patient data on purpose.",
        ]
        message.set_content("\n\n".join(line for line in lines if line))
        return message


def message_id(letter: Letter, address: str) -> str:
    """The same for every attempt, and another for everybody else, whoever joins or leaves the register meanwhile."""
    whose = hashlib.sha256(address.encode()).hexdigest()[:12]
    return f"<{letter.message_id}.{whose}@patency.invalid>"


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
