"""Who asks too much is told to wait and when to come again; nobody else notices, and an emergency never waits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from typing_extensions import override

from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from shared.web import answers as as_json
from shared.web.pace import Pace, Paces
from tests.forms.generated import generated
from tests.ledger.acting import opened, person
from tests.pages.visitors import House
from tests.service.callers import KnownPeople
from tests.storms.at_once import Sent, by, said, storm
from tests.storms.poisoning import NOTIFY

pytestmark = pytest.mark.asyncio(loop_scope="session")
HELD, MORE = 5, 30
COORDINATOR, REFERRER, STRANGER = "rxx-mdt-coordinator-1", "rxx-referrer-1", "ryy-mdt-coordinator-1"


@pytest.fixture
def paces(house: House) -> Iterator[Paces]:
    """Small buckets that never fill again, the same for every desk."""
    found = Paces(_still(HELD), _still(MORE), _still(HELD))
    before = {name: (app.state.wiring, app.state.reception) for name, app in house.apps.items()}
    for name, (wiring, reception) in before.items():
        state = house.apps[name].state
        state.reception = replace(reception, paces=found)
        state.wiring = replace(wiring, paces=found, reception=state.reception)
    yield found
    for name, (wiring, reception) in before.items():
        state = house.apps[name].state
        state.wiring, state.reception = wiring, reception


def _still(at_once: int) -> Pace:
    return Pace(0.5, at_once, lambda: 0.0)


def worklist(who: str) -> Sent:
    return by(who, "/api/worklist?role=mdt_coordinator", b"")


async def asked(desk: FastAPI, *sent: Sent) -> list[httpx.Response]:
    through = httpx.ASGITransport(desk)
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test", trust_env=False) as http:
        return [await http.get(each.path, headers=each.headers) for each in sent]


@pytest.mark.usefixtures("paces")
async def test_a_person_who_asks_too_much_is_told_when_to_come_again(house: House) -> None:
    answers = await asked(house.apps["front_door"], *[worklist(COORDINATOR)] * (HELD + 1))
    assert [each.status_code for each in answers] == [*[200] * HELD, 429]
    told = answers[-1]
    assert (told.headers["retry-after"], told.headers["content-type"]) == ("2", "application/problem+json")
    assert told.json()["type"] == "urn:patency:too-many"


@pytest.mark.usefixtures("paces")
async def test_a_colleague_and_another_trust_do_not_notice(house: House) -> None:
    await asked(house.apps["front_door"], *[worklist(COORDINATOR)] * (HELD * 2))
    others = await asked(house.apps["front_door"], worklist(STRANGER), by(REFERRER, "/api/desks", b""))
    assert [each.status_code for each in others] == [200, 200]


async def test_a_trust_that_asks_too_much_waits_and_another_does_not(house: House, paces: Paces) -> None:
    while not paces.trust.wait_s("RXX"):
        pass
    answers = await asked(house.apps["front_door"], worklist(COORDINATOR), worklist(STRANGER))
    assert [each.status_code for each in answers] == [429, 200]


async def test_what_was_refused_for_its_pace_is_not_written_and_can_be_sent_again(house: House, paces: Paces) -> None:
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    body = generated_body("classification")
    sent = by("rxx-triage-clinician-1", f"/api/pathways/{pathway_id}/classification", body, **{"If-Match": '"1"'})
    while not paces.trust.wait_s("RXX"):
        pass
    assert [status for status, _body in said(await storm(house.apps["referral"], sent))] == [429]
    for _ in range(2):
        paces.trust.give_back("RXX")
    assert {status for status, _body in said(await storm(house.apps["referral"], sent))} <= {200, 409, 412}


def generated_body(kind: str) -> bytes:
    return json.dumps(as_json.written(generated(KINDS[kind].record))).encode()


async def test_breaking_a_gate_and_withdrawing_consent_never_wait(house: House, paces: Paces) -> None:
    people = {
        "break_glass": ("procedure", "rxx-proceduralist-1"),
        "consent_withdrawn": ("consent", "rxx-ward-clinician-1"),
    }
    while not paces.trust.wait_s("RXX"):
        pass
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    for kind, (desk, who) in people.items():
        while not paces.person.wait_s(who):
            pass
        sent = by(who, f"/api/pathways/{pathway_id}/{kind}", generated_body(kind), **{"If-Match": '"1"'})
        assert {status for status, _body in said(await storm(house.apps[desk], sent))} <= {200, 409, 412}


async def test_a_person_at_a_page_gets_a_page_and_keeps_what_was_typed(house: House, paces: Paces) -> None:
    who = person(Role.TRIAGE_CLINICIAN)
    visitor = await house.visitor(who)
    while not paces.person.wait_s(who.person):
        pass
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    page = visitor.form(pathway_id, "classification")
    answer = await visitor.post(f"{page}/x", {"reason": "typed before the wait"})
    assert (answer.status_code, answer.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(answer.headers["retry-after"]) >= 1
    assert "Too much was asked for at once" in answer.text


async def test_emergency_pages_are_drawn_however_much_was_asked(house: House, paces: Paces) -> None:
    who = person(Role.PROCEDURALIST)
    visitor = await house.visitor(who)
    while not paces.person.wait_s(who.person):
        pass
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    opening = await visitor.get(f"{house.urls['front_door']}/open-record/{pathway_id}")
    breaking = await visitor.get(visitor.form(pathway_id, "break_glass"))
    assert 429 not in {opening.status_code, breaking.status_code}


class CountingIssuer(KnownPeople):
    """Counts how often it is asked, and remembers nobody."""

    asked = 0

    @override
    async def claims(self, token: str) -> Mapping[str, Any] | None:
        self.asked += 1
        return await super().claims(token)


@pytest.mark.usefixtures("paces")
async def test_tokens_that_nobody_has_are_told_to_wait_before_the_issuer_is_flooded(house: House) -> None:
    issuer, desk = CountingIssuer(), house.apps["front_door"]
    desk.state.wiring = replace(desk.state.wiring, identity=issuer)
    guesses = [by(f"guess-{uuid4()}", "/api/desks", b"") for _ in range(100)]
    answers = await asked(desk, *guesses)
    assert [each.status_code for each in answers] == [*[401] * HELD, *[429] * (100 - HELD)]
    assert issuer.asked == HELD


@pytest.mark.usefixtures("paces")
async def test_right_tokens_are_never_counted_as_guesses(house: House) -> None:
    people = [by(f"rxx-{each}-1", "/api/desks", b"") for each in ("referrer", "haematologist", "ward-clinician")]
    for _ in range(HELD):
        assert {each.status_code for each in await asked(house.apps["front_door"], *people)} == {200}


@pytest.mark.usefixtures("paces")
async def test_guessing_the_token_of_a_mail_service_is_told_to_wait(house: House) -> None:
    guesses = [by(f"guess-{uuid4()}", NOTIFY.path, b"{}") for _ in range(HELD + 2)]
    answers = said(await storm(house.apps[NOTIFY.desk], *guesses))
    assert sorted(status for status, _body in answers.elements()) == [*[401] * HELD, 429, 429]
