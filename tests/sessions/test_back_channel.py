"""The issuer's own word that somebody has signed out ends their sessions here, and nobody else's."""

from dataclasses import replace

import pytest

from services.identity import Person, Post
from services.sessions.keeping import SignedIn
from shared.pathway.people import Role
from tests.sessions.conftest import FRONT, Clinic, Newcomers
from tests.sessions.moving_clock import Browser
from tests.sessions.signing_issuer import SigningIssuer

PLACE = f"{FRONT}/back-channel-logout"


@pytest.fixture
def issuer(clinic: Clinic) -> SigningIssuer:
    """The front door listens to an issuer whose key the test has."""
    found = SigningIssuer(clinic.clock)
    app = clinic.desks[FRONT]
    app.state.reception = replace(app.state.reception, provider=found.provider())
    return found


async def someone(clinic: Clinic, browser: Browser, person: str, sid: str | None = None) -> Browser:
    who = Person(person, frozenset({Post("RXX", Role.HAEMATOLOGIST)}))
    signed = SignedIn(who, person, clinic.clock.now(), sid, "token")
    browser.cookies["patency"], _ = await clinic.receptions["front_door"].sessions.begin(signed)
    return browser


async def there(browser: Browser) -> bool:
    return (await browser.get(f"{FRONT}/toy")).status_code == 200


async def test_every_session_of_the_person_named_is_over_and_no_other(
    clinic: Clinic, newcomer: Newcomers, issuer: SigningIssuer
) -> None:
    one, two = [await someone(clinic, newcomer(), "p-1") for _ in range(2)]
    other = await someone(clinic, newcomer(), "p-2")
    answer = await newcomer().post(PLACE, {"logout_token": issuer.signed(issuer.logout_claims())})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert [await there(each) for each in (one, two, other)] == [False, False, True]


async def test_only_the_session_named_is_over(clinic: Clinic, newcomer: Newcomers, issuer: SigningIssuer) -> None:
    here, elsewhere = await someone(clinic, newcomer(), "p-1", "s-1"), await someone(clinic, newcomer(), "p-1", "s-2")
    await newcomer().post(PLACE, {"logout_token": issuer.signed(issuer.logout_claims(sid="s-1"))})
    assert [await there(each) for each in (here, elsewhere)] == [False, True]


async def test_a_token_shown_again_ends_nothing_that_was_begun_since(
    clinic: Clinic, newcomer: Newcomers, issuer: SigningIssuer
) -> None:
    word = {"logout_token": issuer.signed(issuer.logout_claims())}
    assert (await newcomer().post(PLACE, word)).status_code == 200
    clinic.clock.pass_by(minutes=2)
    back = await someone(clinic, newcomer(), "p-1")
    assert (await newcomer().post(PLACE, word)).status_code == 200
    assert await there(back)


@pytest.mark.parametrize("form", [{}, {"logout_token": "x"}])
async def test_what_is_no_logout_token_is_refused(
    clinic: Clinic, newcomer: Newcomers, issuer: SigningIssuer, form: dict[str, str]
) -> None:
    someone_there = await someone(clinic, newcomer(), "p-1")
    assert (await newcomer().post(PLACE, form)).status_code == 400
    assert issuer.keys_asked <= 1
    assert await there(someone_there)


async def test_the_issuer_needs_neither_cookie_nor_our_form(newcomer: Newcomers, issuer: SigningIssuer) -> None:
    word = {"logout_token": issuer.signed(issuer.logout_claims())}
    assert (await newcomer().post(PLACE, word, **{"Sec-Fetch-Site": ""})).status_code == 200
