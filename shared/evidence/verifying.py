"""What is wrong with the chain of a trust: each row against its seal, each seal against the last, all against anchors.

Pure: it is given rows, seals and anchors as they were found, and believes the signatures alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.evidence.anchors import Anchor, Believed
from shared.evidence.canonical import Pair, instant, leaf, link, origin, row_hash

GRACE = timedelta(minutes=2)
"""A row may be sealed after a later one if their transactions overlapped. None of ours can last so long."""


class Kind(StrEnum):
    """What was found."""

    EDITED = "edited"  # the row is not what was sealed
    DELETED = "deleted"  # the row is gone, its seal is there
    INSERTED = "inserted"  # the row claims a time at which it was not there
    RELINKED = "relinked"  # a seal was changed, moved or taken out
    RESEALED = "resealed"  # the chain fits itself and not an anchor
    TAIL_GONE = "tail_gone"  # the chain ends before an anchor's count
    ALL_GONE = "all_gone"  # no chain where an anchor says that there was one
    OLDER_COPY = "older_copy"  # the same, and the anchors kept in the database end as early: a backup was put back
    ANCHOR_FORGED = "anchor_forged"
    ANCHOR_DAMAGED = "anchor_damaged"
    ANCHOR_GONE = "anchor_gone"  # the statement before is not the one that was signed as such
    COPY_FORGED = "copy_forged"  # an anchor kept in the database that nobody signed
    RESTORE_UNTOLD = "restore_untold"  # the chain does not continue with the restore that was signed


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at `row`: an audit id, an entry, a number of the chain, a line of the anchor file."""

    kind: Kind
    trust: str
    row: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """One seal, and the row it is about as that row is now (`said` None: it is gone)."""

    number: int
    row: str
    of_pathway: int | None
    sealed_at: datetime
    row_hash: bytes
    link: bytes
    said: tuple[Pair, ...] | None
    written_at: datetime | None
    pathway: str | None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Loose:
    """A row without a seal."""

    row: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """What is signed about a trust: its file, and the copies of it in the database (those that hold, and the rest)."""

    file: Believed
    copies: tuple[Anchor, ...] = ()
    forged_copies: tuple[str, ...] = ()

    def standing(self) -> tuple[Anchor, ...]:
        """The file's, and copies of lines that the file has lost at its end."""
        known = {each.sha256 for each in self.file.anchors}
        lost = (each for each in self.copies if each.sha256 not in known)
        restored = [each.at for each in self.file.anchors if each.kind == "restored"]
        later = (each for each in lost if not restored or each.at > max(restored))
        return (*self.file.standing(), *sorted(later, key=lambda each: each.count))


@dataclass(frozen=True, slots=True)
class Report:
    """`unsealed` are rows too young to be anything else; `reaches` is how far an anchor vouches."""

    trust: str
    findings: tuple[Finding, ...]
    sealed: int
    unsealed: int
    reaches: int


class ChainCheck:
    """Walks along one trust's chain: `see` each seal in the order of the numbers, then ask for the report."""

    def __init__(self, trust: str, anchored: Anchored) -> None:
        self._trust = trust
        self._anchored = anchored
        self._standing = anchored.standing()
        self._wanted: dict[int, list[Anchor]] = {}
        for each in self._standing:
            self._wanted.setdefault(each.count, []).append(each)
        self._found: list[Finding] = []
        self._number = 0
        self._before = origin(trust)
        self._agreed = 0
        self._resealed = False
        self._newest: datetime | None = None
        self._passed = ""
        self._pathways: dict[str, int] = {}

    def see(self, sealed: Sealed) -> None:
        """One seal: its place, its row, its link, and the anchors that stand at it."""
        if sealed.number != self._number + 1:
            self._tell(Kind.RELINKED, f"number {self._number + 1}")
        self._number = sealed.number
        self._row_fits(sealed)
        of_leaf = leaf(sealed.row_hash, sealed.number, sealed.of_pathway, instant(sealed.sealed_at))
        if link(self._before, of_leaf) != sealed.link or not self._counted(sealed):
            self._tell(Kind.RELINKED, f"number {sealed.number} ({sealed.row})")
        self._before = sealed.link
        self._told_of_restore(sealed)
        for each in self._wanted.get(sealed.number, ()):
            self._agrees(each)

    def report(self, loose: Iterable[Loose]) -> Report:
        """Everything that is wrong; `loose` are the rows that have no seal."""
        faults = (*self._ends_early(), *_anchor_faults(self._trust, self._anchored))
        self._found.extend(faults)
        unsealed = self._count_young(loose)
        return Report(self._trust, tuple(self._found), self._number, unsealed, self._agreed)

    def _tell(self, kind: Kind, row: str) -> None:
        self._found.append(Finding(kind, self._trust, row))

    def _row_fits(self, sealed: Sealed) -> None:
        if sealed.said is None:
            self._tell(Kind.DELETED, sealed.row)
            return
        if row_hash(sealed.said) != sealed.row_hash:
            self._tell(Kind.EDITED, sealed.row)
        if sealed.written_at is not None:
            self._was_there(sealed.row, sealed.written_at)

    def _was_there(self, row: str, at: datetime) -> None:
        """Whether it can have been there when it says: rows that are later, and anchors, would have come after it."""
        newest = self._newest or at
        if at < newest - GRACE or instant(at + GRACE) < self._passed:
            self._tell(Kind.INSERTED, row)
        self._newest = max(newest, at)

    def _counted(self, sealed: Sealed) -> bool:
        """Whether it has the next number of its pathway."""
        if sealed.pathway is None:
            return sealed.of_pathway is None
        self._pathways[sealed.pathway] = self._pathways.get(sealed.pathway, 0) + 1
        return sealed.of_pathway == self._pathways[sealed.pathway]

    def _agrees(self, anchor: Anchor) -> None:
        self._passed = max(self._passed, anchor.at)
        if self._before.hex() == anchor.head:
            self._agreed = max(self._agreed, anchor.count)
        elif not self._resealed:  # all later ones disagree as well
            self._resealed = True
            self._tell(Kind.RESEALED, f"numbers {self._agreed + 1} to {anchor.count}")

    def _told_of_restore(self, sealed: Sealed) -> None:
        """What follows a signed restore is that statement, and no such statement stands anywhere else."""
        before = self._wanted.get(sealed.number - 1, ())
        expected = {each.statement() for each in before if each.kind == "restored"}
        told = {sealed.event} if sealed.event is not None else set()
        if told - expected or (expected and not told):
            self._tell(Kind.RESTORE_UNTOLD, f"number {sealed.number}")

    def _ends_early(self) -> Iterator[Finding]:
        beyond = max((each.count for each in self._standing), default=0)
        if beyond <= self._number:
            return
        kept = max((each.count for each in self._anchored.copies), default=0)
        cut = Kind.OLDER_COPY if kept <= self._number else Kind.TAIL_GONE
        # From the last link that an anchor vouches for: who cut the chain may have sealed its new end anew.
        gone = f"numbers {self._agreed + 1} to {beyond} (the chain ends at {self._number})"
        yield Finding(cut if self._number else Kind.ALL_GONE, self._trust, gone)

    def _count_young(self, loose: Iterable[Loose]) -> int:
        """Rows without a seal: what is older than the newest anchor, or than sealed rows, was not there in time."""
        anchored = max((each.at for each in self._standing), default="")
        young = 0
        for each in loose:
            claimed = each.written_at + GRACE
            if instant(claimed) < anchored or (self._newest is not None and claimed < self._newest):
                self._tell(Kind.INSERTED, each.row)
            else:
                young += 1
        return young


_OF_FAULT = {"forged": Kind.ANCHOR_FORGED, "damaged": Kind.ANCHOR_DAMAGED, "out_of_line": Kind.ANCHOR_GONE}


def _anchor_faults(trust: str, anchored: Anchored) -> Iterator[Finding]:
    for fault in anchored.file.faults:
        yield Finding(_OF_FAULT[fault.kind], trust, f"anchor line {fault.line}")
    known = {each.sha256 for each in anchored.file.anchors}
    for each in anchored.copies:
        if each.sha256 not in known:
            yield Finding(Kind.ANCHOR_GONE, trust, f"anchor of {each.at} at {each.count}")
    for sha256 in anchored.forged_copies:
        yield Finding(Kind.COPY_FORGED, trust, f"anchor copy {sha256}")
