"""What a trust's registers say anew: one click changes a register and leaves an announcement for the pathways.

Which pathways it concerns is found, and written into each, by the worker (spreading.py): no click waits for that.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from shared.ledger import announcements
from shared.ledger.acts import KeyReused, NotAllowed, Refused
from shared.ledger.announcements import Spread, Suspension
from shared.ledger.authorisations import Authorisations
from shared.ledger.keeping import Note, asked_for, audit, rules_of
from shared.ledger.recipients import ALONE, AT_ONCE, SOMEBODY, Recipients
from shared.ledger.visit import Connection
from shared.pathway.civil_time import civil
from shared.pathway.people import Role, Signature
from shared.pathway.record import Record
from shared.pathway.refusal import Refusal
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    StaffLeft,
    StudyClosed,
)
from shared.wiring.clock import Clock

News = DeviceRecall | StudyClosed | AuthorisationSuspended | StaffLeft | GuidanceSuperseded

TRUST = "SELECT set_config('patency.trust', $1, true)"
HOLDS = """
SELECT EXISTS (SELECT FROM staff WHERE person = $1 AND role = $2 AND from_on <= $3
    AND (until_on IS NULL OR $3 < until_on))
"""
MAIL_SYSTEM = """
SELECT person FROM staff WHERE role = $1 AND from_on <= $2 AND (until_on IS NULL OR $2 < until_on)
ORDER BY person LIMIT 1
"""
KNOWN = "SELECT id, asked_for FROM announcement WHERE by_person = $1 AND key = $2"
ANNOUNCE = """
INSERT INTO announcement (trust, kind, record, needle, by_person, by_role, key, asked_for, at, traceparent)
VALUES ($1, $2, $3::json, $4, $5, $6, $7, $8, $9, $10) RETURNING id
"""
RECALL = "UPDATE device SET recalled = true WHERE udi_di = $1"
RECALL_LOTS = """
INSERT INTO recalled_lot (trust, udi_di, lot, reference) SELECT $1, $2, lot, $4 FROM unnest($3::text[]) AS lot
ON CONFLICT DO NOTHING
"""
CLOSE_STUDY = "UPDATE study SET open_on_site = false WHERE study_id = $1"
SUSPEND = "INSERT INTO suspension (trust, reference, scope, subject, at) VALUES ($1, $2, $3, $4, $5)"
SUSPENDED = "SELECT EXISTS (SELECT FROM suspension WHERE reference = $1)"
LIFT = "UPDATE suspension SET lifted_at = $2 WHERE reference = $1 AND lifted_at IS NULL RETURNING true"
# Somebody who leaves keeps the roles of the days before, gets no mail any more, owns no open task, stands in for
# nobody, and has nobody stand in for them: an absence that has begun ends with the last day, one to come is off.
LEAVE = """
WITH gone AS (
    UPDATE staff SET until_on = greatest($2, from_on + 1)
    WHERE person = $1 AND (until_on IS NULL OR until_on > $2)
), unaddressed AS (
    DELETE FROM governance_recipient WHERE person = $1
), never_away AS (
    DELETE FROM delegation WHERE $1 IN (person, to_person) AND from_on >= $2
), back AS (
    UPDATE delegation SET until_on = $2 WHERE $1 IN (person, to_person) AND from_on < $2 AND until_on > $2
)
DELETE FROM assignment WHERE person = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """News of a register, by somebody of the trust. The same key with the same body is announced once."""

    trust: str
    news: News
    by: Signature
    key: str
    body_hash: bytes
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """The register says so from now on; the pathways are told one after the other. `replayed`: it was kept before."""

    id: str
    replayed: bool = False


class Registers:
    """The registers of a trust, changed. `clock` is the server's.

    `recipients` and `authorisations` are those that governance keeps itself.
    """

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self.recipients = Recipients(pool, clock)
        self.authorisations = Authorisations(pool, clock)

    def today(self) -> date:
        """The server's day, in London."""
        return civil(self._clock.now())

    async def mail_system(self, trust: str) -> str | None:
        """Directory id of what reports for the trust's mail; None when the directory has none today."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(TRUST, trust)
            found: str | None = await connection.fetchval(MAIL_SYSTEM, Role.MAIL_SYSTEM.value, self.today())
        return found

    async def announce(self, told: Announcement) -> Announced | Refused | NotAllowed | KeyReused:
        """Changes the register and leaves the announcement, in one transaction, or says why not."""
        try:
            return await self._announced(told)
        except asyncpg.CheckViolationError as error:
            if error.constraint_name != SOMEBODY:
                raise
            return await self.recipients.nobody_left(told.trust, told.by, told.news.kind)

    async def _announced(self, told: Announcement) -> Announced | Refused | NotAllowed | KeyReused:
        asked = asked_for(told.news.kind, told.body_hash)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ALONE, told.trust)
            known = await connection.fetchrow(KNOWN, told.by.person, told.key)
            if known is not None:
                same = bytes(known["asked_for"]) == asked
                return Announced(str(known["id"]), replayed=True) if same else KeyReused()
            note = Note(told.trust, told.by, "denied", kind=told.news.kind)
            if not await self._holds(connection, told.by):
                await audit(connection, note)
                return NotAllowed()
            if reasons := await self._refusals(connection, told.news):
                await audit(connection, Note(told.trust, told.by, "refused", None, told.news.kind, rules_of(reasons)))
                return Refused(reasons)
            await self._change(connection, told)
            await connection.execute(AT_ONCE)
            return Announced(await self._keep(connection, told, asked))

    async def lift(self, trust: str, reference: str, by: Signature) -> bool | NotAllowed:
        """Ends a suspension; one that has ended stays so. False: there never was one of this reference."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(ALONE, trust)
            if not await self._holds(connection, by):
                await audit(connection, Note(trust, by, "denied", kind=AuthorisationSuspended.kind))
                return NotAllowed()
            if not await connection.fetchval(SUSPENDED, reference):
                return False
            if await connection.fetchval(LIFT, reference, self._clock.now()):
                await audit(connection, Note(trust, by, "lifted", kind=AuthorisationSuspended.kind))
        return True

    async def touches(self, trust: str, news: News) -> int:
        """How many pathways this news would be written into."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(TRUST, trust)
            return await announcements.touches(connection, news.kind, needle_of(news))

    async def stand(self, trust: str) -> tuple[tuple[Spread, ...], tuple[Suspension, ...]]:
        """What was announced last, with how far it has been told, and the suspensions in force."""
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(TRUST, trust)
            return await announcements.announced(connection), await announcements.in_force(connection)

    async def _holds(self, connection: Connection, by: Signature) -> bool:
        return bool(await connection.fetchval(HOLDS, by.person, by.role.value, civil(self._clock.now())))

    async def _refusals(self, connection: Connection, news: News) -> tuple[Refusal, ...]:
        if not isinstance(news, AuthorisationSuspended):
            return ()
        if news.scope != "procedure" and news.subject is None:
            return (Refusal("R-GOV-6", "subject", "Name the device model or the operator", "YR3"),)
        if await connection.fetchval(SUSPENDED, news.reference):
            return (Refusal("R-GOV-6", "reference", "A suspension has this reference already", "YR3"),)
        return ()

    async def _change(self, connection: Connection, told: Announcement) -> None:
        match told.news:
            case DeviceRecall(udi_di=udi, lots=()):
                await connection.execute(RECALL, udi)
            case DeviceRecall(udi_di=udi, lots=lots, reference=reference):
                await connection.execute(RECALL_LOTS, told.trust, udi, list(lots), reference)
            case StudyClosed(study_id=study):
                await connection.execute(CLOSE_STUDY, study)
            case AuthorisationSuspended(reference=reference, scope=scope, subject=subject):
                await connection.execute(SUSPEND, told.trust, reference, scope, subject, self._clock.now())
            case StaffLeft(person=person, left_on=left_on):
                await connection.execute(LEAVE, person, left_on + timedelta(days=1))
            case GuidanceSuperseded():
                pass

    async def _keep(self, connection: Connection, told: Announcement, asked: bytes) -> str:
        by, news = told.by, told.news
        who = (by.person, by.role.value, told.key, asked, self._clock.now(), told.traceparent)
        found = await connection.fetchval(
            ANNOUNCE, told.trust, news.kind, news.model_dump_json(), needle_of(news), *who
        )
        await audit(connection, Note(told.trust, by, "announced", kind=news.kind))
        return str(found)


def needle_of(news: Record) -> str | None:
    """What a pathway's records name when this news concerns them; None when it concerns every open one."""
    match news:
        case DeviceRecall(udi_di=udi):
            return udi
        case StudyClosed(study_id=study):
            return study
        case StaffLeft(person=person):
            return person
    return None
