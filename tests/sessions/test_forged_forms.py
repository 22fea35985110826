"""Forms that are not ours: however they are made, none is accepted."""

import itertools

import pytest

from tests.sessions.conftest import CONSENT, FRONT, Newcomers
from tests.sessions.moving_clock import Browser, token_of

SURGEON = "rxx-vascular-surgeon-1"
TOY = f"{CONSENT}/toy"
PLACES: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": CONSENT},
    {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "", "Origin": FRONT},
    {"Sec-Fetch-Site": "", "Origin": "null"},
    {"Sec-Fetch-Site": "", "Origin": f"{CONSENT}.evil.example"},
    {"Sec-Fetch-Site": "", "Origin": ""},
]
TYPES = ["text/plain", "multipart/form-data; boundary=x", "application/json", "", "application/x-www-form-urlencodedx"]
METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def test_our_own_form_is_accepted_so_that_the_refusals_mean_something(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    for place in ({}, {"Sec-Fetch-Site": "", "Origin": CONSENT}):
        answer = await browser.post(TOY, {"csrf": token}, **place)
        assert answer.text == "changed by rxx-vascular-surgeon-1"


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_a_form_from_elsewhere_is_refused_even_with_the_right_token(
    browser: Browser, place: dict[str, str]
) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    answer = await browser.post(TOY, {"csrf": token}, **place)
    assert answer.status_code == 403
    assert "text/html" in answer.headers["content-type"]


@pytest.mark.parametrize("content_type", TYPES)
async def test_a_body_that_is_no_ordinary_form_is_refused(browser: Browser, content_type: str) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    answer = await browser.post(TOY, {"csrf": token}, **{"Content-Type": content_type})
    assert answer.status_code == 403


async def test_a_token_that_is_missing_wrong_or_anothers_is_refused(browser: Browser, newcomer: Newcomers) -> None:
    await browser.sign_in(SURGEON, TOY)
    theirs = token_of(await newcomer().sign_in("rxx-haematologist-1", TOY))
    forms: list[dict[str, str]] = [{}, {"csrf": ""}, {"csrf": "x" * 43}, {"csrf": theirs}, {"csrf": "é"}]
    for form in forms:
        assert (await browser.post(TOY, form)).status_code == 403


async def test_the_token_of_an_earlier_session_is_refused(browser: Browser) -> None:
    earlier = token_of(await browser.sign_in(SURGEON, TOY))
    await browser.sign_in(SURGEON, f"{FRONT}/sign-in?again=1&return_to=/toy")
    assert (await browser.post(TOY, {"csrf": earlier})).status_code == 403


async def test_two_tokens_are_none(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    async with browser._client(TOY) as http:
        answer = await http.post(
            TOY,
            content=f"csrf={token}&csrf={token}",
            headers={
                "Cookie": f"patency={browser.cookies['patency']}",
                "Sec-Fetch-Site": "same-origin",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
    assert answer.status_code == 403


async def test_a_token_in_the_address_or_a_header_does_not_count(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    answer = await browser.post(f"{TOY}?csrf={token}", {}, **{"X-CSRF-Token": token})
    assert answer.status_code == 403


async def test_of_every_forged_form_none_is_accepted(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    accepted = []
    for method, place, content_type in itertools.product(
        METHODS, PLACES, [*TYPES, "application/x-www-form-urlencoded"]
    ):
        sent = place | {"Content-Type": content_type}
        answer = await browser.send(method, TOY, data={"csrf": token}, **sent)
        if answer.status_code != 403:
            accepted.append((method, sent, answer.status_code))
    assert accepted == []


async def test_a_body_larger_than_the_limit_is_refused_before_it_is_read(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    answer = await browser.post(TOY, {"csrf": token, "words": "x" * 1_100_000})
    assert answer.status_code == 413


async def test_more_fields_than_any_form_has_are_refused(browser: Browser) -> None:
    token = token_of(await browser.sign_in(SURGEON, TOY))
    answer = await browser.post(TOY, {"csrf": token} | {f"f{n}": "1" for n in range(2001)})
    assert answer.status_code == 403
