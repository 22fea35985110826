"""The chain and its anchors: what is sealed, what an anchor says, and that nothing is sealed anew without a word."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from deploy.evidence.restored import tell_of_restore
from deploy.evidence.verifier import told, verified_here
from shared.evidence.anchor_file import AnchorFileDamagedError, AnchorFiles
from shared.evidence.anchors import Anchor, Said, believed, read, read_short, signed
from shared.evidence.canonical import COLUMNS
from shared.evidence.keys import KeyUnusableError, Signing, fresh, signing_key
from shared.evidence.sealing import Sealing, anchor_line
from shared.evidence.verifying import Kind, Report
from tests.ledger.acting import LedgerOf, opened

NOTE = "INSERT INTO audit (trust, person, role, action) VALUES ($1, 'somebody', 'ops', 'read')"


@dataclass
class Trust:
    """A trust that only this test has, and what is written in it."""

    name: str
    db: asyncpg.Connection
    folder: Path
    key: Signing

    async def writes(self, rows: int = 1) -> None:
        for _ in range(rows):
            await self.db.execute(NOTE, self.name)

    async def report(self) -> Report:
        async with self.db.transaction(isolation="repeatable_read", readonly=True):
            found = await verified_here(self.db, self.folder, self.key.public)
        return next(each for each in found if each.trust == self.name)

    async def kinds(self) -> list[Kind]:
        return [each.kind for each in (await self.report()).findings]

    async def put_back(self, to: int) -> None:
        """As a backup would: rows, seals and copies of anchors end at this number."""
        await self.db.execute("SET session_replication_role = replica")
        gone = "DELETE FROM audit WHERE id IN (SELECT audit_id FROM seal WHERE trust = $1 AND number > $2)"
        await self.db.execute(gone, self.name, to)
        await self.db.execute("DELETE FROM seal WHERE trust = $1 AND number > $2", self.name, to)
        await self.db.execute("DELETE FROM anchor WHERE trust = $1 AND count > $2", self.name, to)
        await self.db.execute("RESET session_replication_role")


@pytest.fixture
async def trust(superuser: asyncpg.Connection, folder: Path, key: Signing) -> AsyncIterator[Trust]:
    name = f"R{uuid4().hex[:4].upper()}"
    yield Trust(name, superuser, folder, key)
    await superuser.execute("SET session_replication_role = replica")
    for table in ("audit", "seal", "anchor"):
        await superuser.execute(f"DELETE FROM {table} WHERE trust = $1", name)  # noqa: S608 -- our tables


async def test_every_column_of_what_is_sealed_is_hashed(superuser: asyncpg.Connection) -> None:
    for table in ("audit", "entry"):
        asked = "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
        assert {row["attname"] for row in await superuser.fetch(asked, table)} == set(COLUMNS[table])


async def test_an_opened_pathway_is_sealed_with_its_entries_and_fits(
    ledger_of: LedgerOf, sealing: Sealing, superuser: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    await sealing.seal()
    rows = await superuser.fetch(
        "SELECT source, of_pathway FROM seal WHERE pathway_id = $1 ORDER BY number", pathway_id
    )
    assert {row["source"] for row in rows} == {"entry", "audit"}
    assert [row["of_pathway"] for row in rows] == list(range(1, len(rows) + 1))
    assert await sealing.seal() == 0


async def test_many_writers_and_many_sealers_leave_one_chain(
    trust: Trust, worker: asyncpg.Pool, sealing: Sealing
) -> None:
    async def write() -> None:
        async with worker.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust.name)
            await connection.execute(NOTE, trust.name)

    await asyncio.gather(*(write() if number % 3 else sealing.seal() for number in range(30)))
    await sealing.anchor(trust.folder, trust.key)
    report = await trust.report()
    assert (report.findings, report.sealed, report.unsealed, report.reaches) == ((), 20, 0, 20)


async def test_rows_that_are_not_sealed_yet_are_counted(trust: Trust, sealing: Sealing) -> None:
    await trust.writes()
    await sealing.anchor(trust.folder, trust.key)
    await trust.writes(3)
    report = await trust.report()
    assert (report.findings, report.unsealed, report.reaches) == ((), 3, 1)
    assert f"{trust.name}: 1 rows sealed" in "\n".join(told([report]))


async def test_nobody_who_serves_requests_can_write_or_change_a_seal(superuser: asyncpg.Connection) -> None:
    asked = """
        SELECT grantee FROM information_schema.role_table_grants
        WHERE table_name = 'seal' AND privilege_type <> 'SELECT'
    """
    assert {row["grantee"] for row in await superuser.fetch(asked)} <= {"patency_owner", "patency_seals"}
    assert not await superuser.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'patency_seals'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await superuser.execute("DELETE FROM seal")


async def test_a_backup_that_is_put_back_stops_the_anchoring_until_it_is_told_of(
    trust: Trust, sealing: Sealing
) -> None:
    for _ in range(3):
        await trust.writes(2)
        await sealing.anchor(trust.folder, trust.key)
    await trust.put_back(to=2)
    assert await trust.kinds() == [Kind.OLDER_COPY]
    await trust.writes()
    assert [each for each in await sealing.anchor(trust.folder, trust.key) if each.trust == trust.name] == []
    await tell_of_restore(trust.db, trust.folder, trust.key, trust.name)
    await trust.writes()
    (anchor,) = [each for each in await sealing.anchor(trust.folder, trust.key) if each.trust == trust.name]
    assert (anchor.kind, anchor.count, await trust.kinds()) == ("anchor", 5, [])


async def test_a_restore_that_nobody_signed_is_found(trust: Trust, sealing: Sealing) -> None:
    await trust.writes(2)
    await sealing.anchor(trust.folder, trust.key)
    await trust.db.fetchval("SELECT seal_event($1, 'a restore, believe me')", trust.name)
    assert await trust.kinds() == [Kind.RESTORE_UNTOLD]


async def test_a_forged_a_damaged_and_a_missing_anchor_are_named_by_their_line(trust: Trust, sealing: Sealing) -> None:
    for _ in range(4):
        await trust.writes()
        await sealing.anchor(trust.folder, trust.key)
    path = trust.folder / f"{trust.name}.anchors"
    lines = path.read_text(encoding="ascii").splitlines()
    forged = read(lines[3])
    assert forged is not None
    said = Said(trust=trust.name, count=4, head=bytes(32), at=forged.at, previous=read(lines[2]))
    path.write_text("\n".join([lines[0], "torn", lines[2], signed(said, fresh()).statement()]) + "\n", encoding="ascii")
    found = [(each.kind, each.row) for each in (await trust.report()).findings if "line" in each.row]
    assert found == [
        (Kind.ANCHOR_DAMAGED, "anchor line 2"),
        (Kind.ANCHOR_GONE, "anchor line 3"),
        (Kind.ANCHOR_FORGED, "anchor line 4"),
    ]


async def test_the_line_of_a_digest_mail_finds_what_the_file_no_longer_says(
    trust: Trust, sealing: Sealing, worker: asyncpg.Pool
) -> None:
    await trust.writes(3)
    await sealing.anchor(trust.folder, trust.key)
    line = await anchor_line(worker, trust.name)
    assert line is not None
    mailed = read_short(line)
    assert isinstance(mailed, Anchor)
    assert mailed.holds(trust.key.public)
    await trust.put_back(to=1)
    (trust.folder / f"{trust.name}.anchors").unlink()
    assert await trust.kinds() == []
    async with trust.db.transaction():
        found = await verified_here(trust.db, trust.folder, trust.key.public, [mailed])
    assert [each.kind for report in found if report.trust == trust.name for each in report.findings] == [
        Kind.OLDER_COPY
    ]


def test_a_statement_has_one_spelling_and_names_the_one_before(key: Signing) -> None:
    first = signed(Said(trust="RXX", count=1, head=bytes(32), at="2026-03-09T09:30:00.000000Z", previous=None), key)
    second = signed(Said(trust="RXX", count=2, head=bytes(32), at="2026-03-09T09:31:00.000000Z", previous=first), key)
    assert (read(first.statement()), read_short(second.in_short())) == (first, second)
    assert read(first.statement().replace(",", ", ")) is None
    assert believed([first.statement(), second.statement()], key.public, "RXX").faults == ()
    assert [each.kind for each in believed([second.statement()], key.public, "RXX").faults] == ["out_of_line"]
    assert [each.kind for each in believed([first.statement()], key.public, "RYY").faults] == ["forged"]


async def test_a_line_that_a_power_cut_has_torn_is_passed_over_and_named(trust: Trust, sealing: Sealing) -> None:
    for torn in ('{"kind":"anch', ""):
        await trust.writes()
        await sealing.anchor(trust.folder, trust.key)
        with (trust.folder / f"{trust.name}.anchors").open("a", encoding="ascii") as file:
            file.write(torn)
    report = await trust.report()
    assert [(each.kind, each.row) for each in report.findings] == [(Kind.ANCHOR_DAMAGED, "anchor line 2")]
    assert report.reaches == 2


def test_nothing_is_added_to_a_file_that_holds_no_statement(folder: Path) -> None:
    (folder / "RXX.anchors").write_text('{"kind":"anch', encoding="ascii")
    with AnchorFiles(folder).adding("RXX") as end, pytest.raises(AnchorFileDamagedError):
        end.newest()
    with pytest.raises(ValueError, match="no trust"), AnchorFiles(folder).adding("../RXX"):
        pass


def test_a_key_file_is_private_is_never_overwritten_and_must_be_one(key_file: Path, tmp_path: Path) -> None:
    from shared.evidence.keys import keep

    assert key_file.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        keep(fresh(), key_file, tmp_path / "other.pem")
    with pytest.raises(KeyUnusableError):
        signing_key(tmp_path / "key.pub.pem")
