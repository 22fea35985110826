"""The forms of records: who may open one, what they see of the patient, and what happens when all goes wrong."""

from uuid import uuid4

import asyncpg
import pytest

from services.sessions.session import hashed
from shared.ledger.access import Why
from shared.pathway.people import Role
from shared.web.pages.shown.banner import reference_words
from tests.forms import mdt_review as mdt_form
from tests.forms import referral as referral_form
from tests.ledger.acting import SPECIALISTS, TRIAGE, LedgerOf, opened, person
from tests.pages.stories import (
    CONSENT,
    FRONT,
    NURSE,
    OPERATOR,
    TAKER,
    entries,
    offered,
    treated,
)
from tests.pages.visitors import House, action_of, links, main_of, sent_by

RADIOLOGIST = person(Role.INTERVENTIONAL_RADIOLOGIST)
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def review(**changes: object):  # type: ignore[no-untyped-def]  # noqa: ANN201 -- an MdtReview
    return mdt_form.mdt_review(attendees=mdt_form.attendees(*(each.person for each in SPECIALISTS)), **changes)


async def test_whoever_has_no_duty_gives_a_reason_first(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, stranger = await opened(ledger_of), await house.visitor(RADIOLOGIST)
    address = stranger.form(pathway_id, "classification")
    away = await stranger.get(address)
    assert away.status_code == 303
    assert away.headers["location"].startswith(f"{FRONT}/open-record/{pathway_id}?return_to=")
    access = house.receptions["front_door"].access
    await access.grant("RXX", pathway_id, RADIOLOGIST, Why.COVERING, "On call tonight for the team")
    page = await stranger.get(address)
    assert page.status_code == 200
    assert "Synthetic Alpha" in page.text


async def test_a_role_that_does_not_write_this_record_is_told_so(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, nurse = await opened(ledger_of), await house.visitor(NURSE)
    assert (await nurse.get(nurse.form(pathway_id, "classification"))).status_code == 403


async def test_governance_acknowledges_without_seeing_who_the_patient_is(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, lead = await offered(ledger_of), await house.visitor(person(Role.GOVERNANCE_LEAD))
    page = await lead.get(lead.form(pathway_id, "governance_acknowledgement"))
    assert page.status_code == 200
    assert "Synthetic Alpha" not in page.text
    assert "Your role does not see who the patient is" in page.text


async def test_who_may_know_the_patient_is_led_to_the_case_from_a_desk_that_may_not(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, operator = await treated(ledger_of), await house.visitor(OPERATOR)
    page = await operator.get(operator.form(pathway_id, "adverse_event_seen"))
    assert "Synthetic Alpha" not in page.text
    assert "Your role does not see" not in page.text
    assert f"Check the reference {reference_words(pathway_id)}, the leg and the day" in page.text
    assert links(page)["Open the case"] == f"{FRONT}/pathways/{pathway_id}"


async def test_a_clinician_sees_whose_leg_and_which_day(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    page = main_of(await triage.get(triage.form(pathway_id, "classification")))
    assert "Synthetic Alpha" in page
    assert "LEFT" in page
    assert "Day 1 of 14" in page


async def test_text_that_looks_like_a_script_stays_text(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    record = CONSENT.model_copy(update={"what_matters": XSS, "patient_questions": XSS})
    check = await taker.filled_in(taker.form(pathway_id, "consent"), record)
    pages = [check.text, (await taker.get(f"{taker.form(pathway_id, 'consent')}/patient")).text]
    await taker.confirmed(check)
    pages.append((await taker.get(f"{FRONT}/pathways/{pathway_id}?open=all")).text)
    for page in pages:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


async def test_when_the_ledger_is_away_the_page_keeps_the_text_and_the_key(
    house: House, ledger_of: LedgerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    record = referral_form.classification(referral_form.agreement(reason="Typed with care"))
    check = await triage.filled_in(triage.form(pathway_id, "classification"), record)

    async def silent(_: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(house.ledgers["referral"], "enter", silent)
        away = await triage.confirmed(check)
    assert away.status_code == 503
    assert "Typed with care" in away.text
    assert sent_by(away)["key"] == sent_by(check)["key"]
    assert (await triage.post(action_of(away), sent_by(away))).status_code == 303
    assert await entries(ledger_of, pathway_id, "classification") == 1


async def test_a_consent_needs_somebody_the_issuer_saw_lately_and_keeps_the_text(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    check = await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    aged = "UPDATE session SET authenticated_at = authenticated_at - interval '6 minutes' WHERE id_hash = $1"
    await anything.execute(aged, hashed(taker.cookie))
    away = await taker.confirmed(check)
    assert away.headers["location"].startswith(f"{FRONT}/sign-in?return_to=")
    assert "again=1" in away.headers["location"]
    assert "Walking the dog again" in (await taker.get(f"{taker.form(pathway_id, 'consent')}/check")).text


async def test_what_a_trust_does_not_have_is_a_page_that_says_nothing(house: House, ledger_of: LedgerOf) -> None:
    theirs = await house.visitor(person(Role.TRIAGE_CLINICIAN, "RYY"), "RYY")
    answer = await theirs.get(theirs.form(await opened(ledger_of), "classification"))
    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.text
    assert "<header" in answer.text


async def test_the_api_still_answers_problems_to_programs(house: House) -> None:
    visitor = await house.visitor(TRIAGE)
    answer = await visitor.get(f"{house.urls['referral']}/api/nothing")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("new_imaging", Role.INTERVENTIONAL_RADIOLOGIST),
        ("mdt_sign_off", Role.HAEMATOLOGIST),
        ("standard_care_handoff", Role.MDT_COORDINATOR),
        ("closure", Role.MDT_COORDINATOR),
        ("procedure_start", Role.PROCEDURALIST),
        ("procedure_end", Role.PROCEDURALIST),
        ("registry_correction", Role.REGISTRY_CLERK),
        ("registry_manual_entry", Role.REGISTRY_CLERK),
        ("registry_manual_confirmation", Role.REGISTRY_CLERK),
        ("registry_manual_withdrawal", Role.REGISTRY_CLERK),
        ("discharge", Role.WARD_CLINICIAN),
        ("anticoagulation_review", Role.HAEMATOLOGIST),
        ("handoff_accepted", Role.WARD_CLINICIAN),
        ("research_enrolment", Role.RESEARCH_LEAD),
    ],
)
async def test_every_form_is_drawn_in_less_than_50_kb(house: House, ledger_of: LedgerOf, kind: str, role: Role) -> None:
    pathway_id = await treated(ledger_of)
    access = house.receptions["front_door"].access
    await access.grant("RXX", pathway_id, person(role), Why.OTHER, "For this very test of pages")
    visitor = await house.visitor(person(role))
    page = await visitor.get(visitor.form(pathway_id, kind))
    assert page.status_code == 200, page.text
    assert len(page.text.encode()) < 50 * 1024


async def test_a_page_of_several_sent_too_late_keeps_the_text_of_all_pages(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    page = await taker.get(f"{taker.form(pathway_id, 'consent')}/patient")
    await anything.execute("UPDATE session SET ended_at = now() WHERE id_hash = $1", hashed(taker.cookie))
    late = await taker.post(action_of(page), sent_by(page) | {"what_matters": "Typed too late"})
    assert late.headers["location"].startswith(f"{FRONT}/sign-in?return_to=")
    again = await house.visitor(TAKER)
    check = await again.get(f"{again.form(pathway_id, 'consent')}/check")
    assert "Typed too late" in check.text
    assert "PMT-INFO-1" in check.text


async def test_when_nobody_can_be_recognised_a_browser_is_told_in_words(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await house.visitor(TRIAGE)

    async def silent(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(type(house.receptions["front_door"].sessions), "find", silent)
    answer = await visitor.get(f"{FRONT}/pathways/{uuid4()}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "The service does not answer at the moment" in answer.text
