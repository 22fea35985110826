"""The SMTP server of the training inbox, with the faults that tests ask for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.outside.mailroom import Mailroom

LONGEST_LETTER_BYTES = 1024 * 1024


class MailFault(StrEnum):
    """Ways in which a mail server fails its senders."""

    DOWN = "down"  # nobody listens
    BUSY = "451"  # try again later
    ACCEPT_THEN_CUT = "accept_then_cut"  # the letter is kept, but the sender never hears so


@dataclass(slots=True)
class Postman:
    """Takes letters on loopback and says 250 only when the mailroom has written them down."""

    mailroom: Mailroom
    port: int
    kept: Callable[[], None]
    fault: MailFault | None = None
    _server: asyncio.Server | None = None
    _sessions: set[SMTP] = field(default_factory=set)

    async def open(self) -> None:
        """Starts to listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Stops listening and hangs up on everyone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for session in tuple(self._sessions):
            _hang_up(session)
        self._sessions.clear()

    async def fail_with(self, fault: MailFault | None) -> None:
        """Fails in this way from now on; None works again."""
        self.fault = fault
        if fault is MailFault.DOWN:
            await self.close()
        elif self._server is None:
            await self.open()

    async def handle_MAIL(  # noqa: N802 -- the name aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers MAIL FROM."""
        if self.fault is MailFault.BUSY:
            return "451 4.3.2 Try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        """Keeps the letter, then answers."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode()
        self.mailroom.keep(raw, [str(address) for address in envelope.rcpt_tos])
        self.kept()
        if self.fault is MailFault.ACCEPT_THEN_CUT:
            _hang_up(server)
            raise ConnectionResetError("A fault that was asked for")
        return "250 OK"

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            hostname="training-inbox",
            data_size_limit=LONGEST_LETTER_BYTES,
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session


def _hang_up(session: SMTP) -> None:
    if isinstance(session.transport, asyncio.Transport):
        session.transport.abort()
