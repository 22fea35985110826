"""What the issuer signed: only what is meant for us, now, by its own key, with our nonce, counts."""

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from services.identity import IssuerAwayError
from services.signing_in.provider import Way
from services.signing_in.tokens import LOGOUT_EVENT, TokenRefusedError
from tests.sessions.moving_clock import MovingClock
from tests.sessions.signing_issuer import ISSUER, SigningIssuer


@pytest.fixture
def issuer(clock: MovingClock) -> SigningIssuer:
    return SigningIssuer(clock)


async def read(issuer: SigningIssuer, **changes: Any) -> str:
    issuer.claims = issuer.id_claims(**changes)
    return (await issuer.provider().identified("code", nonce="n", code_verifier="v")).token.subject


async def test_a_right_id_token_is_believed_so_that_the_refusals_mean_something(issuer: SigningIssuer) -> None:
    assert await read(issuer) == "p-1"
    assert issuer.sent[0]["code_verifier"] == "v"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["patency", "another"]},
        {"aud": ["patency", "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": None},
        {"nonce": "other"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": 99999999999},
        {"sub": None},
        {"sub": 7},
        {"sub": "p-2"},
        {"sid": "s" * 201},
        {"sid": 7},
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_us_now_is_refused(issuer: SigningIssuer, wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenRefusedError):
        await read(issuer, **wrong)


async def test_an_id_token_of_another_key_is_refused(issuer: SigningIssuer) -> None:
    issuer.written = issuer.signed(issuer.id_claims(), key=RSAKey.generate_key(2048, {"kid": "one"}))
    with pytest.raises(TokenRefusedError):
        await read(issuer)


def in_base64(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


async def test_an_id_token_signed_with_the_public_key_as_a_password_is_refused(issuer: SigningIssuer) -> None:
    signed = ".".join(map(in_base64, (b'{"alg":"HS256","kid":"one"}', json.dumps(issuer.id_claims()).encode())))
    mark = hmac.digest(issuer.key.as_bytes(private=False), signed.encode(), "sha256")
    issuer.written = f"{signed}.{in_base64(mark)}"
    with pytest.raises(TokenRefusedError):
        await read(issuer)


@pytest.mark.parametrize("written", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwLTEifQ."])
async def test_what_is_no_signed_token_is_refused(issuer: SigningIssuer, written: str) -> None:
    issuer.written = written or " "
    with pytest.raises(TokenRefusedError):
        await read(issuer)


async def test_a_new_key_of_the_issuer_is_learnt_but_not_asked_for_more_than_once_a_minute(
    issuer: SigningIssuer,
) -> None:
    provider = issuer.provider()
    issuer.claims = issuer.id_claims()
    await provider.identified("code", nonce="n", code_verifier="v")
    issuer.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    issuer.written = issuer.signed(issuer.id_claims(), kid="two")
    with pytest.raises(TokenRefusedError):
        await provider.identified("code", nonce="n", code_verifier="v")
    assert issuer.keys_asked == 1
    issuer.clock.pass_by(minutes=2)
    assert (await provider.identified("code", nonce="n", code_verifier="v")).token.subject == "p-1"
    assert issuer.keys_asked == 2


async def test_somebody_who_answers_in_the_issuers_place_is_not_believed(issuer: SigningIssuer) -> None:
    issuer.told_issuer = "https://other.example"
    with pytest.raises(IssuerAwayError):
        await issuer.provider().authorization_address(Way.fresh())


async def test_an_issuer_without_a_place_to_sign_out_is_left_alone(issuer: SigningIssuer) -> None:
    assert await issuer.provider().end_session_address("t", f"{ISSUER}/x") is None


async def test_a_logout_token_names_whose_sessions_are_over(issuer: SigningIssuer) -> None:
    said = await issuer.provider().logged_out(issuer.signed(issuer.logout_claims(sid="s-1"), typ="logout+jwt"))
    assert (said.subject, said.sid) == ("p-1", "s-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"exp": 1},
        {"exp": None},
        {"iat": 1},
        {"iat": 99999999999},
        {"jti": None},
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT_EVENT: "x"}},
        {"events": "x"},
        {"nonce": "n"},
        {"sub": None},
        {"sub": 7},
    ],
    ids=str,
)
async def test_a_logout_token_that_is_none_is_refused(issuer: SigningIssuer, wrong: dict[str, Any]) -> None:
    with pytest.raises(TokenRefusedError):
        await issuer.provider().logged_out(issuer.signed(issuer.logout_claims(**wrong)))


async def test_an_id_token_is_no_logout_token(issuer: SigningIssuer) -> None:
    with pytest.raises(TokenRefusedError):
        await issuer.provider().logged_out(issuer.signed(issuer.id_claims()))
