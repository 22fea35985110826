"""Every pathway of one trust as ndjson, a file for each type of resource: one snapshot, streamed, audited.

Patients carry an opaque id and no identity, and no words that people wrote go out. The same over HTTP, asked for and
fetched later, is `/fhir/$export` of the front door.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

from shared.fhir.elements import Json, instant
from shared.fhir.everything import RESOURCES
from shared.ledger.fhir_snapshot import KIND, Snapshot
from shared.ledger.keeping import Note, audit
from shared.ledger.visit import Connection
from shared.pathway.people import Role, Signature
from shared.policy import Policy


class NotEmptyError(Exception):
    """There is something in the folder already: an export never mixes with another."""


@dataclass(slots=True)
class Files:
    """The files of one export while they are written: a line for each resource, in a file for its type."""

    folder: Path
    stack: ExitStack
    open: dict[str, TextIO] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, resource: Json) -> None:
        kind = resource["resourceType"]
        if kind not in self.open:
            self.open[kind] = self.stack.enter_context(_private(self.folder / f"{kind}.ndjson"))
        self.open[kind].write(json.dumps(resource, separators=(",", ":")) + "\n")
        self.counts[kind] = self.counts.get(kind, 0) + 1


async def export(connection: Connection, folder: Path, *, trust: str, person: str, policy: Policy) -> Json:
    """Writes the trust's pathways into an empty folder and returns the manifest, which is written last.

    Raises NotAllowedError and NotEmptyError before anything is read. Without a manifest an export is not complete.
    """
    by = Signature(person, Role.AUDITOR)
    _prepare(folder)
    async with connection.transaction(isolation="repeatable_read"):
        snapshot = await Snapshot.opened(connection, trust, by)
        with ExitStack() as stack:
            files = Files(folder, stack)
            async for _done, some in snapshot.told(policy):
                for resource in some:
                    files.write(resource)
        await audit(connection, Note(trust, by, "searched", kind=KIND))
        await snapshot.written_down()
    manifest = _manifest(files.counts, snapshot.at, trust)
    with _private(folder / "manifest.json") as file:
        file.write(json.dumps(manifest, indent=1) + "\n")
    return manifest


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmptyError


def _manifest(counts: dict[str, int], at: datetime, trust: str) -> Json:
    listed: Iterator[str] = (kind for kind in RESOURCES if kind in counts)
    return {
        "transactionTime": instant(at),
        "request": f"python -m deploy.fhir --trust {trust}",
        "requiresAccessToken": False,
        "output": [{"type": kind, "url": f"{kind}.ndjson", "count": counts[kind]} for kind in listed],
        "error": [],
    }


def _private(path: Path) -> TextIO:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
