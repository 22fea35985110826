"""Verifies every trust's chain of one database, in one snapshot, and says what it found in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.evidence.anchor_file import AnchorFiles
from shared.evidence.anchors import Anchor, Believed, Fault, believed
from shared.evidence.chain_reading import checked, trusts
from shared.evidence.keys import Verifying
from shared.evidence.verifying import Kind, Report

WORDS = {
    Kind.EDITED: "was changed after it was sealed",
    Kind.DELETED: "was deleted after it was sealed",
    Kind.INSERTED: "was put in later than it says",
    Kind.RELINKED: "has a seal that was changed, moved or taken out",
    Kind.RESEALED: "were sealed anew: the chain disagrees with a signed anchor",
    Kind.TAIL_GONE: "do not stand as they were signed: the end was cut off",
    Kind.ALL_GONE: "are gone: there is no chain at all",
    Kind.OLDER_COPY: "do not stand as they were signed: this is an older copy of the database, put back without a word",
    Kind.ANCHOR_FORGED: "is not signed by the key",
    Kind.ANCHOR_DAMAGED: "cannot be read",
    Kind.ANCHOR_GONE: "does not follow the one it names, or is missing in the file",
    Kind.COPY_FORGED: "stands in the database and was signed by nobody",
    Kind.RESTORE_UNTOLD: "does not tell of the restore that was signed, or of one that was not",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A database, and what vouches for it. `dsn` is its owner's, or a superuser's: it carries a secret."""

    dsn: str
    anchors: Path
    key: Verifying


async def verified(place: Place, mailed: Sequence[Anchor] = ()) -> tuple[Report, ...]:
    """One report for each trust that the database or the anchors know. `mailed` are anchors of digest mails."""
    connection = await asyncpg.connect(place.dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await verified_here(connection, place.anchors, place.key, mailed)
    finally:
        await connection.close()


async def verified_here(
    connection: asyncpg.Connection, anchors: Path, key: Verifying, mailed: Sequence[Anchor] = ()
) -> tuple[Report, ...]:
    """The same inside a transaction that is already open."""
    files = AnchorFiles(anchors)
    known = sorted({*await trusts(connection), *files.trusts(), *(each.trust for each in mailed)})
    return tuple(
        [
            await checked(
                connection, trust, with_mailed(believed(files.lines(trust), key, trust), mailed, key, trust), key
            )
            for trust in known
        ]
    )


def with_mailed(file: Believed, mailed: Sequence[Anchor], key: Verifying, trust: str) -> Believed:
    """The file, and what digests said besides. One that the key did not sign is a fault after the file's last line."""
    faults, known = list(file.faults), {each.sha256 for each in file.anchors}
    ended = [each.at for each in file.anchors if each.kind == "restored"]
    added = []
    for number, each in enumerate((each for each in mailed if each.trust == trust), len(file.anchors) + 1):
        if not each.holds(key):
            faults.append(Fault("forged", number))
        elif each.sha256 not in known and not any(each.at < at for at in ended):
            added.append(each)
    return Believed((*file.anchors, *added), tuple(faults))


def told(reports: Sequence[Report]) -> Iterator[str]:
    """A line for each finding, then one for each trust."""
    for report in reports:
        for each in report.findings:
            yield f"FOUND {each.trust}: {each.row} {WORDS[each.kind]} [{each.kind}]"
    for report in reports:
        state = f"{len(report.findings)} findings" if report.findings else "nothing found"
        yield (
            f"{report.trust}: {report.sealed} rows sealed, an anchor vouches for {report.reaches} of them, "
            f"{report.unsealed} not sealed yet; {state}"
        )
