"""The way to the OIDC issuer and back: authorization code flow with PKCE. Keys and addresses come by discovery."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.identity import IssuerAwayError
from services.signing_in import tokens
from services.signing_in.tokens import Expected, IdToken, LogoutToken, TokenRefusedError
from shared.wiring.clock import Clock

ANSWER_S = 5.0
OK = 200
DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid profile nationalrbacaccess"
NEEDED = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
KEPT_FOR = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(minutes=1)  # for a key nobody knows: a stranger must not make us ask all day


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the issuer. Without a secret we are a public client, which PKCE alone protects."""

    issuer: str
    client_id: str
    secret: str | None
    return_address: str

    @property
    def expected(self) -> Expected:
        return Expected(self.issuer, self.client_id)


@dataclass(frozen=True, slots=True)
class Way:
    """What ties one way to the issuer to its way back."""

    state: str
    nonce: str
    code_verifier: str

    @classmethod
    def fresh(cls) -> "Way":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """S256 of the verifier (RFC 7636 4.2)."""
        digest = hashlib.sha256(self.code_verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom the issuer saw: its ID token as written and as read, and the claims of userinfo."""

    written: str
    token: IdToken
    claims: Mapping[str, Any]


class Provider:
    """The issuer, asked for what it must say. Raises IssuerAwayError while it does not answer as an issuer would."""

    def __init__(self, client: Client, clock: Clock, http: httpx.AsyncClient | None = None) -> None:
        self._client = client
        self._clock = clock
        self._http = http or httpx.AsyncClient(timeout=ANSWER_S, trust_env=False, follow_redirects=False)
        self._found: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_address(self, way: Way, *, again: bool = False) -> str:
        """Where the browser goes. `again`: the issuer must ask the person themselves, whatever it remembers."""
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.return_address,
            "scope": SCOPE,
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": way.challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        return _with_query((await self._metadata())["authorization_endpoint"], asked)

    async def identified(self, code: str, *, nonce: str, code_verifier: str) -> Identified:
        """Who came back with this code. Raises TokenRefusedError for a code or token that does not count."""
        given = await self._redeemed(code, code_verifier)
        written, access = given.get("id_token"), given.get("access_token")
        if not isinstance(written, str) or not isinstance(access, str):
            raise TokenRefusedError
        token = await self._read_id_token(written, nonce)
        claims = await self._userinfo(access)
        if claims.get("sub") != token.subject:  # OIDC Core 5.3.2
            raise TokenRefusedError
        return Identified(written, token, claims)

    async def logged_out(self, written: str) -> LogoutToken:
        """What the issuer's own logout token says. Raises TokenRefusedError."""
        try:
            return tokens.logout_token(written, await self._key_set(), self._client.expected, now=self._clock.now())
        except TokenRefusedError:
            keys = await self._newer_keys()
            return tokens.logout_token(written, keys, self._client.expected, now=self._clock.now())

    async def end_session_address(self, id_token: str | None, return_to: str) -> str | None:
        """Where the browser signs out of the issuer as well; None where the issuer has no such place."""
        place = (await self._metadata()).get("end_session_endpoint")
        if not isinstance(place, str) or not self._as_safe_as_the_issuer(place):
            return None
        hint = {"id_token_hint": id_token} if id_token else {}
        asked = {"client_id": self._client.client_id, "post_logout_redirect_uri": return_to, **hint}
        return _with_query(place, asked)

    async def _read_id_token(self, written: str, nonce: str) -> IdToken:
        now, expected = self._clock.now(), self._client.expected
        try:
            return tokens.id_token(written, await self._key_set(), expected, nonce=nonce, now=now)
        except TokenRefusedError:  # perhaps the issuer has changed its keys
            return tokens.id_token(written, await self._newer_keys(), expected, nonce=nonce, now=now)

    async def _redeemed(self, code: str, code_verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.return_address,
            "code_verifier": code_verifier,
            "client_id": self._client.client_id,
        }
        if self._client.secret is not None:
            form["client_secret"] = self._client.secret
        place = (await self._metadata())["token_endpoint"]
        return await self._json("POST", place, data=form)

    async def _userinfo(self, access_token: str) -> dict[str, Any]:
        bearer = {"Authorization": f"Bearer {access_token}"}
        return await self._json("GET", (await self._metadata())["userinfo_endpoint"], headers=bearer)

    async def _metadata(self) -> dict[str, Any]:
        now = self._clock.now()
        if self._found is None or now - self._found[0] >= KEPT_FOR:
            found = await self._json("GET", self._client.issuer.rstrip("/") + DISCOVERY)
            if found.get("issuer") != self._client.issuer:
                raise IssuerAwayError  # somebody else answers there
            if not all(self._as_safe_as_the_issuer(found.get(name)) for name in NEEDED):
                raise IssuerAwayError
            self._found = (now, found)
        return self._found[1]

    def _as_safe_as_the_issuer(self, address: object) -> bool:
        """Nothing is sent in the clear where its issuer is not."""
        return isinstance(address, str) and urlsplit(address).scheme == urlsplit(self._client.issuer).scheme

    async def _key_set(self) -> KeySet:
        if self._keys is None or self._clock.now() - self._keys[0] >= KEPT_FOR:
            return await self._ask_keys()
        return self._keys[1]

    async def _newer_keys(self) -> KeySet:
        """The keys as they are now, asked at most once a minute."""
        if self._keys is not None and self._clock.now() - self._keys[0] < ASKED_AGAIN_AFTER:
            raise TokenRefusedError
        return await self._ask_keys()

    async def _ask_keys(self) -> KeySet:
        found = await self._json("GET", (await self._metadata())["jwks_uri"])
        try:
            keys = KeySet.import_key_set({"keys": [key for key in found.get("keys", []) if key.get("kty") == "RSA"]})
        except (JoseError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise IssuerAwayError from error
        self._keys = (self._clock.now(), keys)
        return keys

    async def _json(self, method: str, address: str, **sent: Any) -> dict[str, Any]:
        """A JSON object. Raises TokenRefusedError when the issuer refuses what was sent, IssuerAwayError otherwise."""
        try:
            answer = await self._http.request(method, address, **sent)
            if httpx.codes.is_client_error(answer.status_code):
                raise TokenRefusedError
            found = answer.json() if answer.status_code == OK else None
        except (httpx.HTTPError, ValueError) as error:
            raise IssuerAwayError from error
        if not isinstance(found, dict):
            raise IssuerAwayError
        return found


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"
