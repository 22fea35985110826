"""The register of who is told for governance (IPG651 1.2, R-GOV-3), changed by governance itself, and audited.

That nobody is left in it who could be told cannot be saved: the database refuses it, whoever tries.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from shared.ledger.acts import NotAllowed, Refused
from shared.ledger.keeping import Note, audit, rules_of
from shared.ledger.visit import Connection
from shared.pathway.civil_time import civil
from shared.pathway.governance_register import fits
from shared.pathway.people import Role, Signature
from shared.pathway.refusal import Refusal
from shared.wiring.clock import Clock

TRUST = "SELECT set_config('patency.trust', $1, true)"
# Whoever changes a register of a trust waits for whoever is changing one: what was read to decide stays true until the
# end, and the same key sent twice at once finds what it did the first time.
ALONE = """
SELECT set_config('patency.trust', $1, true), pg_advisory_xact_lock(hashtextextended('registers/' || $1, 0))
"""
HOLDS = """
SELECT EXISTS (SELECT FROM staff WHERE person = $1 AND role = $2 AND from_on <= $3
    AND (until_on IS NULL OR $3 < until_on))
"""
ALL = """
SELECT role, person, address, channel, has_left(person, role) AS left FROM governance_recipient ORDER BY role, person
"""
NAME = """
INSERT INTO governance_recipient (trust, role, person, address, channel) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (trust, role, person) DO UPDATE SET address = excluded.address, channel = excluded.channel
"""
STRIKE = "DELETE FROM governance_recipient WHERE role = $1 AND person = $2"
AT_ONCE = "SET CONSTRAINTS somebody_is_told IMMEDIATE"
SOMEBODY = "somebody_is_told"
NOBODY_LEFT = Refusal(
    "R-GOV-3", "person", "Nobody of governance would be told any more. Name somebody else first, then try again", "1.2"
)
TOLD_ROLES = (Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR, Role.RESEARCH_LEAD)
"""The roles a notice can go to: the ladder of R-GOV-3, and the research office (R-GOV-4)."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: in which role, at which address, which way. `left`: by the directory not any more."""

    role: Role
    person: str
    address: str
    channel: str
    left: bool = False


class Recipients:
    """Who is told, trust by trust. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def of(self, trust: str) -> tuple[Recipient, ...]:
        """Everybody in the register, who left too."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(TRUST, trust)
            rows = await connection.fetch(ALL)
        return tuple(Recipient(Role(each["role"]), *tuple(each)[1:]) for each in rows)

    async def name(self, trust: str, told: Recipient, by: Signature) -> Refused | NotAllowed | None:
        """Puts somebody in, or gives them another address or way. Refuses who does not hold the role today."""
        async with self._acting(trust, by, "recipient_named") as connection:
            if connection is None:
                return NotAllowed()
            if not fits(told.channel, told.address):
                return await _refused(connection, trust, by, NO_ADDRESS)
            if not await self._holds(connection, told.person, told.role):
                return await _refused(connection, trust, by, NOT_IN_ROLE)
            await connection.execute(NAME, trust, told.role.value, told.person, told.address, told.channel)
            await audit(connection, Note(trust, by, "announced", kind="recipient_named"))
        return None

    async def strike(self, trust: str, role: Role, person: str, by: Signature) -> bool | Refused | NotAllowed:
        """Takes somebody out; False when nobody of the sort was in it. Refuses to take the last one out."""
        try:
            async with self._acting(trust, by, "recipient_struck") as connection:
                if connection is None:
                    return NotAllowed()
                status: str = await connection.execute(STRIKE, role.value, person)
                await connection.execute(AT_ONCE)
                await audit(connection, Note(trust, by, "announced", kind="recipient_struck"))
        except asyncpg.CheckViolationError as error:
            if error.constraint_name != SOMEBODY:
                raise
            return await self.nobody_left(trust, by, "recipient_struck")
        return not status.endswith(" 0")

    async def nobody_left(self, trust: str, by: Signature, kind: str) -> Refused:
        """The refusal of what would have left nobody to be told, audited by itself: the attempt was undone."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(TRUST, trust)
            return await _refused(connection, trust, by, NOBODY_LEFT, kind)

    @asynccontextmanager
    async def _acting(self, trust: str, by: Signature, kind: str) -> AsyncIterator["Connection | None"]:
        """A transaction of this trust; None, and an audit row, for somebody without the role by the directory."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ALONE, trust)
            if await self._holds(connection, by.person, by.role):
                yield connection
            else:
                await audit(connection, Note(trust, by, "denied", kind=kind))
                yield None

    async def _holds(self, connection: Connection, person: str, role: Role) -> bool:
        return bool(await connection.fetchval(HOLDS, person, role.value, civil(self._clock.now())))


NO_ADDRESS = Refusal("R-GOV-3", "address", "Nothing can be sent to this address in this way", "1.2")
NOT_IN_ROLE = Refusal("R-GOV-3", "person", "The staff directory does not give this person this role today", "1.2")


async def _refused(
    connection: Connection, trust: str, by: Signature, why: Refusal, kind: str = "recipient_named"
) -> Refused:
    await audit(connection, Note(trust, by, "refused", None, kind, rules_of((why,))))
    return Refused((why,))
