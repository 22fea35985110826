"""What somebody who rules the database may do to the record: each deed changes it, and says what must be named."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from shared.evidence.canonical import instant, leaf, link, origin
from shared.evidence.chain_reading import chain
from shared.evidence.verifying import Finding
from tests.evidence.grown import Grown

AUDIT_COLUMNS = {
    "at": "at + interval '1 second'",
    "person": "person || 'x'",
    "role": "role || 'x'",
    "action": "CASE action WHEN 'read' THEN 'searched' ELSE 'read' END",
    "pathway_id": "CASE WHEN pathway_id IS NULL THEN gen_random_uuid() END",
    "kind": "coalesce(kind, '') || 'x'",
    "detail": "detail || '[\"R-X\"]'",
}
ENTRY_COLUMNS = {
    "kind": "kind || 'x'",
    "at": "at - interval '1 microsecond'",
    "recorded_at": "recorded_at + interval '1 second'",
    "by_person": "'somebody-else'",
    "by_role": "by_role || 'x'",
    "record": "(record::text || ' ')::json",
    "facts": "'{\"age_years\": 44}'",
}
NEW_AUDIT = """
INSERT INTO audit (id, at, trust, person, role, action, pathway_id) OVERRIDING SYSTEM VALUE
SELECT $1::bigint, $2, $3, 'somebody', 'ops', 'read', $4 RETURNING id
"""
NEW_ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, recorded_at, by_person, by_role, record, facts)
VALUES ($1, $2, $3, 'referral', $4, $4, 'somebody', 'referrer', '{}', '{}')
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """`rows` are names of which one has to be found in `trust`; `numbers` places of the chain that will do as well."""

    what: str
    trust: str
    rows: frozenset[str] = frozenset()
    numbers: range = range(0)

    def named_by(self, finding: Finding) -> bool:
        if finding.trust != self.trust:
            return False
        return finding.row in self.rows or bool(set(self.numbers) & set(_numbers(finding.row)))


def _numbers(row: str) -> range:
    """The places of the chain that a finding names."""
    parts = row.replace("numbers", "number").split()
    if parts[0] != "number":
        return range(0)
    first = int(parts[1])
    return range(first, int(parts[3]) + 1) if parts[2:3] == ["to"] else range(first, first + 1)


class Tamperer:
    """One superuser with a grudge. Every method is a deed on one trust; the choice within it is by the dice."""

    def __init__(self, grown: Grown, dice: random.Random) -> None:
        self._grown = grown
        self._dice = dice
        self._db: asyncpg.Connection = grown.connection

    def deeds(self) -> tuple[Callable[[str], Awaitable[Deed]], ...]:
        return (
            self.audit_edited,
            self.entry_edited,
            self.audit_moved_to_another_trust,
            self.audit_deleted,
            self.entry_deleted,
            self.audit_inserted,
            self.audit_inserted_and_sealed,
            self.entry_inserted,
            self.audits_swapped,
            self.ids_swapped,
            self.truncated,
            self.everything_truncated,
            self.tail_cut,
            self.head_rewritten,
            self.seal_edited,
            self.seals_swapped,
            self.sealed_anew_after_an_edit,
            self.sealed_anew_without_a_row,
            self.older_copy_put_back,
            self.anchor_copy_forged,
        )

    async def _one_audit(self, trust: str) -> asyncpg.Record:
        return self._dice.choice(await self._db.fetch("SELECT * FROM audit WHERE trust = $1 ORDER BY id", trust))

    async def _one_entry(self, trust: str) -> asyncpg.Record:
        asked = "SELECT * FROM entry WHERE trust = $1 ORDER BY recorded_at, seq"
        return self._dice.choice(await self._db.fetch(asked, trust))

    async def _length(self, trust: str) -> int:
        found: int = await self._db.fetchval("SELECT max(number) FROM seal WHERE trust = $1", trust)
        return found

    async def audit_edited(self, trust: str) -> Deed:
        row, column = await self._one_audit(trust), self._dice.choice(sorted(AUDIT_COLUMNS))
        await self._db.execute(f"UPDATE audit SET {column} = {AUDIT_COLUMNS[column]} WHERE id = $1", row["id"])  # noqa: S608 -- our own words
        return Deed(f"audit {column} edited", trust, frozenset({f"audit {row['id']}"}))

    async def entry_edited(self, trust: str) -> Deed:
        row, column = await self._one_entry(trust), self._dice.choice(sorted(ENTRY_COLUMNS))
        change = f"UPDATE entry SET {column} = {ENTRY_COLUMNS[column]} WHERE pathway_id = $1 AND seq = $2"  # noqa: S608 -- our own words
        await self._db.execute(change, row["pathway_id"], row["seq"])
        return Deed(f"entry {column} edited", trust, frozenset({_entry(row)}))

    async def audit_moved_to_another_trust(self, trust: str) -> Deed:
        row = await self._one_audit(trust)
        await self._db.execute("UPDATE audit SET trust = 'RQQ' WHERE id = $1", row["id"])
        return Deed("audit trust edited", trust, frozenset({f"audit {row['id']}"}))

    async def audit_deleted(self, trust: str) -> Deed:
        row = await self._one_audit(trust)
        await self._db.execute("DELETE FROM audit WHERE id = $1", row["id"])
        return Deed("audit deleted", trust, frozenset({f"audit {row['id']}"}))

    async def entry_deleted(self, trust: str) -> Deed:
        row = await self._one_entry(trust)
        await self._db.execute("DELETE FROM entry WHERE pathway_id = $1 AND seq = $2", row["pathway_id"], row["seq"])
        return Deed("entry deleted", trust, frozenset({_entry(row)}))

    async def audit_inserted(self, trust: str, shift: int = 1_000_000_000) -> Deed:
        """Anywhere in the hours that are anchored, under an id that is free."""
        at = self._grown.began_at + timedelta(minutes=self._dice.randrange(9 * 60))
        number = self._dice.randrange(1, 1_000_000) * self._dice.choice((-1, 1)) + shift
        pathway = self._dice.choice(self._grown.pathways[trust])
        row = await self._db.fetchval(NEW_AUDIT, number, at, trust, pathway)
        return Deed("audit inserted", trust, frozenset({f"audit {row}"}))

    async def audit_inserted_and_sealed(self, trust: str) -> Deed:
        done = await self.audit_inserted(trust)
        await self._db.fetchval("SELECT seal_rows(1000)")
        return Deed("audit inserted and sealed", trust, done.rows)

    async def entry_inserted(self, trust: str) -> Deed:
        at = self._grown.began_at + timedelta(minutes=self._dice.randrange(9 * 60))
        pathway, seq = self._dice.choice(self._grown.pathways[trust]), self._dice.randrange(100, 999)
        await self._db.execute(NEW_ENTRY, pathway, seq, trust, at)
        return Deed("entry inserted", trust, frozenset({f"entry {pathway}/{seq}"}))

    async def _two_audits(self, trust: str) -> tuple[int, int]:
        rows = await self._db.fetch("SELECT id FROM audit WHERE trust = $1", trust)
        one, other = self._dice.sample([row["id"] for row in rows], 2)
        return one, other

    async def audits_swapped(self, trust: str) -> Deed:
        """Each says what the other said."""
        one, other = await self._two_audits(trust)
        swap = """
            UPDATE audit SET (at, person, role, action, pathway_id, kind, detail) =
                (SELECT at, person, role, action, pathway_id, kind, detail FROM audit AS other
                 WHERE other.id = CASE audit.id WHEN $1 THEN $2 ELSE $1 END)
            WHERE id IN ($1, $2)
        """
        await self._db.execute(swap, one, other)
        return Deed("audits swapped", trust, frozenset({f"audit {one}", f"audit {other}"}))

    async def ids_swapped(self, trust: str) -> Deed:
        """One row gets another id, or says under its own what another says."""
        one, other = await self._two_audits(trust)
        if self._dice.random() < 0.5:
            await self._db.execute("UPDATE audit SET id = DEFAULT WHERE id = $1", one)
        else:
            await self._db.execute("DELETE FROM audit WHERE id = $1", one)
            copy = "INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT $1, at, trust, person, role, action, pathway_id, kind, detail FROM audit WHERE id = $2"  # noqa: E501 -- one question
            await self._db.execute(copy, one, other)
        return Deed("audit under another id", trust, frozenset({f"audit {one}"}))

    async def truncated(self, trust: str) -> Deed:
        table = self._dice.choice(("audit", "entry", "seal"))
        length = await self._length(trust)
        row = await (self._one_entry(trust) if table == "entry" else self._one_audit(trust))
        await self._db.execute(f"TRUNCATE {table}")
        name = _entry(row) if table == "entry" else f"audit {row['id']}"
        return Deed(f"{table} truncated", trust, frozenset({name}), range(length, length + 1))

    async def everything_truncated(self, trust: str) -> Deed:
        length = await self._length(trust)
        await self._db.execute("TRUNCATE audit, entry, seal, anchor")
        return Deed("everything truncated", trust, numbers=range(1, length + 1))

    async def _cut(self, trust: str, after: int) -> None:
        """The record as it was when the chain had so many links: rows and seals alike."""
        gone = "(SELECT {} FROM seal WHERE trust = $1 AND number > $2)"
        await self._db.execute(f"DELETE FROM audit WHERE id IN {gone.format('audit_id')}", trust, after)  # noqa: S608 -- our own words
        rows = f"DELETE FROM entry WHERE (pathway_id, seq) IN {gone.format('pathway_id, entry_seq')}"  # noqa: S608 -- our own words
        await self._db.execute(rows, trust, after)
        await self._db.execute("DELETE FROM seal WHERE trust = $1 AND number > $2", trust, after)

    async def tail_cut(self, trust: str) -> Deed:
        length = await self._length(trust)
        after = length - self._dice.randrange(1, length)
        await self._cut(trust, after)
        return Deed("tail cut", trust, numbers=range(after + 1, length + 1))

    async def older_copy_put_back(self, trust: str) -> Deed:
        """As a backup would put it back: the anchors that the database keeps end as early as the rest."""
        length = await self._length(trust)
        counts = await self._db.fetch(
            "SELECT DISTINCT count FROM anchor WHERE trust = $1 AND count < $2", trust, length
        )
        after = self._dice.choice(sorted(row["count"] for row in counts))
        await self._cut(trust, after)
        await self._db.execute("DELETE FROM anchor WHERE trust = $1 AND count > $2", trust, after)
        return Deed("older copy put back", trust, numbers=range(after + 1, length + 1))

    async def head_rewritten(self, trust: str) -> Deed:
        length, column = await self._length(trust), self._dice.choice(("link", "row_hash"))
        change = f"UPDATE seal SET {column} = sha256({column}) WHERE trust = $1 AND number = $2"  # noqa: S608 -- our own words
        await self._db.execute(change, trust, length)
        return Deed(f"head {column} rewritten", trust, numbers=range(length, length + 1))

    async def seal_edited(self, trust: str) -> Deed:
        number = self._dice.randrange(1, await self._length(trust))
        change = self._dice.choice(
            ("link = sha256(link)", "row_hash = sha256(row_hash)", "sealed_at = sealed_at - interval '1 hour'")
        )
        await self._db.execute(f"UPDATE seal SET {change} WHERE trust = $1 AND number = $2", trust, number)  # noqa: S608 -- our own words
        return Deed("seal edited", trust, numbers=range(number, number + 2))

    async def seals_swapped(self, trust: str) -> Deed:
        one = self._dice.randrange(1, await self._length(trust))
        for number, to in ((one, -1), (one + 1, one), (-1, one + 1)):
            change = "UPDATE seal SET number = $3 WHERE trust = $1 AND number = $2"
            await self._db.execute("ALTER TABLE seal DROP CONSTRAINT IF EXISTS seal_number_check")
            await self._db.execute(change, trust, number, to)
        return Deed("seals swapped", trust, numbers=range(one, one + 3))

    async def sealed_anew_after_an_edit(self, trust: str) -> Deed:
        """The tamperer knows how rows are sealed, and seals everything again from the row they changed."""
        row = await self._one_audit(trust)
        await self._db.execute("UPDATE audit SET person = 'somebody-else' WHERE id = $1", row["id"])
        number = await self._db.fetchval("SELECT number FROM seal WHERE audit_id = $1", row["id"])
        await self._seal_anew(trust)
        return Deed("sealed anew", trust, numbers=range(number, number + 1))

    async def sealed_anew_without_a_row(self, trust: str) -> Deed:
        """The row is gone, its seal as well, and those behind it have moved up."""
        row = await self._one_audit(trust)
        number = await self._db.fetchval("DELETE FROM seal WHERE audit_id = $1 RETURNING number", row["id"])
        await self._db.execute("DELETE FROM audit WHERE id = $1", row["id"])
        await self._seal_anew(trust)
        return Deed("sealed anew without a row", trust, numbers=range(number, number + 1))

    async def _seal_anew(self, trust: str) -> None:
        from shared.evidence.canonical import row_hash

        kept = [each async for each in chain(self._db, trust)]
        before, counted, changes = origin(trust), dict[str, int](), []
        for number, each in enumerate(kept, 1):
            of_pathway = None
            if each.pathway is not None:
                of_pathway = counted[each.pathway] = counted.get(each.pathway, 0) + 1
            assert each.said is not None
            hashed = row_hash(each.said)
            before = link(before, leaf(hashed, number, of_pathway, instant(each.sealed_at)))
            changes.append((trust, each.number, number, of_pathway, hashed, before))
        await self._db.execute("DROP INDEX seal_of_pathway")
        change = (
            "UPDATE seal SET number = $3, of_pathway = $4, row_hash = $5, link = $6 WHERE trust = $1 AND number = $2"
        )
        await self._db.executemany(change, changes)

    async def anchor_copy_forged(self, trust: str) -> Deed:
        statement = await self._db.fetchval("SELECT statement FROM anchor WHERE trust = $1 LIMIT 1", trust)
        forged = statement.replace('"count":', '"count":1')
        asked = """
            INSERT INTO anchor SELECT $1, encode(sha256(convert_to($2, 'UTF8')), 'hex'), 'anchor', 999, now(), $2
            RETURNING sha256
        """
        sha256 = await self._db.fetchval(asked, trust, forged)
        return Deed("anchor copy forged", trust, frozenset({f"anchor copy {sha256}"}))


def _entry(row: asyncpg.Record) -> str:
    return f"entry {row['pathway_id']}/{row['seq']}"
