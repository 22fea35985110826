"""Beginning, finding and ending sessions. The clock is given: tests prove every timeout without waiting."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.identity import Person, Post
from services.sessions.session import (
    REMEMBERED,
    TOUCHED_EACH,
    Session,
    Standing,
    as_seen,
    hashed,
    looks_like_an_id,
    new_id,
    standing,
)
from shared.ledger.sessions import KeptSession, SessionBook
from shared.wiring.clock import Clock

CLOCKS_DIFFER = timedelta(seconds=60)  # the issuer's and ours; its tokens count whole seconds besides


@dataclass(frozen=True, slots=True)
class Found:
    """A session and whether it counts. What does not count still says whose text a late form carries."""

    session: Session
    standing: Standing

    @property
    def live(self) -> bool:
        return self.standing == Standing.LIVE


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the issuer said at sign-in. `at` is when it saw the person themselves."""

    person: Person
    label: str
    at: datetime
    sid: str | None
    id_token: str


class Sessions:
    """The sessions of all desks, as one desk may use them: every desk finds and ends, the front door begins."""

    def __init__(self, book: SessionBook, clock: Clock) -> None:
        self._book = book
        self.clock = clock

    async def find(self, cookie: str | None, *, seen: bool = True) -> Found | None:
        """The session this id names. `seen` False: no person made the request, it does not keep the session alive."""
        if cookie is None or not looks_like_an_id(cookie):
            return None
        kept = await self._book.find(hashed(cookie))
        if kept is None:
            return None
        now = self.clock.now()
        stands = standing(kept, now)
        if stands == Standing.LIVE and seen and now - kept.last_seen_at >= TOUCHED_EACH:
            await self._book.touch(kept.id_hash, now)
            kept = replace(kept, last_seen_at=now)
        return Found(as_seen(kept, now), stands)

    async def begin(
        self, who: SignedIn, *, post: Post | None = None, replacing: bytes | None = None
    ) -> tuple[str, Session]:
        """A new session under a new id, in place of another. `post` counts if it is held, an only one always."""
        posts = tuple(sorted(who.person.posts))
        wanted = posts[0] if len(posts) == 1 else post
        chosen = wanted if wanted in posts else None
        now = self.clock.now()
        cookie = new_id()
        kept = KeptSession(
            id_hash=hashed(cookie),
            person=who.person.id,
            label=who.label,
            posts=tuple((each.trust, each.role.value) for each in posts),
            trust=chosen.trust if chosen is not None else None,
            role=chosen.role.value if chosen is not None else None,
            csrf=secrets.token_urlsafe(32),
            signed_in_at=now,
            last_seen_at=now,
            authenticated_at=who.at,
            sid=who.sid,
        )
        await self._book.begin(kept, id_token=who.id_token, replacing=replacing)
        await self._book.forget(now - REMEMBERED)
        return cookie, as_seen(kept, now)

    async def choose(self, session: Session, post: Post) -> tuple[str, Session] | None:
        """The same person in another of their posts, under a new id. None: not theirs, or the session is over."""
        kept = await self._book.find(session.id_hash)
        now = self.clock.now()
        if kept is None or standing(kept, now) != Standing.LIVE or post not in session.posts:
            return None
        cookie = new_id()
        chosen = replace(
            kept,
            id_hash=hashed(cookie),
            trust=post.trust,
            role=post.role.value,
            csrf=secrets.token_urlsafe(32),
            last_seen_at=now,
            trust_name=None,
        )
        await self._book.begin(chosen, id_token=None, replacing=session.id_hash)
        return cookie, as_seen(chosen, now)

    async def end(self, session: Session) -> bool:
        """Signs out. False: it was over already."""
        kept = await self._book.find(session.id_hash)
        return kept is not None and await self._book.end(kept, self.clock.now())

    async def end_at_issuers_word(self, person: str | None, sid: str | None, said_at: datetime) -> int:
        """Ends what the issuer's logout token names. Shown again it ends nothing begun since."""
        return await self._book.end_at_issuers_word(person, sid, until=said_at + CLOCKS_DIFFER, at=self.clock.now())

    async def take_id_token(self, session: Session) -> str | None:
        return await self._book.take_id_token(session.id_hash)

    def recently(self, minutes: int) -> datetime:
        return self.clock.now() - timedelta(minutes=minutes)
