"""A pathway is its entries, folded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from shared.pathway.record import Entry, Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pathway:
    """Everything written down about one patient's pathway, in order.

    Stages read it through `latest` and `every`; they keep no second copy of anything, so a correction can never
    leave a stale one behind. `version` is the number of entries.
    """

    id: str
    trust: str
    nation: str = "england"
    entries: tuple[Entry, ...] = ()
    _by_kind: dict[str, tuple[Entry, ...]] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[tuple[str | int, ...], tuple[object, object]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def version(self) -> int:
        return len(self.entries)

    def every(self, kind: type[Record]) -> tuple[Entry, ...]:
        """All entries of one kind, oldest first."""
        return self._by_kind.get(kind.kind, ())

    def latest(self, kind: type[Record]) -> Entry | None:
        """The newest entry of one kind, which supersedes the older ones; None when there is none."""
        found = self._by_kind.get(kind.kind)
        return found[-1] if found else None

    def record(self, kind: type[R]) -> R | None:
        """The newest record of one kind, typed."""
        entry = self.latest(kind)
        if entry is None:
            return None
        assert isinstance(entry.record, kind)  # noqa: S101 -- entries are filed by their own kind
        return entry.record

    def with_entry(self, entry: Entry) -> "Pathway":
        """The pathway after one more entry. Refuses an entry out of order: that would be a damaged ledger."""
        if entry.seq != self.version + 1:
            raise ValueError(f"entry {entry.seq} cannot follow version {self.version}")
        filed = self._by_kind | {entry.kind: (*self.every(type(entry.record)), entry)}
        return replace(self, entries=(*self.entries, entry), _by_kind=filed, _found={})

    def once(self, question: tuple[str | int, ...], under: object, find: Callable[[], T]) -> T:
        """The answer to a question that these entries alone decide `under` one policy: found out once.

        Entries never change, so neither does the answer; the pathway after the next entry starts with none, and
        another policy asks anew.
        """
        known = self._found.get(question)
        if known is None or known[0] is not under:
            known = self._found[question] = (under, find())
        return cast("T", known[1])


def fold(start: Pathway, entries: Iterable[Entry]) -> Pathway:
    """The state after `entries`, from a pathway that has none of them yet."""
    pathway = start
    for entry in entries:
        pathway = pathway.with_entry(entry)
    return pathway
