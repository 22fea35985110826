"""The Keycloak realm of the training world: the people of people.toml, with claims in the shape of CIS2.

`python -m deploy.compose.realm` writes the file that docker-compose.yml gives to Keycloak.
"""

import json
import re
from pathlib import Path
from typing import Any

from deploy.local.people import SCOPES, Person, people

FILE = Path(__file__).with_name("keycloak") / "patency-realm.json"
CLAIM = "nhsid_nrbac_roles"
FHIR_CLAIM = "fhir_scopes"
"""Keycloak's userinfo tells no `scope`, and Keycloak lets no mapper write a claim of that name."""
FHIR_SCOPES = tuple(each for each in SCOPES.split() if "/" in each)
EVERYWHERE = {"userinfo.token.claim": "true", "access.token.claim": "true", "id.token.claim": "true"}


def realm() -> dict[str, Any]:
    """The realm as Keycloak imports it. Keycloak puts the environment's password into the placeholder."""
    return {
        "realm": "patency",
        "enabled": True,
        "registrationAllowed": False,
        "accessTokenLifespan": 900,
        "clientScopes": [
            _scope("basic", _mapper("sub", "oidc-sub-mapper", {"access.token.claim": "true"})),
            _scope("profile", _mapper("name", "oidc-full-name-mapper", EVERYWHERE)),
            _scope("nationalrbacaccess", _mapper(CLAIM, "oidc-usermodel-attribute-mapper", _roles_claim())),
            *(_scope(each, _mapper(each, "oidc-hardcoded-claim-mapper", _fhir_claim(each))) for each in FHIR_SCOPES),
        ],
        "clients": [_client()],
        "users": [_user(person) for person in people()],
    }


def _scope(name: str, mapper: dict[str, Any]) -> dict[str, Any]:
    attributes = {"include.in.token.scope": "true"}
    return {"name": name, "protocol": "openid-connect", "attributes": attributes, "protocolMappers": [mapper]}


def _mapper(name: str, kind: str, config: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": config}


def _roles_claim() -> dict[str, str]:
    return {"user.attribute": CLAIM, "claim.name": CLAIM, "jsonType.label": "JSON", **EVERYWHERE}


def _fhir_claim(scope: str) -> dict[str, str]:
    """A field of its own for each: two mappers that write the same claim would leave only one of them."""
    field = re.sub(r"\W+", "_", scope.replace("*", "all"))
    return {"claim.name": f"{FHIR_CLAIM}.{field}", "claim.value": scope, "jsonType.label": "String", **EVERYWHERE}


def _client() -> dict[str, Any]:
    return {
        "clientId": "patency",
        "publicClient": True,
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "attributes": {"pkce.code.challenge.method": "S256"},
        "redirectUris": ["http://127.0.0.1:8000/*"],
        "defaultClientScopes": ["basic"],
        "optionalClientScopes": ["profile", "nationalrbacaccess", *FHIR_SCOPES],  # a token has what was asked for
    }


def _user(person: Person) -> dict[str, Any]:
    """`id` becomes the claim `sub`: the directory id, as with CIS2."""
    first, _, last = person.name.partition(" ")
    return {
        "id": person.id,
        "username": person.id,
        "enabled": True,
        "firstName": first,
        "lastName": last,
        "email": f"{person.id}@inbox.invalid",
        "emailVerified": True,
        "attributes": {CLAIM: [json.dumps(person.claims()[CLAIM], separators=(",", ":"))]},
        "credentials": [{"type": "password", "value": "${TRAINING_SIGN_IN_PASSWORD}"}],
    }


def written() -> str:
    return json.dumps(realm(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
