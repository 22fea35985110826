"""A trust of one test's own: its staff, its recipients, its authorisation. Nobody else's registers are touched."""

import random
import string
from dataclasses import dataclass
from datetime import date

import asyncpg

from shared.pathway.people import Role, Signature

LONG_AGO, FAR_OFF = date(2020, 1, 1), date(2031, 6, 30)
LADDER = ("governance_lead", "deputy_governance_lead", "medical_director")


@dataclass(frozen=True, slots=True)
class OwnTrust:
    code: str

    def person(self, role: str) -> str:
        return f"{self.code.lower()}-{role.replace('_', '-')}-1"

    def signature(self, role: Role = Role.GOVERNANCE_LEAD) -> Signature:
        return Signature(self.person(role.value), role)


async def founded(owner: asyncpg.Connection, *told: str, permitted: bool = True) -> OwnTrust:
    """A trust with one person in each role of the ladder, an operator and a device model; `told` are its recipients."""
    code = "Q" + "".join(random.SystemRandom().choices(string.ascii_uppercase, k=5))
    trust = OwnTrust(code)
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', $1, true)", code)
        await owner.execute("INSERT INTO trust (trust, name, nation, training) VALUES ($1, $1, 'england', true)", code)
        staff = [(code, trust.person(role), role, LONG_AGO) for role in (*LADDER, "proceduralist", "mail_system")]
        await owner.executemany("INSERT INTO staff (trust, person, role, from_on) VALUES ($1, $2, $3, $4)", staff)
        recipients = [(code, role, trust.person(role), f"{role}@inbox.invalid") for role in told]
        await owner.executemany(
            "INSERT INTO governance_recipient (trust, role, person, address) VALUES ($1, $2, $3, $4)", recipients
        )
        await owner.execute("INSERT INTO device VALUES ($1, '05099990000001', 'Own Device 1', 'rheolytic')", code)
        if permitted:
            operator = trust.person("proceduralist")
            await owner.execute(
                "INSERT INTO authorisation VALUES ($1, 'active', $2, '{}', ARRAY[$3])", code, FAR_OFF, operator
            )
    return trust
