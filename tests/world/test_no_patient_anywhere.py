"""Planted names, numbers and words appear in no sink but the clinical tables (hazard H-27)."""

import base64
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from deploy.local.ports import DESKS, METRICS
from deploy.local.world import World
from tests.chaos.looking import rows
from tests.forms import consent, referral
from tests.journey.clinic import Clinic, NotKeptError
from tests.journey.walk import PEOPLE, body_of, decide, follow, patient, prepare, treat
from tests.world.collector import Collector

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME, WORDS, LINE = "Zephyrine Quandaryson", "marmalade-canary-in-what-matters", "PONTOON-CANARY-TEAM"
BORN = "1931-07-19"
PLANTED = (
    *(NAME, WORDS, LINE, BORN, "CANARYMETHOD", "19/07/1931", "19 July 1931", "Zephyrine", "Quandaryson"),
    *("9434765919", "943 476 5919", "0101011234", "3999999991", "PONTOON-CANARY-POSTCODE", "ZZ99 3CZ"),
    *("canary.patient@example.invalid", "07700900123", "HOSPITAL-CANARY-77", "0b7f3a52-6d0e-4b6e-9a57-1f2f5a3c9d10"),
    *("rxx-canary-nurse-1", "quokka-canary-allergy", "<script>canary</script>", "canary-session-cookie"),
)
"""Names, birth dates, patients' and hospital numbers, addresses, ids of pathways and staff, words of a record."""


def _disguises(canary: str) -> set[bytes]:
    """The canary as it is, without spaces, URL-encoded and in base64."""
    raw = canary.encode()
    return {raw, quote(canary).encode(), canary.replace(" ", "+").encode(), base64.b64encode(raw)[:-3]}


def _hits(where: str, content: bytes, canaries: list[str]) -> list[str]:
    return [f"{canary} in {where}" for canary in canaries for form in _disguises(canary) if form in content]


async def test_no_canary_leaves_the_clinical_tables(world: World, clinic: Clinic, collector: Collector) -> None:
    number = patient(200)["nhs_number"]
    canaries = [NAME, WORDS, LINE, BORN, number, f"{number[:3]} {number[3:6]} {number[6:]}"]
    await _walk_with_canaries(clinic)
    await _fail_with_canaries(world, clinic)

    found = []
    for path in sorted(world.directory.rglob("*")):
        if path.is_file() and _is_sink(world, path):
            found += _hits(str(path.relative_to(world.directory)), path.read_bytes(), canaries)
    found += [hit for body in collector.bodies for hit in _hits("a span", body, canaries)]
    async with httpx.AsyncClient(trust_env=False) as http:
        registry = await http.get(f"{world.ports.url('simulated_registry')}/entries")
    found += _hits("the registry", registry.content, canaries)

    assert found == []


async def test_no_canary_is_in_the_figures_of_any_process(world: World, clinic: Clinic) -> None:
    """Names, numbers, birth dates, ids and words, planted wherever a request has a place for them."""
    planted = (*PLANTED, patient(202)["nhs_number"])
    await _walk_with_canaries(clinic, serial=202)
    await _fail_with_canaries(world, clinic)
    await _ask_with_canaries(world, clinic, planted)

    read = await _figures(world)

    assert len(planted) >= 20
    assert [hit for process, content in read.items() for hit in _hits(process, content, list(planted))] == []
    staff = [person for person in PEOPLE.values() for content in read.values() if person.encode() in content]
    assert staff == []


async def test_the_figures_speak_of_those_requests(world: World, clinic: Clinic) -> None:
    """Guards the test above against reading figures of processes that saw none of it."""
    await _ask_with_canaries(world, clinic, PLANTED)
    read = await _figures(world)
    assert set(read) == set(METRICS)
    desks, worker = read["desks_metrics"].decode(), read["worker_metrics"].decode()
    for status in ("2xx", "4xx"):
        assert f'status="{status}"' in desks
    assert 'route="other"' in desks
    assert "# {trace_id=" in desks
    assert 'patency_ledger_acts_total{kind="governance_notice_sent",outcome="kept"}' in worker
    assert "patency_relay_outbox_rows" in read["relay_metrics"].decode()
    assert "temporal_num_pollers" in read["worker_temporal_metrics"].decode()
    assert "temporal_request_total" in read["relay_temporal_metrics"].decode()
    assert "service_requests" in read["temporal_metrics"].decode()


async def _figures(world: World) -> dict[str, bytes]:
    """What Prometheus would read, exemplars included, by process."""
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    async with httpx.AsyncClient(trust_env=False, headers=accept) as http:
        answers = {name: await http.get(f"{world.ports.url(name)}/metrics") for name in METRICS}
    assert {answer.status_code for answer in answers.values()} == {httpx.codes.OK}
    return {name: answer.content for name, answer in answers.items()}


async def _ask_with_canaries(world: World, clinic: Clinic, planted: Sequence[str]) -> None:
    """Each in the path, the query, the method, the headers and the body, at every desk, signed in and not."""
    signed_in = {"Authorization": f"Bearer {clinic.tokens[PEOPLE['referrer']]}"}
    for desk in DESKS:
        for canary in planted:
            word = quote(canary, safe="")
            url = f"{world.ports.url(desk)}/api/pathways/{word}"
            named = {"Idempotency-Key": word, "traceparent": word, "X-Role": word, "User-Agent": word}
            await clinic.http.get(f"{url}?name={word}", headers={**signed_in, **named})
            await clinic.http.post(f"{url}/{word}", json={canary: canary}, headers=signed_in)
        await clinic.http.request("CANARYMETHOD", f"{world.ports.url(desk)}/{quote(NAME)}", headers={"X-Role": LINE})


async def test_the_canaries_were_really_there(world: World, clinic: Clinic) -> None:
    """Guards the test above against looking for what was never written."""
    await _walk_with_canaries(clinic, serial=201)

    names = await rows(world, "SELECT name FROM patient")
    written = await rows(world, "SELECT record::text FROM entry WHERE kind = 'consent'")
    assert NAME in {row["name"] for row in names}
    assert any(WORDS in row["record"] for row in written)
    assert any(path.suffix == ".db" for path in world.directory.iterdir())
    assert list((world.directory / "logs").glob("*.log"))
    assert list((world.directory / "inbox").rglob("*.eml"))


def _is_sink(world: World, path: Path) -> bool:
    """Everything on disk but PostgreSQL's own files, which hold the clinical tables."""
    return "postgres" not in path.relative_to(world.directory).parts[0]


async def _walk_with_canaries(clinic: Clinic, serial: int = 200) -> None:
    communication = referral.referral().communication_needs.model_copy(update={"language": LINE})
    body = {
        "patient": patient(serial, name=NAME, date_of_birth=BORN),
        **body_of(referral.referral(communication_needs=communication)),
    }
    pathway = await clinic.open(PEOPLE["referrer"], body, training_now="2026-03-03T09:00:00Z")
    await decide(clinic, pathway)
    leaflet = consent.leaflet(document_id="PMT-INFO-1", version="2.1")
    await prepare(clinic, pathway, consent.consent(what_matters=WORDS, written_information=leaflet))
    await treat(clinic, pathway)
    await follow(clinic, pathway)


async def _fail_with_canaries(world: World, clinic: Clinic) -> None:
    """The same words on failing ways: malformed, refused, unknown."""
    url = f"{world.ports.url('referral')}/api/pathways"
    headers = {"Authorization": f"Bearer {clinic.tokens[PEOPLE['referrer']]}", "Idempotency-Key": "canary-1"}
    for body in ({"patient": {"name": NAME, NAME: WORDS}, WORDS: LINE}, {"patient": patient(200, name=f"{NAME}\x00")}):
        answer = await clinic.http.post(url, json=body, headers=headers)
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert _hits("an error", answer.content, [NAME, WORDS, LINE]) == []
    body = {"patient": patient(200, name=NAME, date_of_birth=BORN), **body_of(referral.referral())}
    with pytest.raises(NotKeptError) as refused:
        await clinic.open(PEOPLE["referrer"], body, training_now="2020-01-01T09:00:00Z")
    assert _hits("a refusal", str(refused.value).encode(), [NAME, BORN]) == []
