"""Reading what the issuer signed: ID tokens (OIDC Core 3.1.3.7) and logout tokens (OIDC Back-Channel Logout 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

ALGORITHMS = ("RS256",)  # never what a token says of itself
LEEWAY = timedelta(seconds=60)
LOGOUT_TOKEN_AGE = timedelta(minutes=5)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SID = 200


class TokenRefusedError(Exception):
    """It is not what the issuer would have signed for us now. Says nothing of what it held."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose tokens count, and for whom."""

    issuer: str
    client_id: str


@dataclass(frozen=True, slots=True)
class IdToken:
    """`authenticated_at` is None where the issuer does not say when it saw the person."""

    subject: str
    sid: str | None
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """Whose sessions are over: those of a subject, or the one of a sid, begun up to `said_at`."""

    subject: str | None
    sid: str | None
    said_at: datetime


def id_token(text: str, keys: KeySet, expected: Expected, *, nonce: str, now: datetime) -> IdToken:
    """What an ID token says. Raises TokenRefusedError for a wrong key, issuer, audience, nonce or time."""
    claims = _claims(text, keys, expected, now, nonce={"essential": True, "value": nonce})
    party = claims.get("azp")
    if (isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and party is None) or (
        party is not None and party != expected.client_id
    ):
        raise TokenRefusedError
    return IdToken(_text(claims, "sub"), _sid(claims), _instant(claims.get("auth_time")))


def logout_token(text: str, keys: KeySet, expected: Expected, *, now: datetime) -> LogoutToken:
    """What a logout token says. Raises TokenRefusedError unless it is one, fresh, and meant for us."""
    claims = _claims(text, keys, expected, now, jti={"essential": True})
    said_at = _instant(claims["iat"])
    events = claims.get("events")
    event = events.get(LOGOUT_EVENT) if isinstance(events, dict) else None
    subject, sid = claims.get("sub"), _sid(claims)
    if said_at is None or not isinstance(event, dict) or "nonce" in claims:
        raise TokenRefusedError
    if now - said_at > LOGOUT_TOKEN_AGE or (subject is None and sid is None):
        raise TokenRefusedError
    return LogoutToken(None if subject is None else _text(claims, "sub"), sid, said_at)


def _claims(text: str, keys: KeySet, expected: Expected, now: datetime, **more: Any) -> Mapping[str, Any]:
    rules = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        **more,
    )
    try:
        claims = jwt.decode(text, keys, algorithms=ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise TokenRefusedError from error
    return claims


def _text(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    if not isinstance(found, str) or not found:
        raise TokenRefusedError
    return found


def _sid(claims: Mapping[str, Any]) -> str | None:
    """The issuer's name of its session. One that is no short text is refused: nothing could be ended by it."""
    if claims.get("sid") is None:
        return None
    found = _text(claims, "sid")
    if len(found) > LONGEST_SID:
        raise TokenRefusedError
    return found


def _instant(seconds: object) -> datetime | None:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
