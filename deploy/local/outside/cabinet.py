"""The simulated registry's entries in one SQLite file. Accepted means committed; one key is one entry."""

import hashlib
import json
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    body TEXT NOT NULL,
    pathway_ref TEXT NOT NULL,
    received_at TEXT NOT NULL,
    verdict TEXT NOT NULL,
    receipt TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0,
    deliveries INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS standing_order (pathway_ref TEXT PRIMARY KEY, verdict TEXT NOT NULL);
"""


class Verdict(StrEnum):
    """What the registry has made of an entry."""

    RECEIVED = "received"  # held: it will be decided later
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class OtherBodyError(Exception):
    """The key was used before, with another body."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry. `first_answer` is true when its receipt has not been given to anybody before."""

    key: str
    verdict: Verdict
    receipt: str
    received_at: str
    deliveries: int
    first_answer: bool


class Cabinet:
    """Keeps entries and the standing orders (hold, accept, reject) per pathway."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Autocommit: each transaction below says itself where it begins and ends.
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=wal")
        self._db.execute("PRAGMA synchronous=full")
        self._db.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def put(self, key: str, pathway_ref: str, body: dict[str, Any], verdict: Verdict | None = None) -> Kept:
        """Keeps the entry, or finds it again. Raises OtherBodyError if the key stands for another body.

        A new one is decided as the pathway's standing order says, or by `verdict`; what is decided stays so.
        """
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        row = (key, fingerprint, text, pathway_ref, datetime.now(UTC).isoformat())
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(
                "INSERT INTO entry (key, fingerprint, body, pathway_ref, received_at, verdict, receipt)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (*row, verdict or self._order(pathway_ref), f"SIM-{secrets.token_hex(6).upper()}"),
            )
            kept = self._counted(key, fingerprint)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return kept

    def find(self, key: str) -> Kept | None:
        """The entry by its key, without counting this as a delivery."""
        row = self._db.execute("SELECT * FROM entry WHERE key = ?", (key,)).fetchone()
        return _kept(row) if row else None

    def every(self) -> list[dict[str, Any]]:
        """All entries, oldest first, with the number of times each was delivered."""
        rows = self._db.execute("SELECT * FROM entry ORDER BY received_at")
        return [
            {**_shown(_kept(row)), "pathway_ref": row["pathway_ref"], "body": json.loads(row["body"])} for row in rows
        ]

    def of(self, trust: str, after: str, limit: int) -> list[dict[str, Any]]:
        """A page of one trust's entries by key: the key, which procedure and version, its state and its receipt."""
        rows = self._db.execute(
            "SELECT * FROM entry WHERE body ->> '$.trust' = ? AND key > ? ORDER BY key LIMIT ?", (trust, after, limit)
        )
        return [_listed(_kept(row), json.loads(row["body"])) for row in rows]

    def hold(self, pathway_ref: str) -> None:
        """Entries of this pathway are only received from now on; those decided stay decided."""
        self._set_order(pathway_ref, Verdict.RECEIVED)

    def release(self, pathway_ref: str, verdict: Verdict) -> int:
        """Decides held and later entries of the pathway in this way; returns how many had been held."""
        self._set_order(pathway_ref, verdict)
        decided = self._db.execute(
            "UPDATE entry SET verdict = ? WHERE pathway_ref = ? AND verdict = ?",
            (verdict, pathway_ref, Verdict.RECEIVED),
        )
        return decided.rowcount

    def _counted(self, key: str, fingerprint: str) -> Kept:
        row = self._db.execute(
            "UPDATE entry SET deliveries = deliveries + 1 WHERE key = ? AND fingerprint = ? RETURNING *",
            (key, fingerprint),
        ).fetchone()
        if row is None:
            raise OtherBodyError
        if row["verdict"] == Verdict.ACCEPTED:
            self._db.execute("UPDATE entry SET answered = 1 WHERE key = ?", (key,))
        return _kept(row)

    def _order(self, pathway_ref: str) -> str:
        question = "SELECT verdict FROM standing_order WHERE pathway_ref = ?"
        row = self._db.execute(question, (pathway_ref,)).fetchone()
        return str(row["verdict"]) if row else Verdict.ACCEPTED

    def _set_order(self, pathway_ref: str, verdict: Verdict) -> None:
        self._db.execute("INSERT OR REPLACE INTO standing_order VALUES (?, ?)", (pathway_ref, verdict))


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        key=row["key"],
        verdict=Verdict(row["verdict"]),
        receipt=row["receipt"],
        received_at=row["received_at"],
        deliveries=row["deliveries"],
        first_answer=not row["answered"],
    )


def _shown(kept: Kept) -> dict[str, Any]:
    receipt = kept.receipt if kept.verdict is Verdict.ACCEPTED else None
    return {
        "key": kept.key,
        "state": kept.verdict,
        "receipt": receipt,
        "received_at": kept.received_at,
        "deliveries": kept.deliveries,
    }


def _listed(kept: Kept, body: dict[str, Any]) -> dict[str, Any]:
    shown, told = _shown(kept), {name: body[name] for name in ("procedure_id", "dataset_version")}
    return {"key": shown["key"], "state": shown["state"], "receipt": shown["receipt"]} | {
        "procedure_id": told["procedure_id"],
        "version": int(told["dataset_version"]),
    }
