"""SMART-like scopes of an access token: what is not granted by one of them is denied, whatever the role may do.

Read from the claims of the issuer's answer that services/identity.toml names. Both spellings are known:
`user/Task.rs` and `user/Task.read`. A scope never widens what role, trust and relationship allow. `patient/` scopes,
and those with a query, grant nothing.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials

from services.identity import Acting, IssuerAwayError, scope_claims
from services.wiring import Wired, acting_as, bearer
from shared.pathway.people import Role
from shared.web.problems import away, forbidden

_SCOPE = re.compile(r"(user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(c?r?u?d?s?|read|write|\*)")
MEANS = {"read": "rs", "write": "cud", "*": "cruds"}
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token's scopes grant: resource type (or *) and the letters of what may be done with it."""

    scopes: frozenset[tuple[str, str]]
    system: frozenset[tuple[str, str]] = frozenset()
    """Those of them that begin with `system/`: for programs that act for nobody in particular."""

    def allows(self, kind: str, act: str) -> bool:
        """Whether one scope grants `act` (c, r, u, d or s) on this type of resource."""
        return any(of in {kind, "*"} and act in letters for of, letters in self.scopes)

    def takes_everything(self) -> bool:
        """Whether one scope grants the system to read and search every type: system/*.rs, or more."""
        return any(of == "*" and {"r", "s"} <= set(letters) for of, letters in self.system)


def granted(claims: Mapping[str, Any]) -> Granted:
    """The scopes of these claims. What cannot be read grants nothing."""
    listed = [word for name in scope_claims() for word in _words(claims.get(name))]
    found = tuple(_read(listed))
    return Granted(
        frozenset((kind, letters) for _whose, kind, letters in found),
        frozenset((kind, letters) for whose, kind, letters in found if whose == "system"),
    )


def _words(told: Any) -> list[str]:
    """Scopes as issuers write them: one text with blanks between, a list, or an object with one in each field."""
    if isinstance(told, str):
        return told.split() if len(told) <= LONGEST else []
    listed = list(told.values()) if isinstance(told, dict) else told
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _read(listed: Collection[str]) -> Iterator[tuple[str, str, str]]:
    for each in listed:
        found = _SCOPE.fullmatch(each)
        if found is not None and found[3]:
            yield found[1], found[2], MEANS.get(found[3], found[3])


async def _granted(wiring: Wired, given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Granted:
    """The scopes of this request's token. Who it belongs to was asked before: the issuer's answer is remembered."""
    try:
        claims = await wiring.identity.claims(given.credentials) if given else None
    except IssuerAwayError:
        raise away("identity provider") from None
    return granted(claims or {})


Scoped = Annotated[Granted, Depends(_granted)]


def scoped(allowed: Collection[Role], kinds: Collection[str], act: str) -> Callable[..., Awaitable[Acting]]:
    """A dependency: the person in one of the allowed roles, with a scope for every one of these types."""

    async def check(acting: Annotated[Acting, Depends(acting_as(allowed))], found: Scoped) -> Acting:
        if not all(found.allows(kind, act) for kind in kinds):
            raise forbidden("The token has no scope for this")
        return acting

    return check


def for_everything(allowed: Collection[Role]) -> Callable[..., Awaitable[Acting]]:
    """A dependency: the person in one of the allowed roles, with a token that may take everything (system/*.rs)."""

    async def check(acting: Annotated[Acting, Depends(acting_as(allowed))], found: Scoped) -> Acting:
        if not found.takes_everything():
            raise forbidden("The token has no scope for this")
        return acting

    return check
