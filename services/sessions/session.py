"""A session as the pages see it, and how long one lasts: 15 minutes without a request, 10 hours at the most."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.identity import Acting, Post
from shared.ledger.sessions import KeptSession
from shared.pathway.people import Role

IDLE = timedelta(minutes=15)
WARNED = timedelta(minutes=13)
ABSOLUTE = timedelta(hours=10)
TOUCHED_EACH = timedelta(minutes=1)
REMEMBERED = timedelta(days=3)  # so that a form sent by a session long over still finds its writer
ROLES = frozenset(role.value for role in Role)
_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class Standing(StrEnum):
    """Whether a session counts: LIVE, or over because nobody was there, it was long, or it was ended."""

    LIVE = "live"
    IDLE = "idle"
    LONG = "long"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in at this browser, and in which post. `post` is None only until one of several is chosen.

    `request.state.session` always has a post. `warn_in_s` and `ends_in_s` are whole seconds from this answer, for
    the warning on the page; `limited`: it ends because of the 10 hours, whatever is done.
    """

    id_hash: bytes
    person: str
    label: str
    posts: tuple[Post, ...]
    post: Post | None
    csrf: str
    signed_in_at: datetime
    last_seen_at: datetime
    authenticated_at: datetime
    trust_name: str = ""
    warn_in_s: int = 0
    ends_in_s: int = 0
    limited: bool = False

    @property
    def trust(self) -> str:
        return self.acting.trust

    @property
    def role(self) -> Role:
        return self.acting.post.role

    @property
    def acting(self) -> Acting:
        """The person in the post chosen now. Raises ValueError while none is."""
        if self.post is None:
            raise ValueError("no post is chosen")
        return Acting(self.person, self.post)

    def proven_since(self, instant: datetime) -> bool:
        """Whether the issuer has seen this person themselves since then."""
        return self.authenticated_at >= instant


def new_id() -> str:
    """256 random bits, as a cookie carries them."""
    return secrets.token_urlsafe(32)


def hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def looks_like_an_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def standing(kept: KeptSession, now: datetime) -> Standing:
    """Whether the session counts at this moment. A moment before its beginning counts as its beginning."""
    if kept.ended_at is not None:
        return Standing.ENDED
    if now - kept.signed_in_at >= ABSOLUTE:
        return Standing.LONG
    return Standing.IDLE if now - kept.last_seen_at >= IDLE else Standing.LIVE


def as_seen(kept: KeptSession, now: datetime) -> Session:
    """The session of a row. Posts in roles that are no more are left out."""
    posts = tuple(Post(trust, Role(role)) for trust, role in kept.posts if role in ROLES)
    chosen = next((each for each in posts if (each.trust, each.role.value) == (kept.trust, kept.role)), None)
    idle_at, limit_at = kept.last_seen_at + IDLE, kept.signed_in_at + ABSOLUTE
    ends_at = min(idle_at, limit_at)
    return Session(
        id_hash=kept.id_hash,
        person=kept.person,
        label=kept.label,
        posts=posts,
        post=chosen,
        csrf=kept.csrf,
        signed_in_at=kept.signed_in_at,
        last_seen_at=kept.last_seen_at,
        authenticated_at=kept.authenticated_at,
        trust_name=kept.trust_name or "",
        warn_in_s=_seconds(ends_at - (IDLE - WARNED) - now),
        ends_in_s=_seconds(ends_at - now),
        limited=limit_at <= idle_at,
    )


def _seconds(span: timedelta) -> int:
    return max(0, int(span.total_seconds()))
