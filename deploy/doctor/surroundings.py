"""Checks of what Patency needs around it: PostgreSQL, its schema, Temporal, the outbox, who signs people in."""

import asyncio

import asyncpg
import httpx
from temporalio.service import RPCError

from activities.adapters.postgres_outbox import ROLE
from deploy import release
from deploy.doctor.findings import Finding, ill, warning, well
from deploy.migrate import MIGRATIONS, MigrationRefusedError, edited, pending, released, written
from shared.wiring.postgres import is_outage, open_alone
from shared.wiring.settings import DeskSettings, RelaySettings
from shared.wiring.temporal import connect

WITHIN_S = 5.0
OUTBOX_OLD_S = 120.0
OLDEST = "SELECT coalesce(extract(epoch FROM now() - min(since)), 0)::float8 FROM outbox"


async def database(settings: RelaySettings) -> Finding:
    """Whether the relay's own role gets in: name, password and privileges at once."""
    try:
        connection = await open_alone(settings, ROLE)
    except asyncpg.InvalidPasswordError:
        return ill("PostgreSQL refuses our password", "run `python -m deploy.migrate`: it sets the roles' passwords")
    except Exception as error:
        if not is_outage(error):
            raise
        return ill("PostgreSQL does not answer", "start it, and look at PATENCY_POSTGRES")
    found: str = await connection.fetchval("SHOW server_version")
    await connection.close()
    return well(f"PostgreSQL {found} answers")


async def schema(owner_dsn: str) -> Finding:
    """Whether every migration of this code has been applied, and none was edited since."""
    known = written(MIGRATIONS)
    if changed := edited(known, released()):
        return ill(f"released migrations were edited: {', '.join(changed)}", "take the files as they were released")
    try:
        missing = await pending(owner_dsn, known)
    except MigrationRefusedError:
        return ill("applied migrations were edited", "take the files as they were applied")
    except Exception as error:
        if not is_outage(error):
            raise
        return ill("the schema cannot be looked at", "start PostgreSQL, and look at PATENCY_OWNER_DSN")
    if missing:
        return ill(f"{len(missing)} migrations are missing", "run `python -m deploy.migrate`")
    return well(f"{len(known)} migrations, all applied")


async def engine(settings: RelaySettings) -> Finding:
    try:
        client = await asyncio.wait_for(connect(settings), WITHIN_S)
        current = await release.current(client)
    except (RuntimeError, TimeoutError, RPCError):
        return ill(
            "Temporal does not answer", "start it, and look at PATENCY_TEMPORAL. Care can be written down meanwhile"
        )
    return well(f"Temporal answers; the current build is {current or 'none: workers have no build id'}")


async def outbox(settings: RelaySettings) -> Finding:
    """How long the oldest change has waited to be told to the engine."""
    try:
        connection = await open_alone(settings, ROLE)
    except Exception as error:
        if not (is_outage(error) or isinstance(error, asyncpg.InvalidPasswordError)):
            raise
        return warning("the outbox cannot be looked at", "see `database`")
    oldest: float = await connection.fetchval(OLDEST)
    await connection.close()
    said = f"the oldest change has waited {oldest:.0f} s"
    return well(said) if oldest <= OUTBOX_OLD_S else ill(said, "is the relay running? See runbook/outbox-stuck.md")


async def issuer(settings: DeskSettings) -> tuple[Finding, str | None]:
    """Whether people can sign in, and the time by the issuer's clock."""
    address = settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        async with httpx.AsyncClient(timeout=WITHIN_S, trust_env=False) as http:
            answer = await http.get(address)
    except httpx.HTTPError:
        return ill("the issuer does not answer", "look at PATENCY_OIDC_ISSUER: nobody can sign in"), None
    date = answer.headers.get("date")
    if answer.is_success:
        return well("the issuer answers"), date
    return ill(f"the issuer answers {answer.status_code}", "look at PATENCY_OIDC_ISSUER: nobody can sign in"), date
