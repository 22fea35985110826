"""An issuer in memory that signs whatever a test wants signed, right or wrong."""

import json
from datetime import timedelta
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from services.signing_in.provider import Client, Provider
from services.signing_in.tokens import LOGOUT_EVENT
from tests.sessions.moving_clock import MovingClock

ISSUER = "https://issuer.example"
RETURN = "https://patency.example/signed-in"


class SigningIssuer:
    """Discovery, keys, token and userinfo. `claims` is what the next ID token says, `info` what userinfo does."""

    def __init__(self, clock: MovingClock) -> None:
        self.clock = clock
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.claims: dict[str, Any] = {}
        self.info: dict[str, Any] = {"sub": "p-1"}
        self.told_issuer = ISSUER
        self.sent: list[dict[str, str]] = []
        self.keys_asked = 0
        self.written: str | None = None

    def provider(self) -> Provider:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        return Provider(Client(ISSUER, "patency", "s", RETURN), self.clock, http)

    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def signed(self, claims: dict[str, Any], *, key: Any = None, **header: str) -> str:
        found = key or self.key
        return jwt.encode({"alg": "RS256", "kid": "one"} | header, claims, found, algorithms=["RS256", "HS256"])

    def id_claims(self, **changes: Any) -> dict[str, Any]:
        usual = {
            "iss": ISSUER,
            "aud": "patency",
            "sub": "p-1",
            "nonce": "n",
            "iat": self.now(),
            "exp": self.now() + 300,
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def logout_claims(self, **changes: Any) -> dict[str, Any]:
        usual: dict[str, Any] = {
            "iss": ISSUER,
            "aud": "patency",
            "sub": "p-1",
            "iat": self.now(),
            "exp": self.now() + int(timedelta(minutes=2).total_seconds()),
            "jti": "j-1",
            "events": {LOGOUT_EVENT: {}},
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                places = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token", "userinfo")}
                return httpx.Response(200, json={"issuer": self.told_issuer, "jwks_uri": f"{ISSUER}/keys", **places})
            case "/keys":
                self.keys_asked += 1
                return httpx.Response(200, json=KeySet([self.key]).as_dict(private=False))
            case "/token":
                self.sent.append(dict(httpx.QueryParams(request.content.decode())))
                given = self.written or self.signed(self.claims)
                return httpx.Response(200, json={"id_token": given, "access_token": "a", "token_type": "Bearer"})
            case _:
                return httpx.Response(200, content=json.dumps(self.info))
