"""An access token for a program: the authorization code flow of a browser, walked without one.

Only the training issuer allows this: it asks for no password. The token is opaque; a desk asks the issuer's
userinfo endpoint whose it is, as it would ask CIS2.
"""

import secrets
from urllib.parse import parse_qs, urlsplit

import httpx

CLIENT = "patency"
RETURN_TO = "http://127.0.0.1/token"
SCOPE = "openid profile nationalrbacaccess"
ANSWER_S = 5.0


class NoTokenError(Exception):
    """The issuer did not give a token; says at which step. Never carries what the issuer said."""


async def token(issuer: str, person: str, client: str = CLIENT) -> str:
    """An access token with which `person` (a directory id) acts.

    Raises NoTokenError, and httpx.HTTPError if the issuer is not reached.
    """
    async with httpx.AsyncClient(base_url=issuer, timeout=ANSWER_S, trust_env=False) as http:
        return await _exchanged(http, await _code(http, person, client), client)


async def _code(http: httpx.AsyncClient, person: str, client: str) -> str:
    state = secrets.token_urlsafe(16)
    question = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": RETURN_TO,
        "scope": SCOPE,
        "state": state,
        "nonce": secrets.token_urlsafe(16),
    }
    answer = await http.post("/oauth2/authorize", params=question, data={"sub": person})
    given = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if given.get("state") != [state] or "code" not in given:
        raise NoTokenError("The issuer did not accept this person or client")
    code: str = given["code"][0]
    return code


async def _exchanged(http: httpx.AsyncClient, code: str, client: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": RETURN_TO,
        "client_id": client,
        "client_secret": "not-checked",  # the training issuer wants one and takes any
    }
    answer = await http.post("/oauth2/token", data=form)
    given = answer.json().get("access_token") if answer.is_success else None
    if not isinstance(given, str):
        raise NoTokenError("The issuer did not exchange its code for a token")
    return given
