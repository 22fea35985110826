"""To the issuer and back: who is let in, what comes of it, and every way that does not fit."""

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import asyncpg
import pytest
from fastapi import Response

from services.sessions.reception import Cookie
from services.sessions.session import hashed
from tests.sessions.conftest import CONSENT, FRONT, Clinic, Newcomers
from tests.sessions.moving_clock import Browser, token_of

SURGEON = "rxx-vascular-surgeon-1"


async def test_somebody_signs_in_and_is_back_where_they_wanted_to_go(browser: Browser) -> None:
    answer = await browser.sign_in(SURGEON, f"{CONSENT}/toy?x=1")
    assert answer.url == f"{CONSENT}/toy?x=1"
    assert "rxx-vascular-surgeon-1 as vascular_surgeon@RXX" in answer.text


async def test_one_session_counts_at_every_desk(browser: Browser) -> None:
    await browser.sign_in(SURGEON, f"{CONSENT}/toy")
    assert (await browser.get(f"{FRONT}/toy")).status_code == 200


async def test_the_way_to_the_issuer_carries_pkce_state_and_nonce(browser: Browser) -> None:
    away = await browser.get(f"{FRONT}/sign-in")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"{FRONT}/signed-in"]


async def test_the_cookie_is_an_opaque_id_that_no_script_reads(browser: Browser, anything: asyncpg.Connection) -> None:
    await browser.sign_in(SURGEON, f"{FRONT}/toy")
    given = next(line for line in browser.given if line.startswith("patency=") and "Max-Age=0" not in line)
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in given.split(";")}
    kept = await anything.fetchrow("SELECT * FROM session WHERE id_hash = $1", hashed(browser.cookies["patency"]))
    assert kept is not None
    assert browser.cookies["patency"] not in str(dict(kept))


async def test_an_id_that_was_there_before_is_never_the_one_signed_in_under(
    browser: Browser, newcomer: Newcomers
) -> None:
    planted = "x" * 43
    browser.cookies["patency"] = planted
    await browser.sign_in(SURGEON, f"{FRONT}/toy")
    thief = newcomer()
    thief.cookies["patency"] = planted
    assert browser.cookies["patency"] != planted
    assert (await thief.get(f"{FRONT}/toy")).status_code == 303


async def test_signing_in_again_ends_the_session_before(browser: Browser, newcomer: Newcomers) -> None:
    await browser.sign_in(SURGEON, f"{FRONT}/toy")
    old = newcomer()
    old.cookies = {"patency": browser.cookies["patency"]}
    await browser.sign_in(SURGEON, f"{FRONT}/sign-in?again=1&return_to=/toy")
    assert (await old.get(f"{FRONT}/toy")).status_code == 303
    assert (await browser.get(f"{FRONT}/toy")).status_code == 200


def with_changed(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return urlunsplit(parts._replace(query=urlencode(asked)))


async def test_a_state_nobody_began_signs_nobody_in(browser: Browser) -> None:
    back = await browser.identify(await browser.get(f"{FRONT}/sign-in"), SURGEON)
    answer = await browser.get(with_changed(back.headers["location"], state="y" * 43))
    assert answer.status_code == 400
    assert "patency" not in browser.cookies


async def test_a_way_that_another_browser_began_signs_nobody_in(browser: Browser, newcomer: Newcomers) -> None:
    back = await browser.identify(await browser.get(f"{FRONT}/sign-in"), SURGEON)
    victim = newcomer()
    await victim.get(f"{FRONT}/sign-in")
    assert (await victim.get(back.headers["location"])).status_code == 400
    assert "patency" not in victim.cookies


async def test_a_way_is_taken_once(browser: Browser) -> None:
    back = await browser.identify(await browser.get(f"{FRONT}/sign-in"), SURGEON)
    assert (await browser.get(back.headers["location"])).status_code == 303
    assert (await browser.get(back.headers["location"])).status_code == 400


async def test_two_tabs_sign_in_side_by_side(browser: Browser) -> None:
    first, second = await browser.get(f"{FRONT}/sign-in"), await browser.get(f"{FRONT}/sign-in")
    back = await browser.identify(first, SURGEON)
    other = await browser.identify(second, SURGEON)
    way = dict(browser.cookies)
    assert (await browser.get(back.headers["location"])).status_code == 303
    browser.cookies |= way
    assert (await browser.get(other.headers["location"])).status_code == 303


async def test_a_way_that_took_too_long_is_begun_anew(browser: Browser, clinic: Clinic) -> None:
    back = await browser.identify(await browser.get(f"{FRONT}/sign-in"), SURGEON)
    clinic.clock.pass_by(minutes=11)
    assert (await browser.get(back.headers["location"])).status_code == 400


async def test_a_nonce_that_is_not_ours_signs_nobody_in(browser: Browser) -> None:
    away = await browser.get(f"{FRONT}/sign-in")
    away.headers["location"] = with_changed(away.headers["location"], nonce="another")
    back = await browser.identify(away, SURGEON)
    answer = await browser.get(back.headers["location"])
    assert answer.status_code == 403
    assert "patency" not in browser.cookies


async def test_a_code_the_issuer_did_not_give_signs_nobody_in(browser: Browser) -> None:
    back = await browser.identify(await browser.get(f"{FRONT}/sign-in"), SURGEON)
    answer = await browser.get(with_changed(back.headers["location"], code="made-up"))
    assert answer.status_code == 403


async def test_somebody_the_issuer_refuses_is_told_so(browser: Browser) -> None:
    away = await browser.get(f"{FRONT}/sign-in")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    answer = await browser.get(f"{FRONT}/signed-in?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "did not confirm" in answer.text


async def test_somebody_without_a_role_is_not_signed_in(browser: Browser) -> None:
    answer = await browser.sign_in("rxx-no-role", f"{FRONT}/toy")
    assert answer.status_code == 403
    assert "gives you no role" in answer.text
    assert "patency" not in browser.cookies


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://127.0.0.1:8000.evil.example/",
        "http://127.0.0.1:8000@evil.example/",
        "http://127.0.0.1:9999/",
        "http://127.0.0.1:8000/a\r\nSet-Cookie: x",
        "x",
        "",
    ],
)
async def test_nobody_is_sent_to_an_address_that_is_not_ours(clinic: Clinic, wanted: str) -> None:
    assert clinic.receptions["front_door"].own_address(wanted) == f"{FRONT}/"


@pytest.mark.parametrize("wanted", [f"{CONSENT}/pathways/1/consent?x=1", f"{FRONT}/my-work"])
async def test_our_own_addresses_are_gone_back_to(clinic: Clinic, wanted: str) -> None:
    assert clinic.receptions["front_door"].own_address(wanted) == wanted


async def test_somebody_of_two_roles_chooses_one_before_anything_else(browser: Browser) -> None:
    page = await browser.sign_in("rxx-dual-vs-ir", f"{CONSENT}/toy")
    assert urlsplit(str(page.url)).path == "/choose-role"
    before = browser.cookies["patency"]
    choice = {"csrf": token_of(page), "post": "interventional_radiologist@RXX", "return_to": f"{CONSENT}/toy"}
    answer = await browser.follow(await browser.post(f"{FRONT}/choose-role", choice))
    assert "as interventional_radiologist@RXX" in answer.text
    assert browser.cookies["patency"] != before


async def test_a_role_is_changed_later_under_a_new_id_and_the_old_one_is_over(
    browser: Browser, newcomer: Newcomers
) -> None:
    page = await browser.sign_in("rxx-dual-vs-ir", f"{CONSENT}/toy")
    for role in ("interventional_radiologist", "vascular_surgeon"):
        old = newcomer()
        old.cookies = dict(browser.cookies)
        choice = {"csrf": token_of(page), "post": f"{role}@RXX", "return_to": f"{CONSENT}/toy"}
        page = await browser.follow(await browser.post(f"{FRONT}/choose-role", choice))
        assert f"as {role}@RXX" in page.text
        assert (await old.get(f"{CONSENT}/toy")).headers["location"].startswith(f"{FRONT}/sign-in")


async def test_a_role_that_is_not_held_cannot_be_chosen(browser: Browser) -> None:
    page = await browser.sign_in("rxx-dual-vs-ir", f"{CONSENT}/toy")
    for post in ("haematologist@RXX", "vascular_surgeon@RYY", ""):
        answer = await browser.post(f"{FRONT}/choose-role", {"csrf": token_of(page), "post": post})
        assert answer.status_code == 422
    assert (await browser.get(f"{CONSENT}/toy")).status_code == 303


async def test_another_role_than_the_page_is_for_is_a_page_that_says_so(browser: Browser) -> None:
    answer = await browser.sign_in("rxx-auditor-1", f"{CONSENT}/toy")
    assert answer.status_code == 403
    assert "text/html" in answer.headers["content-type"]
    assert f'href="{FRONT}/my-work">Go to my work' in answer.text


async def test_a_way_that_fits_nothing_does_not_tell_somebody_signed_in_that_they_are_not(browser: Browser) -> None:
    signed_out = await browser.get(f"{FRONT}/signed-in")
    assert "You are not signed in" in signed_out.text
    await browser.sign_in(SURGEON, f"{FRONT}/toy")
    answer = await browser.get(f"{FRONT}/signed-in")
    assert answer.status_code == 400
    assert "You are not signed in" not in answer.text
    assert "You are still signed in as before." in answer.text
    assert f'href="{FRONT}/my-work">Go to my work' in answer.text


async def test_the_json_api_never_takes_the_cookie(browser: Browser) -> None:
    await browser.sign_in(SURGEON, f"{FRONT}/toy")
    assert (await browser.get(f"{FRONT}/api/desks")).status_code == 401


async def test_the_issuer_being_away_is_a_page_with_503(browser: Browser, clinic: Clinic) -> None:
    provider = clinic.receptions["front_door"].provider
    assert provider is not None
    provider._client = type(provider._client)("http://127.0.0.1:9", "patency", None, f"{FRONT}/signed-in")
    assert (await browser.get(f"{FRONT}/sign-in")).status_code == 503


async def test_signing_in_is_audited_with_the_post(browser: Browser, anything: asyncpg.Connection) -> None:
    await browser.sign_in("rxx-haematologist-2", f"{FRONT}/toy")
    row = await anything.fetchrow("SELECT * FROM audit WHERE person = 'rxx-haematologist-2' ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert (row["action"], row["trust"], row["role"]) == ("signed_in", "RXX", "haematologist")


async def test_somebody_signed_out_on_the_page_of_roles_goes_on_to_where_it_leads(browser: Browser) -> None:
    answer = await browser.sign_in(SURGEON, f"{FRONT}/choose-role?return_to={CONSENT}/toy")
    assert answer.url == f"{CONSENT}/toy"


def test_over_https_nobody_but_the_host_itself_can_set_the_cookie() -> None:
    answer = Response()
    Cookie(secure=True).give(answer, "id")
    assert answer.headers["set-cookie"].startswith("__Host-patency=id;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} == set(answer.headers["set-cookie"].split("; ")[1:])


@pytest.mark.parametrize("role", ["patency_worker", "patency_relay"])
@pytest.mark.parametrize(
    "table", ["session", "sign_in", "draft", "access_grant", "access_review", "assignment", "delegation"]
)
async def test_who_serves_no_browser_sees_nothing_of_sessions(
    role: str, table: str, anything: asyncpg.Connection, clinic: Clinic
) -> None:
    del clinic
    columns = "SELECT bool_or(has_column_privilege($1, attrelid, attname, 'SELECT')) FROM pg_attribute WHERE attrelid = $2::regclass AND attnum > 0"  # noqa: E501 -- one question
    assert await anything.fetchval(columns, role, table) is False
