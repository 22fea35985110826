"""Brings the database to this code's schema: `python -m deploy.migrate`, run before anything else is started.

`--sums` writes down the checksums of new files instead: from then on they are released, and are never edited.

Numbered SQL files, each once and in one transaction; then what follows from code and settings rather than from
history: the passwords of the login roles, and which of them may enter which kinds of entries.
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import secrets
import stringprep
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.pathway.people import PATENCY
from shared.pathway.stages import KINDS
from shared.wiring.settings import MigrateSettings, load

MIGRATIONS = Path(__file__).with_name("migrations")
ALONE = 0x7061_7465  # advisory lock: two migrations at once wait for each other
WORKER = "patency_worker"
RELAY = "patency_relay"
ROUNDS = 4096

REGISTER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    file text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""


SUMS = MIGRATIONS / "SHA256SUMS"


class MigrationRefusedError(Exception):
    """A file that was applied or released has changed since: history is not edited, a new file says what is new."""


def login_role(desk: str) -> str:
    """The database role of a desk; "" is the system itself, whose entries the worker makes."""
    return f"desk_{desk}" if desk else WORKER


LOGIN_ROLES = (
    *sorted({login_role(kind.desk) for kind in KINDS.values()}),
    login_role("front_door"),
    login_role("operations"),
    RELAY,
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file, as it is now."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode("utf-8")).hexdigest()


def written(directory: Path) -> tuple[Migration, ...]:
    """The numbered files in their order."""
    files = sorted(directory.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    return tuple(Migration(file.name, file.read_text(encoding="utf-8")) for file in files)


def released(file: Path = SUMS) -> dict[str, str]:
    """The checksum of each released file, by its name. The list is one that `sha256sum --check` reads."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def edited(known: tuple[Migration, ...], sums: dict[str, str]) -> list[str]:
    """The released files that are gone or not what they were."""
    now = {each.name: each.sha256 for each in known}
    return [name for name, sha256 in sums.items() if now.get(name) != sha256]


def release(known: tuple[Migration, ...], file: Path = SUMS) -> tuple[str, ...]:
    """Adds the files that are not released yet to the list; returns their names.

    Raises MigrationRefusedError, and writes nothing, if a released file was edited.
    """
    sums = released(file)
    _refuse_edited(edited(known, sums))
    new = tuple(each for each in known if each.name not in sums)
    with file.open("a", encoding="utf-8") as listed:
        listed.writelines(f"{each.sha256}  {each.name}\n" for each in new)
    return tuple(each.name for each in new)


def _refuse_edited(names: list[str]) -> None:
    if names:
        raise MigrationRefusedError(f"Migrations were edited after they were released or applied: {', '.join(names)}")


async def migrate(dsn: str, password: str, known: tuple[Migration, ...]) -> tuple[str, ...]:
    """Applies what is missing and returns the names of those files. Running it again changes nothing.

    Raises MigrationRefusedError before anything is done if an applied file was edited.
    """
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ALONE)
        await connection.execute(REGISTER)
        missing = await _missing(connection, known)
        for migration in missing:
            await _apply(connection, migration)
        async with connection.transaction():
            await _fill_may_enter(connection)
            await _set_passwords(connection, password)
    finally:
        await connection.close()  # and with it goes the lock
    return tuple(each.name for each in missing)


async def pending(dsn: str, known: tuple[Migration, ...]) -> tuple[str, ...]:
    """The files that this database has not seen; it is only looked at. Raises MigrationRefusedError as `migrate`."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        if await connection.fetchval("SELECT to_regclass('schema_migration')") is None:
            return tuple(each.name for each in known)
        return tuple(each.name for each in await _missing(connection, known))
    finally:
        await connection.close()


async def _missing(connection: asyncpg.Connection, known: tuple[Migration, ...]) -> list[Migration]:
    rows = await connection.fetch("SELECT file, sha256 FROM schema_migration")
    applied = {row["file"]: row["sha256"] for row in rows}
    _refuse_edited([each.name for each in known if applied.get(each.name, each.sha256) != each.sha256])
    return [each for each in known if each.name not in applied]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        kept = "INSERT INTO schema_migration (file, sha256) VALUES ($1, $2)"
        await connection.execute(kept, migration.name, migration.sha256)


def may_enter() -> Iterator[tuple[str, str]]:
    """Login role and kind, as the table of kinds says. What the system may write too, the worker enters."""
    for kind in KINDS.values():
        yield login_role(kind.desk), kind.name
        if PATENCY.role in kind.roles:
            yield WORKER, kind.name


async def _fill_may_enter(connection: asyncpg.Connection) -> None:
    await connection.execute("DELETE FROM may_enter")
    await connection.executemany("INSERT INTO may_enter (db_role, kind) VALUES ($1, $2)", sorted(set(may_enter())))


async def _set_passwords(connection: asyncpg.Connection, password: str) -> None:
    for role in LOGIN_ROLES:
        verifier = scram_verifier(password, secrets.token_bytes(16))
        await connection.execute(f"ALTER ROLE {role} PASSWORD '{verifier}'")


def scram_verifier(password: str, salt: bytes, *, rounds: int = ROUNDS) -> str:
    """What PostgreSQL keeps of a password (RFC 5803), so that the password itself is in no statement or log.

    Refuses (ValueError) what would need SASLprep: passwords here are generated, and printable ASCII.
    """
    if not password.isascii() or any(map(stringprep.in_table_c21, password)):
        raise ValueError("the database password must be printable ASCII")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    words = (base64.b64encode(each).decode("ascii") for each in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(rounds, *words)


def main() -> None:
    asked = argparse.ArgumentParser(description="Brings the database to this code's schema.")
    asked.add_argument("--sums", action="store_true", help="release the new files: write down their checksums, and end")
    known = written(MIGRATIONS)
    if asked.parse_args().sums:
        print(f"released: {', '.join(release(known)) or 'nothing new'}")  # noqa: T201 -- a command says what it did
        return
    _refuse_edited(edited(known, released()))
    settings = load(MigrateSettings)
    applied = asyncio.run(migrate(settings.owner_dsn.get_secret_value(), settings.database_password(), known))
    print(f"migrations: {', '.join(applied) or 'nothing new'}")  # noqa: T201 -- a command says what it did


if __name__ == "__main__":
    main()
