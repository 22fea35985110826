"""A small record that has grown over ten hours in trusts of its own: sealed and anchored hour by hour."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
from typing_extensions import override

from shared.evidence.anchor_file import AnchorFiles
from shared.evidence.anchors import believed
from shared.evidence.chain_reading import checked
from shared.evidence.keys import Signing, fresh
from shared.evidence.sealing import Sealing
from shared.evidence.verifying import Report
from shared.wiring.clock import Clock

HOURS = 10
ACTIONS = ("read", "searched", "refused", "assigned")
AUDIT = """
INSERT INTO audit (at, trust, person, role, action, pathway_id, kind, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
RETURNING id
"""
ENTRY = """
INSERT INTO entry (pathway_id, seq, trust, kind, at, recorded_at, by_person, by_role, record, facts)
VALUES ($1, $2, $3, 'referral', $4, $4, $5, 'referrer', $6, '{}')
"""


@dataclass
class SetClock(Clock):
    """Says what it is told."""

    at: datetime

    @override
    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Grown:
    """`connection` is the superuser's, with triggers off: what is written with it is what a tamperer writes."""

    connection: asyncpg.Connection
    folder: Path
    key: Signing
    trusts: tuple[str, ...]
    pathways: dict[str, tuple[UUID, ...]]
    began_at: datetime

    async def report(self, trust: str) -> Report:
        """What the verifier says of this trust, in the connection's open transaction."""
        file = believed(AnchorFiles(self.folder).lines(trust), self.key.public, trust)
        return await checked(self.connection, trust, file, self.key.public)


async def grown(
    connection: asyncpg.Connection, pool: asyncpg.Pool, folder: Path, trusts: tuple[str, ...], *, seed: int = 1
) -> Grown:
    """Writes, seals and anchors. `pool` is the worker's; the rows are written past every trigger and foreign key."""
    dice = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    began_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS + 1)
    key, clock = fresh(), SetClock(began_at)
    pathways = {trust: tuple(uuid4() for _ in range(3)) for trust in trusts}
    await connection.execute("SET session_replication_role = replica")
    sealing = Sealing(pool, clock)
    await sealing.seal()  # whatever others have left
    for hour in range(HOURS):
        for trust in trusts:
            await an_hour(connection, dice, trust, pathways[trust], began_at + timedelta(hours=hour))
        clock.at = began_at + timedelta(hours=hour, minutes=59)
        await sealing.anchor(folder, key)
    return Grown(connection, folder, key, trusts, pathways, began_at)


async def an_hour(
    connection: asyncpg.Connection, dice: random.Random, trust: str, pathways: tuple[UUID, ...], at: datetime
) -> None:
    for minute in range(0, 48, 8):
        when, pathway = at + timedelta(minutes=minute), dice.choice(pathways)
        person = f"{trust.lower()}-person-{dice.randrange(5)}"
        if minute % 16 == 0:
            seq = 1 + await connection.fetchval("SELECT count(*) FROM entry WHERE pathway_id = $1", pathway)
            record = json.dumps({"words": f"Synthetic {dice.randrange(1000)}"})
            await connection.execute(ENTRY, pathway, seq, trust, when, person, record)
            await connection.fetchval(AUDIT, when, trust, person, "referrer", "entered", pathway, "referral", "[]")
        else:
            about = pathway if dice.random() < 0.7 else None
            rules = json.dumps([f"R-{dice.randrange(9)}"])
            await connection.fetchval(AUDIT, when, trust, person, "ops", dice.choice(ACTIONS), about, None, rules)
