"""What a restored record and the world around it disagree about. Pure: four sides go in, every difference comes out.

A record restored to noon does not know what was written after noon; Temporal, the mailbox and the registry do. Each
difference is one of three: mended by us, healed by itself, or for a person, and then procedures are blocked in that
trust until somebody has looked (IPG651 1.2, 1.3; hazard: a procedure, or a filter inside, that nobody knows of).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What differs."""

    MISSING = "the engine does not follow this open pathway"
    UNKNOWN_PATHWAY = "the engine follows a pathway that the record does not have"
    FURTHER_ON = "the engine has seen later entries than the record has"
    UNKNOWN_FILTER = "the engine follows a filter that the record does not have"
    NOTICE_SENT = "a governance notice went out that the record holds for unsent"
    UNKNOWN_NOTICE = "a governance notice went out about something that the record does not have"
    RECEIPT = "the registry has an entry whose receipt the record does not have"
    UNKNOWN_PROCEDURE = "the registry has a procedure that the record does not have"


class Remedy(StrEnum):
    """What becomes of it."""

    MENDED = "mended"  # by `reconcile`
    HEALS = "heals"  # the same key is submitted again, and answered with the same receipt
    PERSON = "for a person"  # what was written is lost: it has to be written again; procedures wait


REMEDY: dict[Kind, Remedy] = {
    Kind.MISSING: Remedy.MENDED,
    Kind.NOTICE_SENT: Remedy.MENDED,
    Kind.RECEIPT: Remedy.HEALS,
    Kind.UNKNOWN_PATHWAY: Remedy.PERSON,
    Kind.FURTHER_ON: Remedy.PERSON,
    Kind.UNKNOWN_FILTER: Remedy.PERSON,
    Kind.UNKNOWN_NOTICE: Remedy.PERSON,
    Kind.UNKNOWN_PROCEDURE: Remedy.PERSON,
}

NOWHERE = ""
"""The trust of what nobody can place: then every trust is blocked."""


@dataclass(frozen=True, slots=True)
class Written:
    """One pathway of the record. `notices` by dispatch: whether it counts as sent. `receipts` are registry keys."""

    trust: str
    version: int
    open: bool
    notices: Mapping[str, bool] = field(default_factory=dict)
    receipts: frozenset[str] = frozenset()
    procedures: int = 0
    filters: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Followed:
    """One pathway of the engine: the newest version at which it looked, 0 when no history tells."""

    trust: str
    running: bool
    seen: int
    filters: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Posted:
    """One message that a mail system has accepted."""

    pathway: str
    dispatch: str
    trust: str = NOWHERE


@dataclass(frozen=True, slots=True)
class Sides:
    """The restored record, and everybody who heard from it before it was lost. `entered` are keys in the registry."""

    record: Mapping[str, Written]
    engine: Mapping[str, Followed]
    mail: frozenset[Posted]
    entered: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One disagreement about one pathway; `about` is a version, a filter, a dispatch or a registry key."""

    kind: Kind
    pathway: str
    trust: str
    about: str = ""

    @property
    def remedy(self) -> Remedy:
        return REMEDY[self.kind]


def differences(sides: Sides) -> tuple[Difference, ...]:
    """Every one, in a stable order. None: the record can be worked with as it is."""
    return tuple(sorted({*_engine(sides), *_mail(sides), *_registry(sides)}))


def _engine(sides: Sides) -> Iterator[Difference]:
    for pathway, followed in sides.engine.items():
        written = sides.record.get(pathway)
        if written is None:
            yield Difference(Kind.UNKNOWN_PATHWAY, pathway, followed.trust)
            continue
        if followed.seen > written.version:
            about = f"seen {followed.seen}, written {written.version}"
            yield Difference(Kind.FURTHER_ON, pathway, written.trust, about)
        for number in sorted(followed.filters - written.filters):
            yield Difference(Kind.UNKNOWN_FILTER, pathway, written.trust, str(number))
    for pathway, written in sides.record.items():
        followed_now = sides.engine.get(pathway)
        if written.open and (followed_now is None or not followed_now.running):
            yield Difference(Kind.MISSING, pathway, written.trust)


def _mail(sides: Sides) -> Iterator[Difference]:
    for posted in sides.mail:
        written = sides.record.get(posted.pathway)
        sent = None if written is None else written.notices.get(posted.dispatch)
        trust = written.trust if written else _trust_of(sides, posted.pathway) or posted.trust
        if sent is None:
            yield Difference(Kind.UNKNOWN_NOTICE, posted.pathway, trust, posted.dispatch)
        elif not sent:
            yield Difference(Kind.NOTICE_SENT, posted.pathway, trust, posted.dispatch)


def _registry(sides: Sides) -> Iterator[Difference]:
    for key in sides.entered:
        pathway, number = procedure_of(key)
        written = sides.record.get(pathway)
        if written is None or number > written.procedures:
            trust = written.trust if written else _trust_of(sides, pathway)
            yield Difference(Kind.UNKNOWN_PROCEDURE, pathway, trust, key)
        elif key not in written.receipts:
            yield Difference(Kind.RECEIPT, pathway, written.trust, key)


def _trust_of(sides: Sides, pathway: str) -> str:
    followed = sides.engine.get(pathway)
    return followed.trust if followed else NOWHERE


def procedure_of(key: str) -> tuple[str, int]:
    """The pathway and the number of the procedure in a registry key, `<pathway>.<number>.v<version>`."""
    pathway, number, _version = key.rsplit(".", 2)
    return pathway, int(number)


def to_block(found: tuple[Difference, ...], every: frozenset[str]) -> frozenset[str]:
    """The trusts in which no procedure may start until somebody has looked: `every` when one cannot be placed."""
    trusts = {each.trust for each in found if each.remedy == Remedy.PERSON}
    return every if NOWHERE in trusts else frozenset(trusts)
