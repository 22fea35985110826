"""The made-up people and machines of the training trusts, and how the issuer speaks of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.pathway.people import Role

FILE = Path(__file__).with_name("people.toml")
MAIN_TRUST = "RXX"
SCOPES = "openid user/*.rs user/ServiceRequest.c"
"""What a training token may do at /fhir. A real issuer says it of each token by itself."""

EXPORTING = "system/*.rs"
"""What an auditor's training token may do besides: take an export."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the directory. `id` is what the issuer calls `sub`."""

    id: str
    name: str
    trust: str
    roles: tuple[Role, ...]

    def claims(self) -> dict[str, Any]:
        """What CIS2 would say of this person: one role entry per role, our role's name in its workgroup."""
        return {
            "name": self.name,
            "nhsid_useruid": self.id,
            "id_assurance_level": "3",
            "authentication_assurance_level": "3",
            "scope": f"{SCOPES} {EXPORTING}" if Role.AUDITOR in self.roles else SCOPES,
            "nhsid_nrbac_roles": [self._role_entry(number, role) for number, role in enumerate(self.roles, 1)],
        }

    def _role_entry(self, number: int, role: Role) -> dict[str, Any]:
        return {
            "person_roleid": f"{self.id}/{number}",
            "org_code": self.trust,
            "role_code": "S0000:G0000:R0000",  # no national code stands for any of these roles
            "role_name": f"Training: {role.value}",
            "activity_codes": [],
            "workgroups": [f"patency:{role.value}"],
        }


@cache
def people() -> tuple[Person, ...]:
    """Everyone of people.toml, in its order. Raises ValueError for a role the pathway does not know."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Person(line["id"], line["name"], line["trust"], tuple(Role(role) for role in line["roles"]))
        for line in written["people"]
    )


@cache
def trusts() -> dict[str, str]:
    """Trust codes of the training world and what the trusts are called; the main one comes first."""
    return dict(tomllib.loads(FILE.read_text(encoding="utf-8"))["trusts"])


def mail_system_of(trust: str) -> str:
    """The directory id of the machine that reports what became of this trust's mail."""
    return f"{trust.lower()}-mail-system"
