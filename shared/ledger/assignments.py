"""Who of a role does a task, and who stands in while somebody is away. One statement each; conflicts are answers."""

from dataclasses import dataclass
from datetime import date

import asyncpg

from shared.ledger.visit import pathway_uuid
from shared.pathway.civil_time import civil
from shared.pathway.people import Role, Signature
from shared.wiring.clock import Clock

# The colleague who gets the task holds its role today, or one it was escalated to.
ASSIGN = """
WITH wanted AS (
    SELECT pathway_id, kind, key, role, trust, EXISTS (
        SELECT FROM staff WHERE person = $5 AND (staff.role = task.role OR staff.role = ANY (task.escalated_to))
            AND from_on <= $8 AND (until_on IS NULL OR $8 < until_on)) AS able
    FROM task WHERE pathway_id = $1 AND kind = $2 AND key = $3 AND role = $4 AND state = 'open'
), given AS (
    INSERT INTO assignment AS held (pathway_id, kind, key, role, trust, person, by, at)
    SELECT pathway_id, kind, key, role, trust, $5, $6, $9 FROM wanted WHERE able
    ON CONFLICT (pathway_id, kind, key, role) DO UPDATE SET person = excluded.person, by = excluded.by, at = excluded.at
    WHERE held.person = excluded.person OR held.person = $7
    RETURNING pathway_id, trust, kind
), audited AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT trust, $6, $10, 'assigned', pathway_id, kind FROM given
)
SELECT (SELECT able FROM wanted) AS able, EXISTS (SELECT FROM given) AS given
"""
HOLDER = "SELECT person FROM assignment WHERE pathway_id = $1 AND kind = $2 AND key = $3 AND role = $4"
RELEASE = """
WITH released AS (
    DELETE FROM assignment WHERE pathway_id = $1 AND kind = $2 AND key = $3 AND role = $4 AND person = $5
    RETURNING pathway_id, trust, kind
)
INSERT INTO audit (trust, person, role, action, pathway_id, kind)
SELECT trust, $6, $7, 'released', pathway_id, kind FROM released
"""
DELEGATE = """
WITH able AS (
    SELECT count(DISTINCT person) = 2 AS fit FROM staff
    WHERE person IN ($2, $3) AND role = $4 AND from_on <= $5 AND (until_on IS NULL OR $5 < until_on)
), said AS (
    INSERT INTO delegation (trust, person, to_person, role, from_on, until_on)
    SELECT $1, $2, $3, $4, $5, $6 FROM able WHERE fit
    ON CONFLICT (trust, person, role, from_on) DO UPDATE
    SET to_person = excluded.to_person, until_on = excluded.until_on
    RETURNING trust
)
INSERT INTO audit (trust, person, role, action) SELECT trust, $2, $4, 'delegated' FROM said
"""
STANDING_IN_FOR = """
SELECT person, to_person, role, from_on, until_on FROM delegation
WHERE (to_person = $1 OR person = $1) AND until_on > $2 ORDER BY from_on, person, role
"""
STOP = "DELETE FROM delegation WHERE person = $1 AND role = $2 AND from_on = $3"


@dataclass(frozen=True, slots=True)
class TaskNamed:
    """A task by its key."""

    pathway_id: str
    kind: str
    key: str
    role: Role


@dataclass(frozen=True, slots=True)
class Assigned:
    """It is this person's now."""

    person: str


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Somebody else has it; say so, and let whoever asks take it over from exactly that person."""

    person: str


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """That person does not hold the task's role today."""


@dataclass(frozen=True, slots=True)
class NoOpenTask:
    """There is no such open task in this trust (any more)."""


Assigning = Assigned | HeldBy | NotTheirs | NoOpenTask


@dataclass(frozen=True, slots=True)
class Delegation:
    """`to_person` does what is assigned to `person` in this role from `from_on` until the day before `until_on`."""

    person: str
    to_person: str
    role: Role
    from_on: date
    until_on: date


class Assignments:
    """Claims of tasks in a trust. `clock` is the server's: who works today, not what a training pathway believes."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def claim(self, trust: str, task: TaskNamed, by: Signature) -> Assigning:
        """Takes a task that nobody has, or that is one's own already."""
        return await self.assign(trust, task, by.person, by)

    async def assign(
        self, trust: str, task: TaskNamed, to_person: str, by: Signature, *, instead_of: str | None = None
    ) -> Assigning:
        """Gives a task to a colleague; `instead_of` is who had it when whoever decides looked."""
        named = pathway_uuid(task.pathway_id)
        if named is None:
            return NoOpenTask()
        now = self._clock.now()
        place = (named, task.kind, task.key, task.role.value)
        given = (*place, to_person, by.person, instead_of, civil(now), now, by.role.value)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            row = await connection.fetchrow(ASSIGN, *given)
            assert row is not None  # noqa: S101 -- a SELECT without FROM has one row
            if row["given"]:
                return Assigned(to_person)
            if row["able"]:  # the conflicting row is locked by the attempt: it is still there
                return HeldBy(await connection.fetchval(HOLDER, *place))
        return NoOpenTask() if row["able"] is None else NotTheirs()

    async def release(self, trust: str, task: TaskNamed, by: Signature, *, held_by: str | None = None) -> bool:
        """Puts a task back for everyone; `held_by` is whose it is, unless it is one's own. False: it is not."""
        named = pathway_uuid(task.pathway_id)
        if named is None:
            return False
        place = (named, task.kind, task.key, task.role.value)
        return await self._changed(trust, RELEASE, *place, held_by or by.person, by.person, by.role.value)

    async def delegate(self, trust: str, wish: Delegation) -> bool:
        """Lets a colleague stand in. False unless both hold the role on the first day; ValueError for no days."""
        if wish.until_on <= wish.from_on or wish.person == wish.to_person:
            raise ValueError("a delegation lasts at least one day and goes to somebody else")
        days = (wish.from_on, wish.until_on)
        return await self._changed(trust, DELEGATE, trust, wish.person, wish.to_person, wish.role.value, *days)

    async def stop(self, trust: str, person: str, role: Role, from_on: date) -> bool:
        return await self._changed(trust, STOP, person, role.value, from_on)

    async def delegations(self, trust: str, person: str) -> tuple[Delegation, ...]:
        """Those of this person and to them which are not over yet."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            rows = await connection.fetch(STANDING_IN_FOR, person, civil(self._clock.now()))
        return tuple(
            Delegation(row["person"], row["to_person"], Role(row["role"]), row["from_on"], row["until_on"])
            for row in rows
        )

    async def _changed(self, trust: str, statement: str, *given: object) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            status: str = await connection.execute(statement, *given)
        return not status.endswith(" 0")
