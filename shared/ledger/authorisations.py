"""The authorisation register (IPG651 YR3, 3.6): the procedure, device models, operators; who approved them, until when.

A change counts for the next start. What was approved or ended stays in the register's history for good.
"""

from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from shared.ledger.acts import NotAllowed, Refused
from shared.ledger.keeping import Note, audit, rules_of
from shared.ledger.recipients import ALONE, AT_ONCE, HOLDS, SOMEBODY, TRUST, Recipients
from shared.ledger.visit import Connection
from shared.pathway.civil_time import civil
from shared.pathway.governance_register import PermissionEnded, PermissionGiven, PermitScope
from shared.pathway.people import Signature
from shared.pathway.refusal import Refusal
from shared.wiring.clock import Clock

KNOWN = "SELECT EXISTS (SELECT FROM authorisation_event WHERE by_person = $1 AND key = $2)"
STANDS = "SELECT status, review_by, device_models, operators FROM authorisation WHERE trust = $1"
MODEL = "SELECT EXISTS (SELECT FROM device WHERE model = $1)"
STAFF = """
SELECT EXISTS (SELECT FROM staff WHERE person = $1 AND from_on <= $2 AND (until_on IS NULL OR $2 < until_on))
"""
EVENT = """
INSERT INTO authorisation_event
    (trust, scope, subject, action, review_by, approving_body, reference, evidence, by_person, by_role, at, key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
PERMIT = """
INSERT INTO authorisation (trust, status, review_by, device_models, operators) VALUES ($1, 'active', $2, '{}', '{}')
ON CONFLICT (trust) DO UPDATE SET status = 'active', review_by = excluded.review_by
"""
EXPIRE = "UPDATE authorisation SET status = 'expired' WHERE trust = $1"
ADD = {
    PermitScope.DEVICE: "UPDATE authorisation SET device_models = array_append(array_remove(device_models, $2), $2)"
    " WHERE trust = $1",
    PermitScope.OPERATOR: "UPDATE authorisation SET operators = array_append(array_remove(operators, $2), $2)"
    " WHERE trust = $1",
}
TAKE = {
    PermitScope.DEVICE: "UPDATE authorisation SET device_models = array_remove(device_models, $2) WHERE trust = $1",
    PermitScope.OPERATOR: "UPDATE authorisation SET operators = array_remove(operators, $2) WHERE trust = $1",
}
HISTORY = """
SELECT scope, subject, action, review_by, approving_body, reference, evidence, by_person, by_role, at
FROM authorisation_event ORDER BY at DESC, id LIMIT $1
"""
NEWEST = """
SELECT scope, subject, review_by, at, by_person FROM (
    SELECT DISTINCT ON (scope, subject) * FROM authorisation_event ORDER BY scope, subject, at DESC, id) AS newest
WHERE action = 'approved'
"""
MOST = 50

Change = PermissionGiven | PermissionEnded


@dataclass(frozen=True, slots=True)
class Permission:
    """What the trust permits. `review_by` is the last day it counts; None: as long as the procedure's own.

    `approved_at` and `approved_by` are None for what was there before this register kept its history.
    """

    scope: PermitScope
    subject: str | None
    review_by: date | None
    approved_at: datetime | None
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    scope: PermitScope
    subject: str | None
    action: str
    review_by: date | None
    approving_body: str | None
    reference: str
    evidence: str | None
    by_person: str
    by_role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The register as it stands. `status` is None for a trust that has never authorised the procedure."""

    status: str | None
    permissions: tuple[Permission, ...]
    history: tuple[Event, ...]


class Authorisations:
    """A trust's authorisation register, read and changed. `clock` is the server's."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def stand(self, trust: str) -> Standing:
        """What is permitted now, until when, by whom, and how it came to be."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(TRUST, trust)
            row = await connection.fetchrow(STANDS, trust)
            newest = {(each["scope"], each["subject"]): each for each in await connection.fetch(NEWEST)}
            history = await connection.fetch(HISTORY, MOST)
        events = tuple(Event(PermitScope(each["scope"]), *tuple(each)[1:]) for each in history)
        if row is None:
            return Standing(None, (), events)
        return Standing(row["status"], tuple(_permissions(row, newest)), events)

    async def change(self, trust: str, said: Change, by: Signature, key: str) -> Refused | NotAllowed | None:
        """Permits something until its review date, or no longer. The same key again changes nothing.

        Refuses a review date that has passed, a subject the registers do not know, and ending what is not permitted.
        """
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(ALONE, trust)
                return await self._decided(connection, trust, said, by, key)
        except asyncpg.CheckViolationError as error:
            if error.constraint_name != SOMEBODY:
                raise
            return await Recipients(self._pool, self._clock).nobody_left(trust, by, said.kind)

    async def _decided(
        self, connection: Connection, trust: str, said: Change, by: Signature, key: str
    ) -> Refused | NotAllowed | None:
        today = civil(self._clock.now())
        if not await connection.fetchval(HOLDS, by.person, by.role.value, today):
            await audit(connection, Note(trust, by, "denied", kind=said.kind))
            return NotAllowed()
        if await connection.fetchval(KNOWN, by.person, key):
            return None
        if reason := await self._refusal(connection, trust, said, today):
            await audit(connection, Note(trust, by, "refused", None, said.kind, rules_of((reason,))))
            return Refused((reason,))
        await _write(connection, trust, said)
        await self._remember(connection, trust, said, by, key)
        await connection.execute(AT_ONCE)
        return None

    async def _refusal(self, connection: Connection, trust: str, said: Change, today: date) -> Refusal | None:
        row = await connection.fetchrow(STANDS, trust)
        if isinstance(said, PermissionEnded):
            return None if row is not None and _permitted(row, said.scope, said.subject) else NOT_PERMITTED
        if said.review_by <= today:
            return Refusal("G6", "review_by", "The review date has to lie ahead", "YR3")
        if said.scope is PermitScope.PROCEDURE:
            return None
        if row is None:
            return Refusal("G6", "scope", "Approve the procedure first", "YR3")
        known = await self._known(connection, said, today)
        return None if known else Refusal("G6", "subject", "The trust's register does not know this one", "YR3")

    async def _known(self, connection: Connection, said: PermissionGiven, today: date) -> bool:
        if said.scope is PermitScope.DEVICE:
            return bool(await connection.fetchval(MODEL, said.subject))
        return bool(await connection.fetchval(STAFF, said.subject, today))

    async def _remember(self, connection: Connection, trust: str, said: Change, by: Signature, key: str) -> None:
        approved = isinstance(said, PermissionGiven)
        about = (trust, said.scope.value, said.subject, "approved" if approved else "ended")
        terms = (said.review_by, said.approving_body) if isinstance(said, PermissionGiven) else (None, None)
        evidence = said.evidence if isinstance(said, PermissionGiven) else said.why
        who = (by.person, by.role.value, self._clock.now(), key)
        await connection.execute(EVENT, *about, *terms, said.reference, evidence, *who)
        await audit(connection, Note(trust, by, "announced", kind=said.kind))


NOT_PERMITTED = Refusal("G6", "subject", "This is not permitted now, so there is nothing to end", "YR3")


async def _write(connection: Connection, trust: str, said: Change) -> None:
    if said.scope is PermitScope.PROCEDURE:
        if isinstance(said, PermissionGiven):
            await connection.execute(PERMIT, trust, said.review_by)
        else:
            await connection.execute(EXPIRE, trust)
        return
    statement = ADD if isinstance(said, PermissionGiven) else TAKE
    await connection.execute(statement[said.scope], trust, said.subject)


def _permitted(row: asyncpg.Record, scope: PermitScope, subject: str | None) -> bool:
    if scope is PermitScope.PROCEDURE:
        return bool(row["status"] != "expired")
    return subject in row["device_models" if scope is PermitScope.DEVICE else "operators"]


def _permissions(row: asyncpg.Record, newest: dict[tuple[str, str | None], asyncpg.Record]) -> list[Permission]:
    """The procedure, then device models, then operators, each by name."""
    named = [(PermitScope.PROCEDURE, None)] if row["status"] != "expired" else []
    subjects: list[tuple[PermitScope, str | None]] = [
        *named,
        *((PermitScope.DEVICE, each) for each in sorted(row["device_models"])),
        *((PermitScope.OPERATOR, each) for each in sorted(row["operators"])),
    ]
    return [_permission(scope, subject, row, newest.get((scope.value, subject))) for scope, subject in subjects]


def _permission(
    scope: PermitScope, subject: str | None, row: asyncpg.Record, event: asyncpg.Record | None
) -> Permission:
    own = event["review_by"] if event else None
    review_by = row["review_by"] if scope is PermitScope.PROCEDURE else own
    return Permission(scope, subject, review_by, event["at"] if event else None, event["by_person"] if event else None)
