"""The letters of the training inbox on disk, and what is to be reported of them. Taken means written down."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from enum import StrEnum
from pathlib import Path

from deploy.local.outside import durably
from deploy.local.people import MAIN_TRUST, trusts


class Outcome(StrEnum):
    """What became of a letter, as the trust's mail system reports it."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"


HELD = "held"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter by its Message-ID; a repeated one counts up `deliveries` and is not another letter."""

    message_id: str
    to: tuple[str, ...]
    subject: str
    at: str
    pathway_ref: str
    notice: str
    trust: str
    deliveries: int = 1
    reported: str = ""  # the outcome reported, or "refused" when the desk would not have it

    @property
    def bounces(self) -> bool:
        return any(address.lower().startswith("bounce") for address in self.to)

    @property
    def key(self) -> str:
        return _key(self.message_id)


@dataclass(slots=True)
class Mailroom:
    """Keeps letters and the standing orders (hold, deliver, bounce) per pathway in one folder."""

    folder: Path
    letters: dict[str, Letter] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, folder: Path) -> "Mailroom":
        folder.mkdir(parents=True, exist_ok=True)
        room = cls(folder)
        for sidecar in sorted(folder.glob("*.json")):
            written = json.loads(sidecar.read_text(encoding="utf-8"))
            letter = Letter(**{**written, "to": tuple(written["to"])})
            room.letters[letter.key] = letter
        if room._orders_file.exists():
            room.orders = json.loads(room._orders_file.read_text(encoding="utf-8"))
        return room

    def keep(self, raw: bytes, recipients: Sequence[str]) -> Letter:
        """Writes the letter down. The same Message-ID again is the same letter, delivered once more."""
        letter = _read(raw, recipients)
        known = self.letters.get(letter.key)
        if known is None:
            durably.write(self.folder / f"{letter.key}.eml", raw)
            return self._note(letter)
        return self._note(replace(known, deliveries=known.deliveries + 1))

    def text(self, key: str) -> bytes | None:
        """The letter as it came in; None if there is no such letter."""
        return (self.folder / f"{key}.eml").read_bytes() if key in self.letters else None

    def report_done(self, letter: Letter, said: str) -> None:
        """Notes that the desk has been told, or would not hear it."""
        now = self.letters[letter.key]  # it may have been delivered once more while the desk was asked
        self._note(replace(now, reported=said))

    def hold(self, pathway: str) -> None:
        """From now on nothing is reported of letters of this pathway."""
        self._order(pathway, HELD)

    def release(self, pathway: str, outcome: Outcome) -> int:
        """Lets reports go out with this outcome, now and later; returns how many letters had been waiting."""
        waiting = sum(letter.pathway_ref == pathway and not letter.reported for letter in self.letters.values())
        self._order(pathway, outcome)
        return waiting

    def outcome_of(self, letter: Letter) -> Outcome | None:
        """What to report of this letter; None while it is held, or if it concerns no pathway."""
        order = self.orders.get(letter.pathway_ref, Outcome.DELIVERED)
        if order == HELD or not letter.pathway_ref or not letter.notice:
            return None
        return Outcome.BOUNCED if letter.bounces else Outcome(order)

    def unreported(self) -> list[tuple[Letter, Outcome]]:
        """The letters a desk is still to be told of, with what it is to be told."""
        waiting = [letter for letter in self.letters.values() if not letter.reported]
        return [(letter, outcome) for letter in waiting if (outcome := self.outcome_of(letter))]

    @property
    def _orders_file(self) -> Path:
        return self.folder / "orders"

    def _order(self, pathway: str, order: str) -> None:
        self.orders = {**self.orders, pathway: order}
        durably.write(self._orders_file, json.dumps(self.orders).encode())

    def _note(self, letter: Letter) -> Letter:
        durably.write(self.folder / f"{letter.key}.json", json.dumps(asdict(letter)).encode())
        self.letters[letter.key] = letter
        return letter


def _key(message_id: str) -> str:
    return hashlib.sha256(message_id.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _read(raw: bytes, recipients: Sequence[str]) -> Letter:
    mail = message_from_bytes(raw, policy=default)
    written = {name: str(mail[name] or "").strip() for name in ("Message-ID", "Subject")}
    patency = {name: str(mail[f"X-Patency-{name}"] or "").strip() for name in ("Pathway", "Notice", "Trust")}
    return Letter(
        message_id=written["Message-ID"] or f"<{hashlib.sha256(raw).hexdigest()}@without-id.invalid>",
        to=tuple(recipients),
        subject=written["Subject"],
        at=datetime.now(UTC).isoformat(),
        pathway_ref=patency["Pathway"],
        notice=patency["Notice"],
        trust=patency["Trust"] or _trust_of(recipients),
    )


def _trust_of(recipients: Sequence[str]) -> str:
    """The training trust whose code is a part of a recipient's domain, as in governance@rxx.example."""
    labels = {label.upper() for address in recipients for label in address.rpartition("@")[2].split(".")}
    return next((code for code in trusts() if code in labels), MAIN_TRUST)
