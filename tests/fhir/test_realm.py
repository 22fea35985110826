"""What a token of the committed Keycloak realm may do at /fhir: the realm's own mappers, read as the desks read claims.

Keycloak itself is not at hand. `told` does what it does for userinfo with the mappers that the realm uses.
"""

import json
from copy import deepcopy
from typing import Any

import pytest

from deploy.compose.realm import FILE
from services.fhir.scopes import granted
from services.identity import person
from services.signing_in.provider import SCOPE
from shared.fhir.everything import RESOURCES
from shared.pathway.people import Role

FHIR = "user/*.rs user/ServiceRequest.c"
SET_BY_KEYCLOAK_ALONE = frozenset({"scope", "jti", "typ", "iat", "exp", "iss", "nonce", "session_state"})
"""What its OIDCAttributeMapperHelper lets no mapper write."""


def realm() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def told(read: dict[str, Any], username: str, asked: str) -> dict[str, Any]:
    """The answer of userinfo for a token of client `patency` that was asked for with these scopes."""
    (client,) = read["clients"]
    (user,) = [each for each in read["users"] if each["username"] == username]
    given = {*client["defaultClientScopes"], *(set(asked.split()) & set(client["optionalClientScopes"]))}
    claims: dict[str, Any] = {"sub": user["id"]}
    for scope in read["clientScopes"]:
        for mapper in scope["protocolMappers"] if scope["name"] in given else []:
            if mapper["config"].get("userinfo.token.claim") == "true":
                _map(claims, mapper, user)
    return claims


def _map(claims: dict[str, Any], mapper: dict[str, Any], user: dict[str, Any]) -> None:
    config = mapper["config"]
    path = config.get("claim.name", "name").split(".")
    if path[0] in SET_BY_KEYCLOAK_ALONE:
        return
    *folders, name = path
    for folder in folders:
        claims = claims.setdefault(folder, {})
    match mapper["protocolMapper"]:
        case "oidc-full-name-mapper":
            claims[name] = f"{user['firstName']} {user['lastName']}"
        case "oidc-usermodel-attribute-mapper":
            claims[name] = json.loads(user["attributes"][config["user.attribute"]][0])
        case "oidc-hardcoded-claim-mapper":
            claims[name] = config["claim.value"]
        case other:
            raise AssertionError(other)


def test_a_token_that_asks_for_our_scopes_reads_every_resource_and_refers() -> None:
    claims = told(realm(), "rxx-referrer-1", f"{SCOPE} {FHIR}")

    found = granted(claims)

    assert all(found.allows(kind, act) for kind in ("CarePlan", *RESOURCES) for act in "rs")
    assert found.allows("ServiceRequest", "c")
    assert not [kind for kind in RESOURCES for act in "ud" if found.allows(kind, act)]
    assert not found.allows("Task", "c")


def test_it_is_still_the_same_person_in_the_same_role() -> None:
    found = person(told(realm(), "rxx-referrer-1", f"{SCOPE} {FHIR}"))

    assert found is not None
    assert [(post.trust, post.role) for post in found.posts] == [("RXX", Role.REFERRER)]


@pytest.mark.parametrize("asked", [SCOPE, "openid", f"{SCOPE} user/Task.cruds", f"{SCOPE} scope fhir_scopes"])
def test_a_token_that_does_not_ask_for_them_may_do_nothing(asked: str) -> None:
    assert granted(told(realm(), "rxx-referrer-1", asked)).scopes == frozenset()


def test_a_token_has_the_scope_that_it_asked_for_and_no_other() -> None:
    found = granted(told(realm(), "rxx-referrer-1", f"{SCOPE} user/ServiceRequest.c"))

    assert found.scopes == {("ServiceRequest", "c")}


@pytest.mark.parametrize("claim", ["scope", "scope.read", "other"])
def test_a_realm_that_writes_another_claim_is_seen(claim: str) -> None:
    wrong = deepcopy(realm())
    for scope in wrong["clientScopes"]:
        for mapper in scope["protocolMappers"]:
            if mapper["protocolMapper"] == "oidc-hardcoded-claim-mapper":
                mapper["config"]["claim.name"] = claim

    assert granted(told(wrong, "rxx-referrer-1", f"{SCOPE} {FHIR}")).scopes == frozenset()


@pytest.mark.parametrize(
    "claims",
    [
        {"fhir_scopes": {"a": 1}},
        {"fhir_scopes": 1},
        {"scope": "user/Task.rs " * 400},
        {"fhir_scopes": {"a": ["user/*.rs"]}},
    ],
)
def test_what_cannot_be_read_grants_nothing(claims: dict[str, Any]) -> None:
    assert granted(claims).scopes == frozenset()
