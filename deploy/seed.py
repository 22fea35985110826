"""The training trusts and their registers: `python -m deploy.seed`, after the migrations. It makes no patients.

Idempotent: it puts the training trusts' registers back to what the files say, and touches no other trust.
"""

import asyncio
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.people import people, trusts
from shared.pathway.governance import LADDER
from shared.pathway.people import PATENCY, Role
from shared.wiring.settings import MigrateSettings, load

FILE = Path(__file__).with_name("seed") / "registers.toml"
FROM = date(2015, 1, 1)  # before any story is set
MAIL_DOMAIN = "inbox.invalid"

Rows = list[tuple[Any, ...]]


@cache
def registers() -> dict[str, Any]:
    """registers.toml, as written."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def rows_of(trust: str) -> dict[str, Rows]:
    """Every register of one training trust, as rows in the order of its table's columns."""
    return {
        "staff": _staff(trust),
        "staff_name": [(trust, person.id, person.name) for person in people() if person.trust == trust],
        "governance_recipient": _recipients(trust),
        "authorisation": _authorisation(trust),
        "device": [
            (trust, each["udi_di"], each["model"], each["mechanism"], each["recalled"])
            for each in registers()["devices"]
        ],
        "study": [
            (trust, each["study_id"], each["ethics_reference"], trust in each["open_at"])
            for each in registers()["studies"]
            if trust in each["known_at"]
        ],
        "leaflet": [(trust, each["document_id"], each["version"]) for each in registers()["leaflets"]],
    }


def _staff(trust: str) -> Rows:
    found = [
        (trust, person.id, role.value, FROM, None)
        for person in people()
        if person.trust == trust
        for role in person.roles
    ]
    return [*found, (trust, PATENCY.person, PATENCY.role.value, FROM, None)]


def _recipients(trust: str) -> Rows:
    """Who gets governance mail: whoever holds the role, else a made-up person, so that every rung has somebody."""
    found: Rows = []
    for role in (*LADDER, Role.RESEARCH_LEAD):
        holders = [person.id for person in people() if person.trust == trust and role in person.roles]
        nobody = f"{trust.lower()}-{role.value.replace('_', '-')}-1"
        found += [(trust, role.value, person, f"{person}@{MAIL_DOMAIN}") for person in holders or [nobody]]
    return found


def _authorisation(trust: str) -> Rows:
    return [
        (
            trust,
            each["status"],
            each["review_by"],
            each["device_models"],
            _operators(trust, set(each["operator_roles"])),
        )
        for each in registers()["authorisations"]
        if trust in each["trusts"]
    ]


def _operators(trust: str, roles: set[str]) -> list[str]:
    return [person.id for person in people() if person.trust == trust and roles & {*person.roles}]


async def seed(dsn: str) -> None:
    """Writes the registers of every training trust, each trust in one transaction."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        for trust, name in trusts().items():
            async with connection.transaction():
                await _seed(connection, trust, name)
    finally:
        await connection.close()


async def _seed(connection: asyncpg.Connection, trust: str, name: str) -> None:
    await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
    written = registers()["trusts"][trust]
    await connection.execute(
        """
        INSERT INTO trust (trust, name, nation, training, ack_required) VALUES ($1, $2, $3, true, $4)
        ON CONFLICT (trust) DO UPDATE
        SET name = excluded.name, nation = excluded.nation, ack_required = excluded.ack_required
        WHERE trust.training
        """,
        trust,
        name,
        written["nation"],
        written["ack_required"],
    )
    for register, rows in rows_of(trust).items():
        await connection.execute(f"DELETE FROM {register}")  # noqa: S608 -- one of our own tables, named in rows_of
        if rows:
            places = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
            await connection.executemany(f"INSERT INTO {register} VALUES ({places})", rows)  # noqa: S608 -- the same


def main() -> None:
    settings = load(MigrateSettings)
    if settings.env == "production":
        raise SystemExit("seed: training trusts have no place in production (hazard H-24)")
    asyncio.run(seed(settings.owner_dsn.get_secret_value()))
    print(f"seed: {', '.join(trusts())}")  # noqa: T201 -- a command says what it did


if __name__ == "__main__":
    main()
