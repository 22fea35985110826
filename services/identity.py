"""Who somebody is, and in which role at which trust they act: by the issuer's claims, never by a form."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from shared.pathway.people import Role, Signature
from shared.web.problems import ProblemError, forbidden

MAPPING = Path(__file__).with_name("identity.toml")
ROLE_HEADER = "Patency-Role"
_TRUST = re.compile(r"[A-Z][A-Z0-9]{2,5}")
_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")  # the form of a directory id in records


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """A role at a trust."""

    trust: str
    role: Role

    def answers_to(self, name: str) -> bool:
        """Whether `name`, a role or role@trust as written in the header, means this post."""
        return name in {self.role.value, f"{self.role.value}@{self.trust}"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the issuer knows, with every post they hold. `id` is a directory id, never a name."""

    id: str
    posts: frozenset[Post]


@dataclass(frozen=True, slots=True)
class Acting:
    """A person in the one post in which they make this request."""

    person: str
    post: Post

    @property
    def trust(self) -> str:
        return self.post.trust

    @property
    def signature(self) -> Signature:
        return Signature(self.person, self.post.role)


class IdentitySource(Protocol):
    """Where the desks ask whose a token is."""

    async def claims(self, token: str) -> Mapping[str, Any] | None:
        """What is known of the token's holder, None for a token that counts for nothing. Raises IssuerAwayError."""
        ...

    def knows(self, token: str) -> bool:
        """Whether this token was a right one when it was asked about last. What is not remembered is not known."""
        del token
        return False

    async def answers(self) -> bool:
        """Whether the source could be asked now."""
        ...


class IssuerAwayError(Exception):
    """The issuer did not answer: nobody can be told apart from anybody."""


@cache
def _mapping() -> tuple[str, dict[str, Role], dict[str, Role]]:
    """The name of the claim, workgroups to roles, national role codes to roles. Raises ValueError for unknown roles."""
    written = tomllib.loads(MAPPING.read_text(encoding="utf-8"))
    workgroups, codes = (
        {name: Role(role) for name, role in written[table].items()} for table in ("workgroups", "role_codes")
    )
    return written["claim"], workgroups, codes


@cache
def scope_claims() -> tuple[str, ...]:
    """Names of the claims that say what a token may do at /fhir."""
    return tuple(tomllib.loads(MAPPING.read_text(encoding="utf-8"))["scope_claims"])


def person(claims: Mapping[str, Any]) -> Person | None:
    """The person the claims speak of. Whatever in them is not understood gives no post; None without a usable id."""
    who = claims.get("sub")
    if not isinstance(who, str) or _PERSON.fullmatch(who) is None:
        return None
    listed = claims.get(_mapping()[0])
    entries = listed if isinstance(listed, list) else []
    return Person(who, frozenset(post for entry in entries if isinstance(entry, dict) for post in _posts(entry)))


def _posts(entry: Mapping[str, Any]) -> Iterator[Post]:
    _claim, workgroups, codes = _mapping()
    trust, groups = entry.get("org_code"), entry.get("workgroups")
    if not isinstance(trust, str) or _TRUST.fullmatch(trust) is None:
        return
    named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
    yield from (Post(trust, workgroups[group]) for group in named if group in workgroups)
    code = entry.get("role_code")
    if isinstance(code, str) and code in codes:
        yield Post(trust, codes[code])


def choose(who: Person, allowed: Collection[Role], named: str | None) -> Acting:
    """The post in which `who` does something that `allowed` roles may do.

    `named` is what the request's role header says, if anything. Raises ProblemError 403 when no post is
    allowed, when the named one is not held, and when several are allowed and none was named.
    """
    held = [post for post in sorted(who.posts) if named is None or post.answers_to(named)]
    if named is not None and not held:
        raise forbidden("You do not hold the role you named")
    able = [post for post in held if post.role in allowed]
    if not able:
        raise forbidden("Your role may not do this")
    if len(able) > 1:
        raise ProblemError(403, "role-unclear", f"You hold several roles: name one, or role@trust, in {ROLE_HEADER}")
    return Acting(who.id, able[0])
