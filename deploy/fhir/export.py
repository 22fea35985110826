"""Every pathway of one trust as ndjson, a file for each type of resource: one snapshot, streamed, audited.

Patients carry an opaque id and no identity, and no words that people wrote go out. Of the Bulk Data specification only
the files and the manifest are here: no HTTP kick-off and polling, no Group export, no `_since`, `_type` or deletions.
"""

import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from shared.fhir.elements import Case, Json, instant
from shared.fhir.everything import RESOURCES, resources
from shared.ledger.visit import Connection, entries_of
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Role, Signature
from shared.pathway.question import Moment
from shared.policy import Policy

if TYPE_CHECKING:
    import asyncpg

AT_A_TIME = 20
"""Pathways that are in memory at once."""

TRUST = "SELECT set_config('patency.trust', $1, true)"
HOLDS = """
SELECT clock_timestamp() AS at, EXISTS (SELECT FROM staff WHERE trust = $1 AND person = $2 AND role = $3
    AND from_on <= current_date AND (until_on IS NULL OR current_date < until_on)) AS holds
"""
AUDIT = """
INSERT INTO audit (trust, person, role, action, pathway_id, kind)
SELECT $1, $2, $3, 'searched', NULL, 'fhir_export'
UNION ALL SELECT $1, $2, $3, 'read', id, 'fhir_export' FROM pathway WHERE trust = $1
"""

# The pathways of one patient follow one another, so that nobody has to remember who was told already.
READ = """
SELECT p.id::text AS id, p.patient_id::text AS patient_id, t.nation,
    clock_timestamp() + coalesce(c.ahead, interval '0') AS now, entries.*
FROM pathway p JOIN trust t ON t.trust = p.trust LEFT JOIN pathway_clock c ON c.pathway_id = p.id
JOIN LATERAL (
    SELECT array_agg(e.seq ORDER BY e.seq) AS seqs, array_agg(e.kind ORDER BY e.seq) AS kinds,
        array_agg(e.at ORDER BY e.seq) AS ats, array_agg(e.by_person ORDER BY e.seq) AS persons,
        array_agg(e.by_role ORDER BY e.seq) AS roles, array_agg(e.record::text ORDER BY e.seq) AS records,
        array_agg(e.facts::text ORDER BY e.seq) AS seen
    FROM entry e WHERE e.pathway_id = p.id
) AS entries ON entries.seqs IS NOT NULL
WHERE p.trust = $1 ORDER BY p.patient_id, p.id
"""


class NotAllowedError(Exception):
    """The trust's directory does not name this person as its auditor today."""


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
        await connection.execute(TRUST, trust)
        asked = await connection.fetchrow(HOLDS, trust, by.person, by.role.value)
        if asked is None or not asked["holds"]:
            raise NotAllowedError
        await connection.execute(AUDIT, trust, by.person, by.role.value)
        with ExitStack() as stack:
            files = Files(folder, stack)
            async for resource in _told(connection, trust, policy):
                files.write(resource)
    manifest = _manifest(files.counts, asked["at"], trust)
    with _private(folder / "manifest.json") as file:
        file.write(json.dumps(manifest, indent=1) + "\n")
    return manifest


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotEmptyError


async def _told(connection: Connection, trust: str, policy: Policy) -> AsyncIterator[Json]:
    """The resources of each pathway; a patient of several pathways once."""
    before = ""
    async for row in connection.cursor(READ, trust, prefetch=AT_A_TIME):
        for resource in resources(_case(row, trust, policy)):
            if resource["resourceType"] != "Patient" or resource["id"] != before:
                yield resource
        before = row["patient_id"]


def _case(row: "asyncpg.Record", trust: str, policy: Policy) -> Case:
    pathway = fold(Pathway(row["id"], trust, row["nation"]), entries_of(row))
    moment = Moment(pathway, policy, row["now"], pathway.entries[-1].facts)
    return Case(moment, row["patient_id"], None)


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
