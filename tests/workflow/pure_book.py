"""A ledger of one pathway in memory, on the real clinical core: what workflow tests follow."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activities.adapters import moments
from activities.adapters.smtp_mailbox import message_id
from activities.ports import Letter, OutsideRefused, OutsideUnavailable, Receipt, Rejection, Submission
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand, Look, Order
from shared.contracts.registry_lists import Held
from shared.pathway.clock_marks import TimerFired
from shared.pathway.governance import NoticeSent, NoticeUnsendable
from shared.pathway.people import Role
from shared.pathway.record import Record
from shared.pathway.registry_entry import RegistryAccepted, RegistryRejected
from tests.patients import Case

News = Callable[[], Awaitable[None]]


@dataclass
class PureBook:
    """`case` moves with the environment's clock, plus the offset that put its story where it is."""

    case: Case
    clock: Callable[[], Awaitable[datetime]]
    addresses: tuple[str, ...] = ("lead@inbox.invalid",)
    tell: News | None = None
    looks: int = 0
    offset: timedelta | None = None

    async def catch_up(self) -> Case:
        """The case at the present moment of its own clock, with every timer that fell due fired."""
        now = await self.clock()
        if self.offset is None:
            self.offset = self.case.now - now
        self.case = self.case.until(max(now + self.offset, self.case.now))
        return self.case

    async def write(self, record: Record, errand: Errand | None = None) -> None:
        """Somebody writes something down: kept if it is new, and the workflow hears of it unless it looks by itself."""
        case = await self.catch_up()
        if not any(entry.record == record for entry in case.pathway.entries):
            self.case = case.writes(record)
        if self.tell is not None and not (errand and errand.looked_after):
            await self.tell()

    def has(self, ref: PathwayRef) -> bool:
        """Whether this is the book's one pathway, asked for by its own trust."""
        return (ref.pathway_id, ref.trust) == (self.case.pathway.id, self.case.pathway.trust)

    async def look(self, order: Order) -> Look | None:
        self.looks += 1
        return moments.seen((await self.catch_up()).moment, order.filter) if self.has(order.ref) else None

    async def letter(self, errand: Errand) -> Letter | None:
        case = await self.catch_up()
        if not self.has(errand.ref) or moments.addressee(case.moment, errand.key) is None:
            return None
        return moments.letter(case.moment, errand.key, self.addresses)

    async def note_sent(self, errand: Errand, recipients: int, to: str = "") -> None:
        role = Role(to) if to else moments.sent_to((await self.catch_up()).moment, errand.key)
        if role is not None:
            await self.write(NoticeSent(dispatch=errand.key, to=role, recipients=recipients), errand)

    async def note_unsendable(self, errand: Errand, cause: str) -> None:
        if cause == "no_recipient":
            await self.write(NoticeUnsendable(dispatch=errand.key, cause="no_recipient"), errand)
        else:
            await self.write(NoticeUnsendable(dispatch=errand.key, cause="refused"), errand)

    async def submission(self, errand: Errand) -> Submission | None:
        moment = (await self.catch_up()).moment
        return moments.submission(moment, errand.key) if self.has(errand.ref) else None

    async def note_accepted(self, submission: Submission, errand: Errand, receipt: Receipt) -> None:
        about = submission.procedure_id, submission.dataset_version
        accepted = RegistryAccepted(procedure_id=about[0], dataset_version=about[1], receipt=receipt.number)
        await self.write(accepted, errand)

    async def note_rejected(self, submission: Submission, errand: Errand, rejection: Rejection) -> None:
        about = submission.procedure_id, submission.dataset_version
        rejected = RegistryRejected(procedure_id=about[0], dataset_version=about[1], code=rejection.code)
        await self.write(rejected, errand)

    def fired(self) -> list[str]:
        """The rungs that fired, in order, as `T-GOV/undelivered`."""
        marks = [entry.record for entry in self.case.pathway.entries if entry.kind == "timer_fired"]
        return [f"{mark.timer}/{mark.rung}" for mark in marks if isinstance(mark, TimerFired)]


@dataclass
class FakeMailbox:
    """Takes every letter, or is down, or puts an address off, or refuses one for good."""

    down: bool = False
    putting_off: set[str] = field(default_factory=set)
    refusing: set[str] = field(default_factory=set)
    posted: list[Letter] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    """How often each message came, by the id that it bears."""
    attempts: int = 0

    async def post(self, letter: Letter) -> int:
        self.attempts += 1
        if self.down:
            raise OutsideUnavailable("down")
        able = [each for each in letter.addresses if each not in self.putting_off | self.refusing]
        self.taken.update(message_id(letter, each) for each in able)
        if self.putting_off.intersection(letter.addresses):
            raise OutsideUnavailable("an address was put off")
        if not able:
            raise OutsideRefused("no address was taken")
        self.posted.append(letter)
        return len(able)


@dataclass
class FakeRegistry:
    """Accepts every entry under its key, or has not decided for the first `undecided` times, or is down or strict."""

    undecided: int = 0
    down: bool = False
    rejecting: bool = False
    entries: dict[str, Submission] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)

    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        if self.down:
            raise OutsideUnavailable("down")
        known = self.entries.setdefault(submission.key, submission)
        if known.body != submission.body:
            return Rejection("other_body_for_this_key")
        if self.undecided:
            self.undecided -= 1
            return None
        if self.rejecting:
            return Rejection("rejected_by_registry")
        return self.receipts.setdefault(submission.key, Receipt(f"SIM-{len(self.receipts) + 1}"))

    async def held(self, trust: str) -> tuple[Held, ...]:
        if self.down:
            raise OutsideUnavailable("down")
        kept = (self.entries[key] for key in sorted(self.entries))
        return tuple(self._held(each) for each in kept if each.body["trust"] == trust)

    def _held(self, each: Submission) -> Held:
        receipt = self.receipts.get(each.key)
        state = "accepted" if receipt else "rejected" if self.rejecting else "received"
        return Held(each.key, each.procedure_id, each.dataset_version, state, receipt.number if receipt else None)


@dataclass
class FakeSendings:
    """What was handed over, by key."""

    noted: Counter[str] = field(default_factory=Counter)

    async def note(self, errand: Errand) -> None:
        self.noted[errand.key] += 1
