"""Post offices for the mailbox contract: one in memory, and the training inbox's own SMTP server, made fussy."""

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Protocol

from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from activities.adapters.smtp_mailbox import SmtpMailbox
from activities.ports import Letter, Mailbox
from deploy.local.outside.mailroom import Mailroom
from deploy.local.outside.postman import MailFault, Postman
from deploy.local.ports import free_ports
from shared.wiring.settings import Address, PostgresPlace, WorkerSettings
from tests.workflow.pure_book import FakeMailbox

SITE = "http://127.0.0.1:8000"


def letter(*addresses: str, pathway: str = "5d0f1f44-0000-4000-8000-000000000001") -> Letter:
    return Letter(
        message_id=f"n1-first.{pathway}",
        pathway_id=pathway,
        trust="RXX",
        dispatch="n1-first",
        about="mdt_offer",
        reason="first",
        addresses=addresses or ("lead@inbox.invalid",),
    )


class Office(Protocol):
    """A mailbox, what its receivers got, and the ways in which it can be difficult."""

    @property
    def mailbox(self) -> Mailbox: ...

    @property
    def repeats(self) -> bool:
        """Whether a letter handed over again arrives again, under the same id; else it is known and goes nowhere."""
        ...

    def at(self, address: str) -> str:
        """How this office writes an address of the register."""
        ...

    def received(self) -> Counter[str]:
        """How often each message came, by the id that it bears."""
        ...

    async def goes_down(self) -> None: ...

    async def works_again(self) -> None: ...

    def puts_off(self, address: str) -> None: ...

    def refuses(self, address: str) -> None: ...


@dataclass
class OfficeInMemory:
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    repeats: bool = True

    def at(self, address: str) -> str:
        return address

    def received(self) -> Counter[str]:
        return Counter(self.mailbox.taken)

    async def goes_down(self) -> None:
        self.mailbox.down = True

    async def works_again(self) -> None:
        self.mailbox.down = False
        self.mailbox.putting_off.clear()

    def puts_off(self, address: str) -> None:
        self.mailbox.putting_off.add(address)

    def refuses(self, address: str) -> None:
        self.mailbox.refusing.add(address)


@dataclass(slots=True)
class FussyPostman(Postman):
    """The training inbox's postman, who also answers as he is told for an address, a sender or any content."""

    answers: dict[str, str] = field(default_factory=dict)
    to_senders: str | None = None
    to_contents: str | None = None

    async def handle_RCPT(  # noqa: N802 -- the name aiosmtpd looks for
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @override
    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return self.to_senders or await Postman.handle_MAIL(self, _server, _session, envelope, address, options)

    @override
    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        return self.to_contents or await Postman.handle_DATA(self, server, _session, envelope)


@dataclass
class TrainingOffice:
    """SmtpMailbox speaking SMTP with the training inbox."""

    mailbox: SmtpMailbox
    postman: FussyPostman
    knocks: list[None]
    repeats: bool = True

    def at(self, address: str) -> str:
        return address

    @classmethod
    async def opened(cls, folder: Path) -> "TrainingOffice":
        port, knocks = free_ports().of("smtp"), list[None]()
        postman = FussyPostman(Mailroom.opened(folder / "inbox"), port, kept=lambda: knocks.append(None))
        await postman.open()
        return cls(SmtpMailbox(worker_settings(folder, port)), postman, knocks)

    def received(self) -> Counter[str]:
        return Counter({each.message_id: each.deliveries for each in self.postman.mailroom.letters.values()})

    def messages(self) -> list[EmailMessage]:
        """What came, as it came."""
        raw = (self.postman.mailroom.text(key.key) or b"" for key in self.postman.mailroom.letters.values())
        return [message_from_bytes(each, policy=default) for each in raw]

    async def goes_down(self) -> None:
        await self.postman.fail_with(MailFault.DOWN)

    async def works_again(self) -> None:
        self.postman.answers.clear()
        await self.postman.fail_with(None)

    def puts_off(self, address: str) -> None:
        self.postman.answers[address] = "450 4.2.1 Mailbox is busy"

    def refuses(self, address: str) -> None:
        self.postman.answers[address] = "550 5.1.1 No such mailbox"


def worker_settings(folder: Path, port: int) -> WorkerSettings:
    password = folder / "password"
    password.write_text("not asked for here", encoding="ascii")
    return WorkerSettings(
        env="training",
        database_password_file=password,
        postgres=PostgresPlace("127.0.0.1", 1, "none"),
        temporal=Address("127.0.0.1", 1),
        smtp=Address("127.0.0.1", port),
        registry_url="http://127.0.0.1:1",
        public_url=SITE,
    )
