"""How a request has to be made, and what the answer looks like when it was not; no ledger is asked for any of it."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from services.desks import DESKS
from services.wiring import signed_in
from shared.web.headers import ALWAYS
from shared.wiring.postgres import is_outage
from tests.service.callers import NOWHERE, Caller, KnownPeople, apps, wiring
from tests.service.conftest import Calling

SURGEON = "rxx-vascular-surgeon-1"
OPEN_TO_ALL = {"/health/live", "/health/ready", "/openapi.json"}
SIGN_OFF: dict[str, Any] = {"review": 1, "agrees": True}


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 4096
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert {"type", "title", "detail"} <= set(told)
    return told


async def sign(calling: Calling, body: Any = None, *, version: int | str = 1, **headers: str) -> httpx.Response:
    caller = calling(SURGEON)
    return await caller.write("mdt_review", NOWHERE, "mdt_sign_off", body or SIGN_OFF, version=version, **headers)


async def test_a_write_without_a_version_is_428(calling: Calling) -> None:
    is_problem(await sign(calling, version=""), 428)


async def test_any_version_is_not_enough_for_a_record_that_is_about_a_version(calling: Calling) -> None:
    answer = await calling("rxx-triage-clinician-1").write("referral", NOWHERE, "classification", {}, version="*")
    is_problem(answer, 428)


@pytest.mark.parametrize("tag", ["1", 'W/"1"', '"x"', '"-1"', '"1", "2"', '"1234567890"', "\u0661"])
async def test_a_version_of_another_form_is_422(calling: Calling, tag: str) -> None:
    answer = await calling(SURGEON).send(
        "mdt_review", f"/api/pathways/{NOWHERE}/mdt_sign_off", SIGN_OFF, **{"If-Match": tag}
    )
    assert is_problem(answer, 422)["errors"][0]["field"] == "If-Match"


@pytest.mark.parametrize("key", ["", "with space", "x" * 201, "\u00e9"])
async def test_a_key_of_another_form_is_422(calling: Calling, key: str) -> None:
    answer = await sign(calling, **{"Idempotency-Key": key})
    assert is_problem(answer, 422)["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("media", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
async def test_another_media_type_is_415(calling: Calling, media: str) -> None:
    is_problem(await sign(calling, **{"Content-Type": media}), 415)


async def test_a_charset_beside_the_media_type_does_not_matter(calling: Calling) -> None:
    answer = await sign(calling, b"{}", **{"Content-Type": "Application/JSON; charset=utf-8"})
    is_problem(answer, 422)


async def test_300_kib_are_413(calling: Calling) -> None:
    is_problem(await sign(calling, b" " * 300 * 1024), 413)


async def test_300_kib_in_pieces_without_a_declared_length_are_413(bare_desks: dict[str, FastAPI]) -> None:
    async def pieces() -> Any:
        for _ in range(300):
            yield b" " * 1024

    through = httpx.ASGITransport(bare_desks["mdt_review"], raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {SURGEON}", "Content-Type": "application/json"}
    headers |= {"If-Match": '"1"', "Idempotency-Key": "k"}
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test", headers=headers) as http:
        answer = await http.post(f"/api/pathways/{NOWHERE}/mdt_sign_off", content=pieces())
    is_problem(answer, 413)


async def test_malformed_fields_are_named_and_nothing_is_echoed(calling: Calling) -> None:
    body = SIGN_OFF | {"review": "zebracrossing", "zebracrossing": 1}
    told = is_problem(await sign(calling, body), 422)
    assert [each["field"] for each in told["errors"]] == ["review", ""]
    assert "zebracrossing" not in json.dumps(told)


@pytest.mark.parametrize("name", ["1", "..", "%00", "0B6D1F5E-5B0E-4C33-9D0B-0A6F2F6F1C11", "x" * 300])
async def test_an_id_that_is_none_is_404_like_an_unknown_one(calling: Calling, name: str) -> None:
    is_problem(await calling(SURGEON).get("mdt_review", f"/api/pathways/{name}"), 404)


async def test_an_address_that_does_not_exist_is_404(calling: Calling) -> None:
    is_problem(await calling(SURGEON).get("mdt_review", "/api/nothing"), 404)


async def test_a_record_of_another_desk_is_not_taken_here(calling: Calling) -> None:
    is_problem(await calling("rxx-consent-taker-1").write("procedure", NOWHERE, "consent", {}, version=1), 404)


async def test_another_method_is_405_and_says_which_would_do(calling: Calling) -> None:
    answer = await calling(SURGEON).get("mdt_review", f"/api/pathways/{NOWHERE}/mdt_sign_off")
    is_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("at", ["yesterday", "12", "2026-03-02", "2026-03-02T10:15:00", "9999-12-31T23:59:59Z"])
async def test_an_instant_of_another_form_is_422(calling: Calling, at: str) -> None:
    answer = await calling(SURGEON).get("mdt_review", f"/api/pathways/{NOWHERE}", at=at)
    assert is_problem(answer, 422)["errors"][0]["field"] == "at"


@pytest.mark.parametrize(
    ("field", "value"), [("limit", "0"), ("limit", "201"), ("limit", "\u0663"), ("role", "chief"), ("due_before", "x")]
)
async def test_a_worklist_asked_for_wrongly_is_422(calling: Calling, field: str, value: str) -> None:
    asked = {"role": "vascular_surgeon", field: value}
    answer = await calling(SURGEON).get("mdt_review", "/api/worklist", **asked)
    assert [each["field"] for each in is_problem(answer, 422)["errors"]] == [field]


async def test_a_defect_is_500_with_an_incident_and_no_word_more(
    calling: Calling, caplog: pytest.LogCaptureFixture
) -> None:
    told = is_problem(await sign(calling), 500)  # the ledger of these desks cannot do anything
    assert set(told) == {"type", "title", "status", "detail", "incident"}
    assert told["incident"] in caplog.text


async def test_the_issuer_away_is_503_with_retry_after() -> None:
    known = KnownPeople()
    known.away = True
    answer = await Caller(apps(wiring(identity=known)), SURGEON).get("mdt_review", f"/api/pathways/{NOWHERE}")
    is_problem(answer, 503)
    assert answer.headers["retry-after"] == "2"


class HangingLedger:
    """A ledger whose database has stopped answering."""

    async def read(self, *_: object, **__: object) -> None:
        raise TimeoutError


async def test_a_database_that_hangs_is_503_with_retry_after() -> None:
    assert is_outage(TimeoutError())
    answer = await Caller(apps(wiring(HangingLedger())), SURGEON).get("mdt_review", f"/api/pathways/{NOWHERE}")
    is_problem(answer, 503)
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize("desk", DESKS)
async def test_every_answer_stays_out_of_caches_and_browsers(calling: Calling, desk: str) -> None:
    for path in ("/health/live", "/api/nothing", f"/api/pathways/{NOWHERE}"):
        answer = await calling(None).get(desk, path)
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS


ON_THE_WAY_IN = {"/sign-in", "/signed-in", "/choose-role", "/signed-out", "/back-channel-logout"}
"""Pages of the front door for people who are not signed in yet, or no longer."""


ABOUT_NOBODY = {"/help", "/help/{record}", "/accessibility"}
"""Pages of the front door that say nothing of any pathway."""


ASKS_ITSELF = {"/my-work/live", "/meeting/live", "/inbox/live"}
"""Streams: each ends at once without a session in a fitting role: a browser cannot follow a redirect there."""


BESIDES = {
    "front_door": {
        *ON_THE_WAY_IN,
        *ABOUT_NOBODY,
        "/fhir/metadata",  # what can be asked, and of nobody
        "/fhir/{elsewhere:path}",  # 404, as an OperationOutcome
    },
    "governance": {"/api/govuk_notify/{trust}"},  # asks for the trust's own token (test_notify_receipts)
}
"""What else a desk answers without a person."""


def needs_identity(dependant: Any) -> bool:
    """Whether a bearer token (programs) or a session in a fitting role (pages) is asked for."""
    asks = dependant.call is signed_in or getattr(dependant.call, "__qualname__", "").startswith("page_actor.")
    return asks or any(needs_identity(each) for each in dependant.dependencies)


@pytest.mark.parametrize("desk", DESKS)
def test_every_route_knows_who_asks(bare_desks: dict[str, FastAPI], desk: str) -> None:
    routes = [each.original_route for each in iter_route_contexts(bare_desks[desk].routes)]
    knowing = [route for route in routes if isinstance(route, APIRoute) and needs_identity(route.dependant)]
    assert len(knowing) > 2
    others = {getattr(route, "path", "?") for route in routes if route not in knowing}
    assert others >= OPEN_TO_ALL
    assert others - OPEN_TO_ALL <= ASKS_ITSELF | BESIDES.get(desk, set())


async def test_the_desks_are_listed_with_their_records(calling: Calling) -> None:
    told = (await calling("rxx-ops-1").get("front_door", "/api/desks")).json()["desks"]
    assert [each["name"] for each in told] == list(DESKS)
    assert told[4]["url"] == "http://127.0.0.1:8004"
    assert told[4]["records"] == ["consent", "consent_withdrawn", "consent_confirmed", "research_enrolment"]


async def test_a_training_clock_outside_the_training_world_is_refused() -> None:
    real = apps(wiring()) | {}
    for app in real.values():
        app.state.wiring = wiring_of_a_real_trust()
    caller = Caller(real, "rxx-referrer-1")
    moved = await caller.send("front_door", f"/api/training/pathways/{NOWHERE}/clock", {"to": "2026-03-09T09:00:00Z"})
    opened = await caller.send("referral", "/api/pathways", {}, **{"Training-Now": "2026-03-09T09:00:00Z"})
    assert (moved.status_code, opened.status_code) == (403, 403)


def wiring_of_a_real_trust() -> Any:
    found = wiring()
    return type(found)(found.ledger, found.identity, found.database_answers, found.desks, training=False)


async def test_a_live_process_says_so_to_anybody(calling: Calling) -> None:
    answer = await calling(None).get("registry", "/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_names_every_part_that_does_not_answer() -> None:
    known = KnownPeople()
    known.away = True

    async def gone() -> bool:
        raise TimeoutError

    wired = wiring(identity=known)
    wired = type(wired)(wired.ledger, known, gone, wired.desks, training=True)
    told = is_problem(await Caller(apps(wired), None).get("consent", "/health/ready"), 503)
    assert told["causes"] == ["postgres", "identity_provider"]


async def test_ready_is_200_when_everything_answers(calling: Calling) -> None:
    assert (await calling(None).get("consent", "/health/ready")).status_code == 200
