"""What somebody typed survives the end of their session and the question to prove it is them."""

from uuid import uuid4

import asyncpg
import pytest

from services.sessions.session import hashed
from shared.ledger.drafts import Whose
from tests.ledger.acting import LedgerOf, opened
from tests.sessions.conftest import CONSENT, Clinic, Newcomers
from tests.sessions.moving_clock import Browser, token_of

TAKER = "rxx-consent-taker-1"


async def typing(browser: Browser, person: str, address: str) -> dict[str, str]:
    token = token_of(await browser.sign_in(person, address))
    return {"csrf": token, "key": "k", "version": "7", "page": "risks", "words": "bleeding, and embolism; <b>"}


async def proven_long_ago(browser: Browser, anything: asyncpg.Connection) -> None:
    """As if the issuer had seen them six minutes ago: its own clock cannot be moved."""
    aged = "UPDATE session SET authenticated_at = authenticated_at - interval '6 minutes' WHERE id_hash = $1"
    await anything.execute(aged, hashed(browser.cookies["patency"]))


async def test_text_sent_by_a_session_that_is_over_is_there_again_after_signing_in(
    browser: Browser, clinic: Clinic, referred: LedgerOf
) -> None:
    address = f"{CONSENT}/pathways/{await opened(referred)}/consent"
    form = await typing(browser, TAKER, address)
    clinic.clock.pass_by(minutes=20)
    away = await browser.post(address, form)
    assert away.status_code == 303
    back = await browser.identify(await browser.follow(away), TAKER)
    page = await browser.follow(await browser.get(back.headers["location"]))
    assert page.url == address
    assert "text={'words': ['bleeding, and embolism; <b>']} v=7" in page.text


async def test_a_late_form_changes_nothing_but_the_draft(browser: Browser, clinic: Clinic, referred: LedgerOf) -> None:
    address = f"{CONSENT}/pathways/{await opened(referred)}/consent"
    form = await typing(browser, TAKER, address)
    clinic.clock.pass_by(minutes=20)
    assert "kept consent" not in (await browser.post(address, form)).text


async def test_whoever_signs_in_instead_does_not_see_the_text(
    browser: Browser, clinic: Clinic, referred: LedgerOf
) -> None:
    address = f"{CONSENT}/pathways/{await opened(referred)}/consent"
    form = await typing(browser, TAKER, address)
    clinic.clock.pass_by(minutes=20)
    back = await browser.identify(await browser.follow(await browser.post(address, form)), "rxx-haematologist-1")
    page = await browser.follow(await browser.get(back.headers["location"]))
    assert page.url == address
    assert "bleeding" not in page.text


async def test_a_forged_form_of_a_session_that_is_over_keeps_nothing(
    browser: Browser, clinic: Clinic, referred: LedgerOf
) -> None:
    pathway_id = await opened(referred)
    address = f"{CONSENT}/pathways/{pathway_id}/consent"
    form = await typing(browser, TAKER, address)
    clinic.clock.pass_by(minutes=20)
    assert (await browser.post(address, form | {"csrf": "x"})).status_code == 403
    assert (await browser.post(address, form, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    drafts = clinic.receptions["consent"].drafts
    assert await drafts.load(Whose("RXX", TAKER, pathway_id, "consent")) is None


async def test_nobody_known_keeps_nothing_and_is_asked_to_sign_in(browser: Browser, newcomer: Newcomers) -> None:
    address = f"{CONSENT}/pathways/{uuid4()}/consent"
    answer = await newcomer().post(address, {"words": "x"})
    assert answer.status_code == 303
    del browser


async def test_a_late_form_for_a_pathway_the_trust_does_not_have_keeps_nothing(
    browser: Browser, clinic: Clinic, anything: asyncpg.Connection
) -> None:
    address = f"{CONSENT}/pathways/{uuid4()}/consent"
    form = await typing(browser, TAKER, address)
    clinic.clock.pass_by(minutes=20)
    before = await anything.fetchval("SELECT count(*) FROM draft")
    assert (await browser.post(address, form)).status_code == 303
    assert await anything.fetchval("SELECT count(*) FROM draft") == before


async def test_a_signature_needs_somebody_the_issuer_saw_lately_and_the_text_is_kept(
    browser: Browser, referred: LedgerOf, anything: asyncpg.Connection
) -> None:
    address = f"{CONSENT}/signed/{await opened(referred)}/consent"
    form = await typing(browser, TAKER, address)
    assert "signed consent" in (await browser.post(address, form)).text
    await proven_long_ago(browser, anything)
    away = await browser.follow(await browser.post(address, form))
    assert "prompt=login" in away.headers["location"]
    assert "max_age=0" in away.headers["location"]
    back = await browser.identify(away, TAKER)
    page = await browser.follow(await browser.get(back.headers["location"]))
    assert page.url == address
    assert "bleeding, and embolism" in page.text
    assert "signed consent" in (await browser.post(address, form | {"csrf": token_of(page)})).text


async def test_proving_it_again_as_somebody_else_leads_to_the_front_page(
    browser: Browser, referred: LedgerOf, anything: asyncpg.Connection
) -> None:
    address = f"{CONSENT}/signed/{await opened(referred)}/consent"
    form = await typing(browser, TAKER, address)
    await proven_long_ago(browser, anything)
    back = await browser.identify(await browser.follow(await browser.post(address, form)), "rxx-haematologist-1")
    answer = await browser.get(back.headers["location"])
    assert answer.headers["location"] == "http://127.0.0.1:8000/"


async def test_a_draft_is_one_per_person_pathway_and_kind(clinic: Clinic, referred: LedgerOf) -> None:
    drafts, pathway_id = clinic.receptions["consent"].drafts, await opened(referred)
    mine, theirs = (Whose("RXX", person, pathway_id, "consent") for person in ("p-1", "p-2"))
    assert await drafts.save(mine, page="a", raw={"x": "1"}, version=1)
    assert await drafts.save(mine, page="b", raw={"x": "2\u0000"}, version=2)
    kept = await drafts.load(mine)
    assert kept is not None
    assert (kept.page, kept.raw, kept.version) == ("b", {"x": "2\u0000"}, 2)
    assert await drafts.load(theirs) is None
    assert await drafts.load(Whose("RYY", "p-1", pathway_id, "consent")) is None
    await drafts.drop(mine)
    assert await drafts.load(mine) is None


async def test_a_draft_of_a_referral_has_no_pathway_yet(clinic: Clinic) -> None:
    drafts, whose = clinic.receptions["consent"].drafts, Whose("RXX", f"p-{uuid4()}", None, "referral")
    for number in (1, 2):
        assert await drafts.save(whose, page="", raw=[number], version=0)
    kept = await drafts.load(whose)
    assert kept is not None
    assert kept.raw == [2]


async def test_a_draft_nobody_came_back_for_is_gone_after_a_fortnight(clinic: Clinic) -> None:
    drafts, whose = clinic.receptions["consent"].drafts, Whose("RXX", f"p-{uuid4()}", None, "referral")
    await drafts.save(whose, page="", raw=[], version=0)
    clinic.clock.pass_by(days=15)
    assert await drafts.load(whose) is None


@pytest.mark.parametrize("pathway_id", ["x", "", "00000000-0000-0000-0000-00000000000G"])
async def test_a_draft_of_what_is_no_pathway_is_not_kept(clinic: Clinic, pathway_id: str) -> None:
    drafts = clinic.receptions["consent"].drafts
    kept = await drafts.save(Whose("RXX", "p-1", pathway_id, "consent"), page="", raw=[], version=0)
    assert kept is (pathway_id == "")
