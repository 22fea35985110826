"""The registers governance keeps itself, in a browser: who is told, and what the trust permits (IPG651 1.2, YR3)."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.pathway.governance_register import (
    PermissionEnded,
    PermissionGiven,
    PermitScope,
    RecipientNamed,
)
from shared.pathway.people import Role
from shared.pathway.record import Part
from shared.web.forms.writing import to_raw
from shared.wiring.clock import ServerClock
from tests.database import Postgres
from tests.ledger.own_trust import OwnTrust, founded
from tests.pages.visitors import House, Visitor, action_of, main_of, sent_by

SOON = (ServerClock().now() + timedelta(days=40)).date()


@pytest.fixture
async def trust(postgres: Postgres) -> AsyncIterator[OwnTrust]:
    owner = await asyncpg.connect(postgres.owner_dsn)
    yield await founded(owner, "governance_lead")
    await owner.close()


@pytest.fixture
async def lead(house: House, trust: OwnTrust) -> Visitor:
    return await house.visitor(trust.signature(), trust.code)


def at(visitor: Visitor, page: str) -> str:
    return f"{visitor.house.urls['governance']}/registers/{page}"


async def kept(visitor: Visitor, page: str, record: Part) -> httpx.Response:
    form = await visitor.get(at(visitor, page))
    assert form.status_code == 200, form.text
    texts = {name: list(found) for name, found in to_raw(record).texts.items()}
    return await visitor.post(action_of(form), texts | {"key": sent_by(form)["key"]})


def told(trust: OwnTrust, role: str = "deputy_governance_lead", **changes: str) -> RecipientNamed:
    given = {"role": role, "person": trust.person(role), "channel": "smtp", "address": "deputy@inbox.invalid"}
    return RecipientNamed.model_validate(given | changes)


async def test_a_role_that_nobody_holds_is_shown_and_somebody_is_named(lead: Visitor, trust: OwnTrust) -> None:
    assert main_of(await lead.get(at(lead, "recipients"))).count("Nobody</strong>") == 3
    answer = await kept(lead, "recipients/new", told(trust))
    assert answer.headers["location"] == "/registers/recipients?said=recipient_named"
    page = main_of(await lead.get(at(lead, "recipients")))
    assert page.count("Nobody</strong>") == 2
    assert "deputy@inbox.invalid" in page


async def test_the_last_one_to_be_told_cannot_be_taken_out_and_the_page_says_why(
    lead: Visitor, trust: OwnTrust
) -> None:
    sent = {"role": "governance_lead", "person": trust.person("governance_lead")}
    answer = await lead.post(at(lead, "recipients/strike"), sent | {"go": "strike"})
    assert answer.status_code == 409
    assert "Nobody of governance would be told any more. Name somebody else first" in answer.text
    await kept(lead, "recipients/new", told(trust))
    assert (await lead.post(at(lead, "recipients/strike"), sent | {"go": "strike"})).status_code == 303


async def test_taking_somebody_out_asks_once_more_and_takes_nobody_out_before(lead: Visitor, trust: OwnTrust) -> None:
    await kept(lead, "recipients/new", told(trust))
    sent = {"role": "deputy_governance_lead", "person": trust.person("deputy_governance_lead")}
    asked = await lead.post(at(lead, "recipients/strike"), sent)
    assert asked.status_code == 200
    assert "No notice for this role goes to them any more" in asked.text
    assert "deputy@inbox.invalid" in main_of(await lead.get(at(lead, "recipients")))
    assert (await lead.post(action_of(asked), sent_by(asked) | {"go": "strike"})).status_code == 303
    assert "deputy@inbox.invalid" not in main_of(await lead.get(at(lead, "recipients")))


async def test_a_role_has_the_same_name_in_the_form_and_over_its_people(lead: Visitor) -> None:
    over = set(re.findall(r'<h2 class="nhsuk-heading-m">([^<]+)</h2>', main_of(await lead.get(at(lead, "recipients")))))
    form = main_of(await lead.get(at(lead, "recipients/new")))
    assert over
    assert [each for each in over if each not in form] == []


async def test_what_cannot_be_reached_that_way_is_said_beside_its_question(lead: Visitor, trust: OwnTrust) -> None:
    answer = await kept(lead, "recipients/new", told(trust, channel="webhook"))
    assert answer.status_code == 409
    assert 'href="#address"' in answer.text


async def test_taking_out_somebody_who_is_not_there_is_answered_with_words(lead: Visitor) -> None:
    for sent in ({"role": "research_lead", "person": "nobody-1"}, {"role": "x", "person": ""}):
        answer = await lead.post(at(lead, "recipients/strike"), sent)
        assert answer.status_code == 422
        answer = await lead.post(at(lead, "recipients/strike"), sent | {"go": "strike"})
        assert answer.status_code == 422
        assert "This person is not in the register in that role" in answer.text


def device(**changes: object) -> PermissionGiven:
    given = {
        "scope": PermitScope.DEVICE,
        "subject": "Own Device 1",
        "review_by": SOON,
        "approving_body": "New procedures group",
        "reference": f"NP-{uuid4()}",
    }
    return PermissionGiven.model_validate(given | changes)


async def test_an_approval_stands_with_who_approved_it_and_how_soon_it_ends(lead: Visitor, trust: OwnTrust) -> None:
    answer = await kept(lead, "authorisation/approve", device())
    assert answer.headers["location"] == "/registers/authorisation?said=permission_given"
    page = main_of(await lead.get(at(lead, "authorisation?said=permission_given")))
    assert "Ends in 40 days" in page
    assert "Approved: Own Device 1" in page
    assert f"by {trust.person('governance_lead')}" in page
    assert "It counts from the next start" in page


async def test_what_was_ended_is_kept_in_the_history(lead: Visitor, trust: OwnTrust) -> None:
    operator = trust.person("proceduralist")
    gone = PermissionEnded(scope=PermitScope.OPERATOR, subject=operator, reference="NP-9", why="Works elsewhere")
    assert (await kept(lead, "authorisation/end", gone)).status_code == 303
    page = main_of(await lead.get(at(lead, "authorisation")))
    assert f"Ended: {operator}" in page
    assert "Works elsewhere" in page


async def test_an_approval_of_nothing_in_particular_is_asked_what_it_is_about(lead: Visitor) -> None:
    form = await lead.get(at(lead, "authorisation/approve"))
    texts = {name: list(found) for name, found in to_raw(device()).texts.items()}
    answer = await lead.post(action_of(form), texts | {"subject": "", "key": sent_by(form)["key"]})
    assert answer.status_code == 422
    assert "Name the device model or the operator" in answer.text


@pytest.mark.parametrize("page", ["recipients", "recipients/new", "authorisation", "authorisation/approve"])
async def test_the_pages_are_small_and_for_governance_alone(house: House, trust: OwnTrust, page: str) -> None:
    lead = await house.visitor(trust.signature(), trust.code)
    found = await lead.get(at(lead, page))
    assert found.status_code == 200
    assert len(found.content) < 50_000
    operator = await house.visitor(trust.signature(Role.PROCEDURALIST), trust.code)
    assert (await operator.get(at(operator, page))).status_code == 403
