"""How long a session lasts, by a clock that tests move: 15 minutes idle, 10 hours at the most, and how it is ended."""

import json
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.sessions.session import hashed
from tests.sessions.conftest import CONSENT, FRONT, Clinic, Newcomers
from tests.sessions.moving_clock import Browser, token_of

SURGEON = "rxx-vascular-surgeon-1"
TOY = f"{CONSENT}/toy"


async def there(browser: Browser) -> bool:
    return (await browser.get(TOY)).status_code == 200


async def test_fourteen_minutes_without_a_request_are_not_too_long(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(minutes=14, seconds=50)
    assert await there(browser)


async def test_fifteen_minutes_without_a_request_are_too_long(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(minutes=15)
    answer = await browser.get(TOY)
    assert answer.headers["location"].startswith(f"{FRONT}/sign-in?return_to=http%3A%2F%2F127.0.0.1%3A8004%2Ftoy")


async def test_every_request_begins_the_fifteen_minutes_anew(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    for _ in range(4):
        clinic.clock.pass_by(minutes=14)
        assert await there(browser)


async def test_a_page_that_listens_by_itself_keeps_nobody_signed_in(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(minutes=10)
    assert (await browser.get(TOY, Accept="text/event-stream")).status_code == 200
    clinic.clock.pass_by(minutes=6)
    assert not await there(browser)


async def test_somebody_who_says_they_are_there_stays(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(minutes=14)
    answer = await browser.post(f"{CONSENT}/session/keep", {"csrf": token_of(page)})
    assert json.loads(answer.text) == {"warn_in_s": 13 * 60, "ends_in_s": 15 * 60, "limited": False}
    clinic.clock.pass_by(minutes=14)
    assert await there(browser)


async def test_whoever_stays_near_the_ten_hours_learns_when_they_end(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    for _ in range(59):
        clinic.clock.pass_by(minutes=10)
        assert await there(browser)
    clinic.clock.pass_by(minutes=3)
    answer = await browser.post(f"{CONSENT}/session/keep", {"csrf": token_of(page)})
    left = json.loads(answer.text)
    assert left["limited"]
    assert 6 * 60 < left["ends_in_s"] <= 7 * 60
    assert left["warn_in_s"] == left["ends_in_s"] - 2 * 60


async def test_a_click_within_the_minute_is_told_what_is_left_and_not_more(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(seconds=40)
    answer = await browser.post(f"{CONSENT}/session/keep", {"csrf": token_of(page)})
    left = json.loads(answer.text)
    assert left["ends_in_s"] <= 15 * 60 - 40
    clinic.clock.pass_by(seconds=left["ends_in_s"] + 1)  # whole seconds are told
    assert not await there(browser)


async def test_nobody_stays_after_the_session_is_over(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    clinic.clock.pass_by(minutes=16)
    assert (await browser.post(f"{CONSENT}/session/keep", {"csrf": token_of(page)})).status_code == 403


async def test_ten_hours_are_the_most_however_busy_somebody_is(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    for _ in range(59):
        clinic.clock.pass_by(minutes=10)
        assert await there(browser)
    clinic.clock.pass_by(minutes=10)
    assert not await there(browser)


async def test_changing_the_role_does_not_lengthen_the_ten_hours(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in("rxx-dual-vs-ir", TOY)
    choice = {"csrf": token_of(page), "post": "vascular_surgeon@RXX", "return_to": TOY}
    page = await browser.follow(await browser.post(f"{FRONT}/choose-role", choice))
    for _ in range(59):
        clinic.clock.pass_by(minutes=10)
        page = await browser.get(TOY)
    choice |= {"csrf": token_of(page), "post": "interventional_radiologist@RXX"}
    assert (await browser.post(f"{FRONT}/choose-role", choice)).status_code == 303
    clinic.clock.pass_by(minutes=10)
    assert not await there(browser)


async def test_it_is_written_down_at_most_once_a_minute_that_somebody_was_there(
    browser: Browser, clinic: Clinic, anything: asyncpg.Connection
) -> None:
    await browser.sign_in(SURGEON, TOY)
    question = "SELECT last_seen_at FROM session WHERE id_hash = $1"
    first = await anything.fetchval(question, hashed(browser.cookies["patency"]))
    clinic.clock.pass_by(seconds=50)
    await there(browser)
    assert await anything.fetchval(question, hashed(browser.cookies["patency"])) == first
    clinic.clock.pass_by(seconds=15)
    await there(browser)
    assert await anything.fetchval(question, hashed(browser.cookies["patency"])) > first


async def test_the_page_is_told_how_many_seconds_are_left(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    sessions = clinic.receptions["consent"].sessions
    clinic.clock.pass_by(seconds=30)
    found = await sessions.find(browser.cookies["patency"])
    assert found is not None
    assert found.session.ends_in_s == pytest.approx(870, abs=3)
    assert found.session.warn_in_s == pytest.approx(750, abs=3)


@pytest.mark.parametrize("desk", [FRONT, CONSENT])
async def test_signing_out_at_any_desk_ends_the_session_on_the_server(
    desk: str, browser: Browser, newcomer: Newcomers
) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    kept = newcomer()
    kept.cookies = dict(browser.cookies)
    answer = await browser.post(f"{desk}/sign-out", {"csrf": token_of(page)})
    assert answer.headers["location"] == f"{FRONT}/signed-out"
    assert not await there(kept)


async def test_signing_out_leads_on_to_the_issuer_once_and_takes_the_cookie(browser: Browser, clinic: Clinic) -> None:
    page = await browser.sign_in(SURGEON, TOY)
    answer = await browser.follow(await browser.post(f"{CONSENT}/sign-out", {"csrf": token_of(page)}))
    onward = answer.headers["refresh"].removeprefix("0; url=")
    assert onward.startswith(f"{clinic.issuer}/oauth2/end_session?")
    assert "id_token_hint=ey" in onward
    assert "patency" not in browser.cookies
    assert "refresh" not in (await browser.get(f"{FRONT}/signed-out")).headers


async def test_signing_out_is_never_a_link(browser: Browser) -> None:
    await browser.sign_in(SURGEON, TOY)
    assert (await browser.get(f"{CONSENT}/sign-out")).status_code == 405
    assert (await browser.get(f"{FRONT}/signed-out")).headers["location"] == f"{FRONT}/"
    assert await there(browser)


async def test_signing_out_is_audited(browser: Browser, anything: asyncpg.Connection) -> None:
    page = await browser.sign_in("rxx-haematologist-1", TOY)
    await browser.post(f"{CONSENT}/sign-out", {"csrf": token_of(page)})
    last = "SELECT action FROM audit WHERE person = 'rxx-haematologist-1' ORDER BY id DESC LIMIT 1"
    assert await anything.fetchval(last) == "signed_out"


async def test_a_desk_sees_no_session_but_the_one_it_is_shown(browser: Browser, clinic: Clinic) -> None:
    await browser.sign_in(SURGEON, TOY)
    pool = clinic.receptions["consent"].drafts._pool
    assert await pool.fetchval("SELECT count(*) FROM session") == 0
    for refused in ("SELECT id_token FROM session", "SELECT * FROM sign_in", "UPDATE session SET person = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(refused)


async def test_sessions_over_for_days_are_forgotten(
    browser: Browser, clinic: Clinic, anything: asyncpg.Connection
) -> None:
    await browser.sign_in(SURGEON, TOY)
    old = hashed(browser.cookies["patency"])
    clinic.clock.pass_by(days=4)
    back = await browser.get(TOY)
    assert urlsplit(back.headers["location"]).path == "/sign-in"
    await clinic.receptions["front_door"].book.forget(clinic.receptions["front_door"].sessions.recently(3 * 24 * 60))
    assert await anything.fetchrow("SELECT FROM session WHERE id_hash = $1", old) is None
