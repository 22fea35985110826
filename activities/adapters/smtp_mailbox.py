"""Governance notices by SMTP. A notice names nobody: it carries the pathway's opaque id and a link behind sign-in."""

import logging
from email.message import EmailMessage
from email.utils import format_datetime, localtime

import aiosmtplib
from opentelemetry.trace import SpanKind

from activities.ports import Letter, OutsideRefused, OutsideUnavailable
from shared.wiring import telemetry
from shared.wiring.settings import WorkerSettings

log = logging.getLogger(__name__)

WITHIN_S = 10.0
ABOUT = {
    "mdt_offer": "The MDT has offered percutaneous mechanical thrombectomy under IPG651.",
    "emergency_start": "Percutaneous mechanical thrombectomy under IPG651 was started as an emergency.",
}
REASON = {
    "first": "",
    "bounced": "The notice could not be delivered to the person before you in line.",
    "undelivered": "No delivery of the first notice has been reported.",
    "reminder": "This notice has not been acknowledged yet.",
}


class SmtpMailbox:
    """The trust's mail server. Each address gets a message of its own with a Message-ID that never changes."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._server = settings.smtp
        self._sender = settings.mail_from
        self._site = settings.public_url

    async def post(self, letter: Letter) -> int:
        """Hand the letter over for each address; returns how many were taken.

        Raises OutsideUnavailable when the server is away or says "later", OutsideRefused when it took none.
        """
        taken = 0
        try:
            async with aiosmtplib.SMTP(hostname=self._server.host, port=self._server.port, timeout=WITHIN_S) as smtp:
                for number, address in enumerate(letter.addresses, start=1):
                    taken += await self._hand_over(smtp, self._message(letter, number, address))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise OutsideUnavailable(type(error).__name__) from None
        if not taken:
            raise OutsideRefused("no address was taken")
        return taken

    async def _hand_over(self, smtp: aiosmtplib.SMTP, message: EmailMessage) -> int:
        """1 if this address was taken, 0 if it was refused for good; other answers mean later."""
        with telemetry.within("send mail", kind=SpanKind.CLIENT):
            try:
                await smtp.send_message(message)
            except aiosmtplib.SMTPRecipientsRefused as error:
                if all(refused.code >= PERMANENT for refused in error.recipients):
                    log.warning("an address was refused by the mail server")
                    return 0
                raise
        return 1

    def _message(self, letter: Letter, number: int, address: str) -> EmailMessage:
        message = EmailMessage()
        message["Message-ID"] = f"<{letter.message_id}.{number}@patency.invalid>"
        message["From"] = self._sender
        message["To"] = address
        message["Date"] = format_datetime(localtime())
        message["Subject"] = "Clinical governance notice: thrombectomy pathway"
        message["X-Patency-Trust"] = letter.trust
        message["X-Patency-Pathway"] = letter.pathway_id
        message["X-Patency-Notice"] = letter.dispatch
        lines = [
            ABOUT[letter.about],
            REASON[letter.reason],
            "Evidence is limited in quality and quantity: IPG651 asks for special arrangements, or for research only.",
            f"Read and acknowledge it here: {self._site}/pathways/{letter.pathway_id}",
            "This message contains no patient data on purpose.",
        ]
        message.set_content("\n\n".join(line for line in lines if line))
        return message


PERMANENT = 500
"""SMTP answers from here on mean: never."""
