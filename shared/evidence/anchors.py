"""Anchors: signed statements of how far a trust's chain had come and what its newest link was, each naming the last.

They stand in a file outside the database and in the weekly digest, so that a chain that was sealed anew, cut or put
back to an older copy disagrees with something that whoever rules the database cannot rewrite.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.evidence.canonical import canonical_json
from shared.evidence.keys import Signing, Verifying

FIRST = "0" * 64
"""What the first statement of a trust says came before it."""

_HASH = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_LINE = "patency-anchor"
_FIELDS = ("kind", "trust", "count", "head", "at", "previous", "key")
_PARTS = len(_FIELDS) + 2  # in short: the name in front, and the signature

Kind = Literal["anchor", "restored"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was signed. `restored`: from `count` on the chain is another one, since a backup was put back."""

    kind: str
    trust: str
    count: int
    head: str  # the link at `count`, hex
    at: str
    previous: str  # the SHA-256 of the statement before, as written
    key: str
    signature: str = field(repr=False)

    def said(self) -> bytes:
        """The bytes the signature is on."""
        return canonical_json({name: getattr(self, name) for name in _FIELDS})

    def statement(self) -> str:
        """The whole of it as one line of JSON."""
        written = {name: getattr(self, name) for name in (*_FIELDS, "signature")}
        return canonical_json(written).decode("ascii")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.statement().encode("ascii")).hexdigest()

    def holds(self, key: Verifying) -> bool:
        return self.key == key.name and key.signed(self.said(), self.signature)

    def in_short(self) -> str:
        """The same on one line of a mail: everything that is needed to check it."""
        return " ".join((_LINE, *(str(getattr(self, name)) for name in _FIELDS), self.signature))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an anchor is about to say."""

    trust: str
    count: int
    head: bytes
    at: str
    previous: Anchor | None
    kind: Kind = "anchor"


def signed(said: Said, key: Signing) -> Anchor:
    before = said.previous.sha256 if said.previous else FIRST
    told = (said.kind, said.trust, said.count, said.head.hex(), said.at, before, key.public.name)
    return Anchor(*told, signature=key.sign(Anchor(*told, signature="").said()))


def read(line: str) -> Anchor | None:
    """The statement of this line of JSON, whoever signed it; None for what is no statement in its one spelling."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    anchor = _of(found) if isinstance(found, dict) else None
    return anchor if anchor is not None and anchor.statement() == line else None


def read_short(line: str) -> Anchor | None:
    """The statement of a line of a mail; None for what is none."""
    parts = line.split()
    if len(parts) != _PARTS or parts[0] != _LINE or not parts[3].isdecimal():
        return None
    found: dict[str, Any] = dict(zip((*_FIELDS, "signature"), parts[1:], strict=True))
    return _of(found | {"count": int(parts[3])})


def _of(found: dict[str, Any]) -> Anchor | None:
    if set(found) != {*_FIELDS, "signature"} or type(found["count"]) is not int:
        return None
    texts = {name: value for name, value in found.items() if name != "count"}
    if not all(isinstance(value, str) and value.isascii() for value in texts.values()):
        return None
    fits = found["kind"] in {"anchor", "restored"} and _HASH.fullmatch(found["head"]) and found["count"] >= 0
    return Anchor(**found) if fits and _HASH.fullmatch(found["previous"]) and _INSTANT.fullmatch(found["at"]) else None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be believed: `damaged`, `forged`, or `out_of_line` when the one before it is another."""

    kind: Literal["damaged", "forged", "out_of_line"]
    line: int


@dataclass(frozen=True, slots=True)
class Believed:
    """The statements of one file that the key signed, in order, and the lines that are wrong."""

    anchors: tuple[Anchor, ...]
    faults: tuple[Fault, ...]

    def standing(self) -> tuple[Anchor, ...]:
        """Those the chain must agree with: a restore ends the ones beyond it."""
        found: list[Anchor] = []
        for each in self.anchors:
            if each.kind == "restored":
                found = [earlier for earlier in found if earlier.count <= each.count]
            found.append(each)
        return tuple(found)


def believed(lines: Iterable[str], key: Verifying, trust: str) -> Believed:
    """Reads a trust's file. A statement that is forged, or another trust's, counts for nothing."""
    anchors: list[Anchor] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        anchor = read(line)
        if anchor is None:
            faults.append(Fault("damaged", number))
        elif anchor.trust != trust or not anchor.holds(key):
            faults.append(Fault("forged", number))
        else:
            if anchor.previous != (anchors[-1].sha256 if anchors else FIRST):
                faults.append(Fault("out_of_line", number))
            anchors.append(anchor)
    return Believed(tuple(anchors), tuple(faults))
