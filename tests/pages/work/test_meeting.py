"""The MDT's meeting: every patient with an open review, what was found, and each specialty's own signature."""

import re

import asyncpg
import httpx
import pytest

from services.sessions.session import hashed
from shared.ledger import Opening
from tests.forms import mdt_review as mdt_form
from tests.ledger.acting import (
    COORDINATOR,
    SPECIALISTS,
    LedgerOf,
    act,
    classifying,
    kept,
    moved,
    opened,
    opening,
    patient,
)
from tests.pages.work.conftest import ADDRESS, Colleague, ComingIn

SURGEON, SECOND, HAEMATOLOGIST = "rxx-vascular-surgeon-1", "rxx-vascular-surgeon-2", "rxx-haematologist-1"
MDT = "mdt_review"
# The specialists have referred, classified and reviewed nobody here.
MEMBERS = ("rxx-mdt-coordinator-1", SECOND, "rxx-interventional-radiologist-2", "rxx-haematologist-2")


async def classified(ledgers: LedgerOf, asked: Opening | None = None) -> str:
    """A pathway whose review is to be held, on 5 March."""
    desk = ledgers("desk_referral")
    pathway_id = kept(await desk.open_pathway(asked or opening())).pathway_id
    kept(await desk.enter(classifying(pathway_id)))
    await moved(ledgers, pathway_id, "2026-03-05T14:30")
    return pathway_id


async def held(ledgers: LedgerOf) -> str:
    """A pathway whose review waits for three signatures."""
    pathway_id = await classified(ledgers)
    people = mdt_form.attendees(*(each.person for each in SPECIALISTS))
    kept(await ledgers("desk_mdt_review").enter(act(pathway_id, mdt_form.mdt_review(attendees=people), COORDINATOR)))
    return pathway_id


def form_of(page: httpx.Response) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0] for name in ("key", "review")}


async def drawn(who: Colleague, pathway_id: str) -> tuple[httpx.Response, dict[str, str]]:
    page = await who.get(f"/meeting/{pathway_id}", desk=MDT)
    return page, form_of(page)


async def test_the_meeting_lists_whose_review_is_to_be_held_or_signed(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    to_hold, to_sign, referred = await classified(ledgers), await held(ledgers), await opened(ledgers)
    page = await (await coming_in(HAEMATOLOGIST)).get("/meeting", desk=MDT)
    assert f'href="/meeting/{to_hold}"' in page.text
    assert f'href="/meeting/{to_sign}"' in page.text
    assert referred not in page.text
    for told in (
        "Synthetic Alpha",
        "LEFT leg: clot in",
        "Special arrangements",
        "Duplex ultrasound, 3 March 2026, 08:30",
    ):
        assert told in page.text
    assert page.text.count("Not signed yet") == 3
    assert "LEFT leg: Offer thrombectomy under special arrangements" in page.text
    assert "The review is not written down yet." in page.text


async def test_twenty_patients_are_less_than_50_kilobytes(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    for _ in range(21):
        await held(ledgers)
    page = await (await coming_in(SURGEON)).get("/meeting", desk=MDT)
    assert page.text.count("Not signed yet") == 60
    assert "There are more patients than fit here." in page.text
    assert len(page.content) < 50_000


async def test_a_patients_page_shows_side_class_reasons_veins_and_the_whole_review(
    ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    page, _ = await drawn(await coming_in(SURGEON), await held(ledgers))
    for told in (
        "LEFT leg",
        "Day 3 of 14",
        "<svg",
        "Paragraph 1.1",
        "HAS-BLED 1",
        "Do you agree with the decision for the LEFT leg?",
    ):
        assert told in page.text
    assert len(page.content) < 50_000


async def test_a_signature_is_kept_once_however_often_it_is_sent(
    ledgers: LedgerOf, coming_in: ComingIn, anything: asyncpg.Connection
) -> None:
    pathway_id = await held(ledgers)
    surgeon = await coming_in(SURGEON)
    _, form = await drawn(surgeon, pathway_id)
    for _ in range(2):
        page = await surgeon.done(f"/meeting/{pathway_id}", desk=MDT, agrees="yes", **form)
        assert "Your signature is kept." in page.text
    count = "SELECT count(*) FROM entry WHERE pathway_id = $1 AND kind = 'mdt_sign_off'"
    assert await anything.fetchval(count, pathway_id) == 1
    page = await surgeon.get(f"/meeting/{pathway_id}", desk=MDT)
    assert "Your specialty has signed this review." in page.text
    assert 'name="agrees"' not in page.text


async def test_three_signatures_take_the_patient_off_the_meeting(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    del empty
    pathway_id = await held(ledgers)
    for each in SPECIALISTS:
        who = await coming_in(each.person)
        _, form = await drawn(who, pathway_id)
        await who.done(f"/meeting/{pathway_id}", desk=MDT, agrees="yes", **form)
    assert pathway_id not in (await (await coming_in(SURGEON)).get("/meeting", desk=MDT)).text
    gone = await (await coming_in(SURGEON)).get(f"/meeting/{pathway_id}", desk=MDT)
    assert gone.headers["location"] == f"{ADDRESS['front_door']}/pathways/{pathway_id}"


async def test_an_objection_is_kept_with_its_reason_and_everybody_sees_it(
    ledgers: LedgerOf, coming_in: ComingIn
) -> None:
    pathway_id = await held(ledgers)
    one = await coming_in(HAEMATOLOGIST)
    _, form = await drawn(one, pathway_id)
    await one.done(f"/meeting/{pathway_id}", desk=MDT, agrees="no", objection="Platelets <b>20</b>", **form)
    page = await (await coming_in(SURGEON)).get(f"/meeting/{pathway_id}", desk=MDT)
    assert "Objects" in page.text
    assert "Platelets &lt;b&gt;20&lt;/b&gt;" in page.text


@pytest.mark.parametrize(
    ("fields", "told", "anchor"),
    [
        ({}, "Choose whether you agree or object", "#agrees"),
        ({"agrees": "maybe"}, "Choose whether you agree or object", "#agrees"),
        ({"agrees": "no", "objection": "  "}, "Write down your objection", "#objection"),
        ({"agrees": "no", "objection": "x\u0007"}, "readable characters", "#objection"),
        ({"agrees": "yes", "review": "1"}, "This is not the review to sign now", "#agrees"),
        ({"agrees": "yes", "review": "x"}, "The review has changed", "#agrees"),
    ],
)
async def test_what_cannot_be_signed_is_told_at_its_field_and_the_text_stays(
    ledgers: LedgerOf, coming_in: ComingIn, fields: dict[str, str], told: str, anchor: str
) -> None:
    pathway_id = await held(ledgers)
    surgeon = await coming_in(SURGEON)
    _, form = await drawn(surgeon, pathway_id)
    page = await surgeon.post(f"/meeting/{pathway_id}", desk=MDT, **{**form, "objection": "kept text", **fields})
    assert page.status_code == 422
    assert told in page.text
    assert f'href="{anchor}"' in page.text
    assert "<title>Error: " in page.text
    assert "objection" in fields or "kept text" in page.text


async def test_who_did_not_attend_has_no_form_and_cannot_sign(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    pathway_id = await held(ledgers)
    _, form = await drawn(await coming_in(SURGEON), pathway_id)
    second = await coming_in(SECOND)
    page = await second.get(f"/meeting/{pathway_id}", desk=MDT)
    assert "does not name you among those who attended" in page.text
    page = await second.post(f"/meeting/{pathway_id}", desk=MDT, agrees="yes", **form)
    assert page.status_code == 422
    assert "signed by those who attended" in page.text


async def test_a_coordinator_looks_and_does_not_sign(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    page = await (await coming_in(COORDINATOR.person)).get(f"/meeting/{await held(ledgers)}", desk=MDT)
    assert page.status_code == 200
    assert 'name="agrees"' not in page.text


async def test_a_signature_needs_somebody_the_issuer_saw_lately_and_keeps_the_text(
    ledgers: LedgerOf, coming_in: ComingIn, anything: asyncpg.Connection
) -> None:
    pathway_id = await held(ledgers)
    surgeon = await coming_in(SURGEON)
    _, form = await drawn(surgeon, pathway_id)
    aged = "UPDATE session SET authenticated_at = authenticated_at - interval '6 minutes' WHERE id_hash = $1"
    await anything.execute(aged, hashed(surgeon.browser.cookies["patency"]))
    away = await surgeon.post(f"/meeting/{pathway_id}", desk=MDT, agrees="no", objection="Too late", **form)
    assert "again=1" in away.headers["location"]
    assert "Too late" in (await surgeon.get(f"/meeting/{pathway_id}", desk=MDT)).text


async def test_nobody_outside_the_meeting_sees_it(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    pathway_id = await held(ledgers)
    for somebody in ("rxx-governance-lead-1", "rxx-referrer-1", "rxx-registry-clerk-1"):
        for path in ("/meeting", f"/meeting/{pathway_id}"):
            page = await (await coming_in(somebody)).get(path, desk=MDT)
            assert page.status_code == 403
            assert "Synthetic Alpha" not in page.text


@pytest.mark.parametrize("who", MEMBERS)
async def test_a_member_opens_every_case_of_their_meeting_and_breaks_no_glass(
    empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn, who: str
) -> None:
    """Whoever has written nothing yet and owes no signature, before the review as after it."""
    del empty
    somebody = await coming_in(who)
    for pathway_id in (await classified(ledgers), await held(ledgers)):
        assert f'href="/meeting/{pathway_id}"' in (await somebody.get("/meeting", desk=MDT)).text
        case = await somebody.get(f"/pathways/{pathway_id}")
        assert case.status_code == 200, case.headers.get("location")
        assert "Leg" in case.text


async def test_another_trusts_meeting_has_other_patients(ledgers: LedgerOf, coming_in: ComingIn) -> None:
    pathway_id = await held(ledgers)
    other = await coming_in("ryy-vascular-surgeon-1")
    assert pathway_id not in (await other.get("/meeting", desk=MDT)).text
    assert (await other.get(f"/meeting/{pathway_id}", desk=MDT)).status_code == 303


async def test_a_name_is_text(empty: asyncpg.Connection, ledgers: LedgerOf, coming_in: ComingIn) -> None:
    del empty
    await classified(ledgers, opening(patient=patient(name="<script>alert(1)</script>, Synthetic")))
    page = await (await coming_in(SURGEON)).get("/meeting", desk=MDT)
    assert "<SCRIPT>" not in page.text.replace("<script", "")
    assert "&lt;SCRIPT&gt;ALERT(1)" in page.text
