"""The parts of a live play that need no running world: coming to rest, asking again, another synthetic number."""

import asyncio
import json
from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import pytest

from deploy.scenarios import desks as desks_module
from deploy.scenarios import identity, live_world
from deploy.scenarios.desks import Desks, WorldAway
from deploy.scenarios.outside import DELIVERED, RECEIPT, Answering, waiting
from deploy.scenarios.reading import parsed
from deploy.scenarios.settling import unsettled
from deploy.scenarios.table import Report
from shared.ledger.patient import PatientIdentity
from shared.pathway.people import Role, Signature
from tests.scenarios_runner.stories import SHORT

NOW = "2026-03-09T12:00:00Z"
BY_ITSELF, BY_STORY = Answering(DELIVERED, RECEIPT), Answering(None, None)
SOMEBODY = Signature("rxx-referrer-1", Role.REFERRER)


def look(**parts: Any) -> dict[str, Any]:
    quiet = {"pathway_id": "p", "now": NOW, "timers": [], "notices": [], "tracks": [], "entries": []}
    return {**quiet, **parts}


def notice(**dispatch: str) -> dict[str, Any]:
    blank = {"key": "n1-first", "sent_at": None, "delivered_at": None, "failed_at": None}
    return {"acknowledged_at": None, "dispatches": [{**blank, **dispatch}]}


def timer(due_at: str, state: str = "pending") -> dict[str, Any]:
    return {"id": "T-14D", "rung": "amber", "due_at": due_at, "state": state}


SUBMITTED = {"procedure_id": "p.1", "dataset_version": 1}
TRACK = {"kind": "registry", "state": "draft", **SUBMITTED}
ENDED = {"kind": "procedure_end", "record": {}}


def test_a_pathway_of_which_nothing_is_owed_has_come_to_rest() -> None:
    assert unsettled(look(), BY_ITSELF) == ""


def test_a_timer_that_is_due_is_waited_for() -> None:
    assert unsettled(look(timers=[timer(NOW)]), BY_STORY) == "timer T-14D amber has not fired"


def test_a_timer_that_is_not_due_yet_is_not_waited_for() -> None:
    assert unsettled(look(timers=[timer("2026-03-09T12:00:01Z"), timer(NOW, "met")]), BY_STORY) == ""


def test_a_notice_that_is_not_sent_is_waited_for() -> None:
    assert "has not been sent" in unsettled(look(notices=[notice()]), BY_STORY)


def test_an_acknowledged_notice_is_not_waited_for() -> None:
    read = {**notice(), "acknowledged_at": NOW}
    assert unsettled(look(notices=[read]), BY_ITSELF) == ""


def test_a_report_is_waited_for_only_when_the_mail_system_reports_by_itself() -> None:
    sent = look(notices=[notice(sent_at=NOW)])
    assert "became of notice n1-first" in unsettled(sent, BY_ITSELF)
    assert unsettled(sent, BY_STORY) == ""


def test_a_registry_entry_is_waited_for_only_when_the_registry_answers_by_itself() -> None:
    submitted = look(tracks=[TRACK], entries=[ENDED])
    assert "version 1" in unsettled(submitted, BY_ITSELF)
    assert unsettled(submitted, BY_STORY) == ""


def test_an_answer_about_an_older_version_is_not_the_one_waited_for() -> None:
    accepted = {"kind": "registry_accepted", "record": SUBMITTED}
    newer = look(tracks=[{**TRACK, "dataset_version": 2}], entries=[ENDED, accepted])
    assert "version 2" in unsettled(newer, BY_ITSELF)
    assert unsettled(look(tracks=[TRACK], entries=[ENDED, accepted]), BY_ITSELF) == ""


def test_a_procedure_under_way_owes_the_registry_nothing_yet() -> None:
    assert unsettled(look(tracks=[TRACK]), BY_ITSELF) == ""


def test_notices_that_arrived_or_failed_wait_for_nothing() -> None:
    found = look(notices=[notice(sent_at=NOW, failed_at=NOW), notice(sent_at=NOW, key="n2-first")])
    assert list(waiting(found)) == ["n2-first"]


def test_another_synthetic_number_is_valid_and_names_the_same_patient() -> None:
    body = identity.body_of(parsed(SHORT).patient)
    other = identity.renumbered(body, Random(7))  # noqa: S311 -- the same one in each run
    who = PatientIdentity.model_validate_json(json.dumps(other), strict=True)
    assert who.synthetic
    assert other["nhs_number"] != body["nhs_number"]
    assert {**other, "nhs_number": ""} == {**body, "nhs_number": ""}


def test_a_number_that_a_desk_would_refuse_is_left_as_it_is() -> None:
    wrong = {**identity.body_of(parsed(SHORT).patient), "nhs_number": "9996510019"}
    assert identity.renumbered(wrong, Random(7)) == wrong  # noqa: S311 -- the same one in each run


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def token(_issuer: str, person: str) -> str:
        return f"token-of-{person}"

    monkeypatch.setattr(desks_module, "FIRST_PAUSE_S", 0.0)
    monkeypatch.setattr(desks_module, "token", token)


async def asked(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await Desks(http, "http://127.0.0.1:8000").call("POST", "http://127.0.0.1:8001/x", SOMEBODY, {})


async def test_while_a_desk_is_away_the_same_request_is_sent_again_under_its_key() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(503 if len(sent) < 3 else 200)

    assert (await asked(answer)).status_code == 200
    assert len(sent) == 3
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1
    assert sent[0].headers["Patency-Role"] == "referrer"


async def test_a_desk_that_is_never_reached_is_said_by_its_address() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(WorldAway, match=r"127\.0\.0\.1:8001 is not reached"):
        await asked(answer)


def test_a_world_that_is_not_there_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    asyncio.run(live_world.run([parsed(SHORT)], report, "http://127.0.0.1:9"))
    assert report.failed
    assert "No world answers at http://127.0.0.1:9" in capsys.readouterr().out
