"""How a row is spelled, hashed and linked: the same as in PostgreSQL (migration 0025), written down a second time.

Whoever verifies uses this spelling and not the database's functions, which its superuser could replace.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

Pair = tuple[str, str | None]

AUDIT = ("id", "at", "trust", "person", "role", "action", "pathway_id", "kind", "detail")
ENTRY = ("pathway_id", "seq", "trust", "kind", "at", "recorded_at", "by_person", "by_role", "record", "facts")
COLUMNS = {"audit": AUDIT, "entry": ENTRY, "event": ("trust", "event")}
"""Every column of the tables that are sealed, in the order in which it is spelled."""


def instant(at: datetime) -> str:
    """UTC with microseconds, such as 2026-03-09T09:30:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_text(pairs: Iterable[Pair]) -> str:
    """Each column as name=octets:value, an absent value as name=-; two different rows never read the same."""
    return "\n".join(f"{name}={_spelled(value)}" for name, value in pairs)


def _spelled(value: str | None) -> str:
    return "-" if value is None else f"{len(value.encode('utf-8'))}:{value}"


def pairs_of(source: str, values: Sequence[str | None]) -> tuple[Pair, ...]:
    """The row of a table of `COLUMNS` as it is spelled, its name first. Raises ValueError for too many or too few."""
    return (("table", source), *zip(COLUMNS[source], values, strict=True))


def row_hash(pairs: Iterable[Pair]) -> bytes:
    return hashlib.sha256(row_text(pairs).encode("utf-8")).digest()


def origin(trust: str) -> bytes:
    """Where the chain of a trust begins."""
    return hashlib.sha256(f"patency seals of {trust}".encode()).digest()


def leaf(of_row: bytes, number: int, of_pathway: int | None, sealed_at: str) -> bytes:
    """One row with its place: its hash, its number, its count within its pathway, when it was sealed."""
    place = f"{number}|{'-' if of_pathway is None else of_pathway}|{sealed_at}"
    return hashlib.sha256(of_row + place.encode("ascii")).digest()


def link(before: bytes, of_leaf: bytes) -> bytes:
    return hashlib.sha256(before + of_leaf).digest()


def canonical_json(value: Any) -> bytes:
    """The one spelling of a JSON value: keys sorted, no spaces, UTF-8. What is signed is spelled like this."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")
