"""What activities need of the world, as Protocols: the book of pathways, a mailbox, a registry.

Only plain types here, so that a workflow may import the real, typed activities without asyncpg or HTTP behind them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from shared.contracts.looks import Errand, Look, Order
from shared.contracts.registry_lists import Held


class Channel(StrEnum):
    """The ways out of the house. The governance desk's own inbox shows every notice besides."""

    SMTP = "smtp"
    NOTIFY = "govuk_notify"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Letter:
    """A governance notice to be sent: to whom, about which pathway ("" for one about the trust itself).

    No patient data: the pathway's id is opaque. `channels` names the way to each address (Channel), in their order;
    without it all go by mail. `lines` are what a digest counts, `to` is the role that a dispatch is meant for.
    """

    message_id: str
    pathway_id: str
    trust: str
    dispatch: str
    about: str
    reason: str
    addresses: tuple[str, ...]
    channels: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    to: str = ""

    def going_by(self, channel: str) -> "Letter":
        """The same letter for those addresses alone that are reached this way."""
        ways = self.channels or (Channel.SMTP,) * len(self.addresses)
        whose = tuple(each for each, way in zip(self.addresses, ways, strict=True) if way == channel)
        return replace(self, addresses=whose, channels=(channel,) * len(whose))


@dataclass(frozen=True, slots=True)
class Submission:
    """A registry entry: `key` is procedure id + dataset version, the same for every attempt."""

    key: str
    procedure_id: str
    dataset_version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    number: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """The registry will not take this dataset, and says why by a code: work for a person."""

    code: str


class OutsideUnavailable(Exception):  # noqa: N818 -- named for what happened
    """The same call may succeed later with nothing changed: it is tried again."""


class OutsideRefused(Exception):  # noqa: N818 -- named for what happened
    """The other side will never take this as it is: somebody or something has to change."""


class Mailbox(Protocol):
    """A way to tell a trust's governance: its mail server, GOV.UK Notify, a system of the trust's own."""

    async def post(self, letter: Letter) -> int:
        """Hand the letter over, once for each address; returns how many addresses were taken.

        Raises OutsideUnavailable when it may work later, OutsideRefused when no address was taken.
        """
        ...


class VenousRegistry(Protocol):
    """A registry that answers with a receipt. The one shipped is simulated."""

    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        """Enter it, or learn what became of it; None while the registry has not decided.

        Idempotent on the submission's key. Raises OutsideUnavailable when the outcome is unknown.
        """
        ...

    async def held(self, trust: str) -> tuple[Held, ...]:
        """Everything the registry has of this trust, decided or not. Raises OutsideUnavailable."""
        ...


class Book(Protocol):
    """The ledger, as activities see it. Every call names the pathway by an errand or an order."""

    async def look(self, order: Order) -> Look | None:
        """Let everything that fell due fire, then say how the pathway stands; None if it does not exist."""
        ...

    async def letter(self, errand: Errand) -> Letter | None:
        """The letter to write now; None when this dispatch is not owed any more."""
        ...

    async def note_sent(self, errand: Errand, recipients: int, to: str = "") -> None:
        """`to` is the role, as the letter said it; without it the role that the dispatch is meant for now."""
        ...

    async def note_unsendable(self, errand: Errand, cause: str) -> None: ...

    async def submission(self, errand: Errand) -> Submission | None:
        """The entry to submit now; None when it is not owed any more."""
        ...

    async def note_accepted(self, submission: Submission, errand: Errand, receipt: Receipt) -> None: ...

    async def note_rejected(self, submission: Submission, errand: Errand, rejection: Rejection) -> None: ...
