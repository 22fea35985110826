"""Who is signed in at a browser, as PostgreSQL keeps it. An id is known here by its SHA-256 only."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

BEGIN = """
WITH replaced AS (
    UPDATE session SET ended_at = $9 WHERE id_hash = $12 AND ended_at IS NULL
), begun AS (
    INSERT INTO session (id_hash, person, label, posts, chosen_trust, chosen_role, csrf, signed_in_at, last_seen_at,
        authenticated_at, sid, id_token)
    VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7, $8, $9, $10, $11,
        coalesce($13, (SELECT id_token FROM session WHERE id_hash = $12)))
)
INSERT INTO audit (trust, person, role, action) SELECT $5, $2, $6, 'signed_in' WHERE $5::text IS NOT NULL
"""
END_AT_ISSUERS_WORD = """
UPDATE session SET ended_at = $4
WHERE ended_at IS NULL AND signed_in_at <= $3 AND ($1::text IS NULL OR person = $1) AND ($2::text IS NULL OR sid = $2)
"""
GIVE_AWAY = """
UPDATE session SET id_token = NULL FROM (SELECT id_hash, id_token FROM session WHERE id_hash = $1 FOR UPDATE) AS kept
WHERE session.id_hash = kept.id_hash RETURNING kept.id_token
"""
BEGIN_SIGN_IN = """
WITH forgotten AS (DELETE FROM sign_in WHERE begun_at < $8)
INSERT INTO sign_in (state_hash, browser_hash, nonce, code_verifier, return_to, again, begun_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
TAKE_SIGN_IN = "DELETE FROM sign_in WHERE state_hash = $1 AND browser_hash = $2 RETURNING *"
AUDIT = "INSERT INTO audit (trust, person, role, action) VALUES ($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """One row. `posts` are (trust, role); `trust` and `role` the post chosen now, both None while none is."""

    id_hash: bytes
    person: str
    label: str
    posts: tuple[tuple[str, str], ...]
    trust: str | None
    role: str | None
    csrf: str
    signed_in_at: datetime
    last_seen_at: datetime
    authenticated_at: datetime
    sid: str | None = None
    ended_at: datetime | None = None
    trust_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One way to the issuer that was begun. `again`: somebody signed in was asked to prove it once more."""

    state_hash: bytes
    browser_hash: bytes
    nonce: str
    code_verifier: str
    return_to: str
    again: bool
    begun_at: datetime


class SessionBook:
    """The tables `session` and `sign_in`, as far as the pool's role goes: only the front door begins anything."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, id_hash: bytes) -> KeptSession | None:
        """The session of this id, ended or not."""
        row = await self._pool.fetchrow("SELECT * FROM find_session($1)", id_hash)
        return _session(row) if row else None

    async def begin(self, new: KeptSession, *, id_token: str | None, replacing: bytes | None) -> None:
        """Writes it down, ends the one it replaces and audits the post, in one statement.

        Without an `id_token` it inherits that of the session it replaces.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await _set_trust(connection, new.trust)
            await connection.execute(
                BEGIN,
                new.id_hash,
                new.person,
                new.label,
                json.dumps(new.posts),
                new.trust,
                new.role,
                new.csrf,
                new.signed_in_at,
                new.last_seen_at,
                new.authenticated_at,
                new.sid,
                replacing,
                id_token,
            )

    async def touch(self, id_hash: bytes, seen_at: datetime) -> None:
        await self._pool.execute("SELECT touch_session($1, $2)", id_hash, seen_at)

    async def end(self, session: KeptSession, at: datetime) -> bool:
        """Ends it, audited. False: it had ended already."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _set_trust(connection, session.trust)
            ended = bool(await connection.fetchval("SELECT end_session($1, $2)", session.id_hash, at))
            if ended and session.trust is not None:
                await connection.execute(AUDIT, session.trust, session.person, session.role, "signed_out")
        return ended

    async def end_at_issuers_word(self, person: str | None, sid: str | None, *, until: datetime, at: datetime) -> int:
        """Ends what the issuer says is over and was begun up to `until`. At least one of the two must be named."""
        if person is None and sid is None:
            return 0
        status = await self._pool.execute(END_AT_ISSUERS_WORD, person, sid, until, at)
        return int(status.rpartition(" ")[2])

    async def take_id_token(self, id_hash: bytes) -> str | None:
        """The issuer's own word about this session, given away once."""
        found: str | None = await self._pool.fetchval(GIVE_AWAY, id_hash)
        return found

    async def forget(self, before: datetime) -> None:
        """Deletes sessions begun before; by then nobody comes back for a draft."""
        await self._pool.execute("DELETE FROM session WHERE signed_in_at < $1", before)

    async def begin_sign_in(self, attempt: SignIn, *, forget_before: datetime) -> None:
        await self._pool.execute(BEGIN_SIGN_IN, *asdict(attempt).values(), forget_before)

    async def take_sign_in(self, state_hash: bytes, browser_hash: bytes, *, since: datetime) -> SignIn | None:
        """The way that this browser began with this state, not before `since`. It is gone afterwards."""
        row = await self._pool.fetchrow(TAKE_SIGN_IN, state_hash, browser_hash)
        return SignIn(**dict(row)) if row and row["begun_at"] >= since else None


async def _set_trust(connection: "PoolConnectionProxy[asyncpg.Record]", trust: str | None) -> None:
    await connection.execute("SELECT set_config('patency.trust', $1, true)", trust or "")


def _session(row: asyncpg.Record) -> KeptSession:
    found: dict[str, Any] = dict(row)
    posts = tuple((trust, role) for trust, role in json.loads(found.pop("posts")))
    return KeptSession(posts=posts, trust=found.pop("chosen_trust"), role=found.pop("chosen_role"), **found)
