"""A case file: the rows of one pathway with what proves them, spelled so that a stand-alone command can check it.

The proof is pieces of the trust's chain, each from one signed anchor to another: the rows of this pathway in full,
others as a hash that says nothing. Anchors are a minute apart, so a piece is as long as that minute, and not as the
years: that is why there is no tree of hashes here. The pathway's own rows are counted in the chain, so that one left
out leaves a gap; the last of them says that this file was made. deploy/evidence/verify_case_file.py checks it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.evidence.anchors import Anchor
from shared.evidence.canonical import Pair, canonical_json, leaf, origin
from shared.evidence.keys import Signing

FORMAT = "patency-case-file/1"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain. `said` is the row, for a row that is shown; None for any other."""

    number: int
    of_pathway: int | None
    sealed_at: str
    row_hash: bytes
    link: bytes
    said: tuple[Pair, ...] | None = None

    @property
    def leaf(self) -> bytes:
        return leaf(self.row_hash, self.number, self.of_pathway, self.sealed_at)


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers behind `after` up to `last`, and what vouches for both ends: anchors, the chain's origin or head."""

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The links of a span, with the link before them."""

    after: int
    before: bytes
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a case file needs of the chain: pieces, the anchors at their ends and inside, where the chain stood."""

    pieces: tuple[Piece, ...]
    anchors: tuple[Anchor, ...]
    head_number: int
    head_link: bytes
    rows: int

    def shown(self) -> Iterator[Link]:
        """The rows that are shown, in the order in which they were sealed."""
        return (each for piece in self.pieces for each in piece.links if each.said is not None)


def spans(numbers: Iterable[int], anchored: Sequence[int], head: int) -> tuple[Span, ...]:
    """The pieces of the chain that hold these numbers, each from anchor to anchor; neighbours are one piece."""
    found: list[Span] = []
    for number in sorted(numbers):
        if found and number <= found[-1].last:
            continue
        after = max((count for count in anchored if count < number), default=0)
        last = min((count for count in anchored if count >= number), default=head)
        if found and found[-1].last >= after:
            found[-1] = Span(found[-1].after, last)
        else:
            found.append(Span(after, last))
    return tuple(found)


def link_before(trust: str, after: int, kept: bytes | None) -> bytes:
    """The link that a piece begins behind."""
    if after == 0:
        return origin(trust)
    assert kept is not None  # noqa: S101 -- an anchored number has its link, or the chain was cut
    return kept


def written(about: Mapping[str, Any], told: Mapping[str, Any], proof: Proof, pdf: bytes, key: Signing) -> bytes:
    """The case file's bytes: canonical JSON and a newline. `about` names trust and pathway, `told` is for readers."""
    sections: dict[str, Any] = {
        "about": {"format": FORMAT, **about},
        "told": dict(told),
        "chain": {
            "head": {"number": proof.head_number, "link": proof.head_link.hex()},
            "rows": proof.rows,
            "anchors": [each.statement() for each in proof.anchors],
            "pieces": [_piece(each) for each in proof.pieces],
        },
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
    }
    hashes = {name: hashlib.sha256(canonical_json(section)).hexdigest() for name, section in sections.items()}
    said = {"key": key.public.name, "sections": hashes}
    return canonical_json(sections | {"signature": said | {"signature": key.sign(canonical_json(said))}}) + b"\n"


def _piece(piece: Piece) -> dict[str, Any]:
    return {"after": piece.after, "link": piece.before.hex(), "links": [_link(each) for each in piece.links]}


def _link(each: Link) -> str | dict[str, Any]:
    if each.said is None:
        return each.leaf.hex()
    (_, source), *columns = each.said
    return {
        "source": source,
        "of_pathway": each.of_pathway,
        "sealed_at": each.sealed_at,
        "columns": dict(columns),
        "link": each.link.hex(),
    }
