"""Planted names, numbers and words appear in no sink but the clinical tables (hazard H-27)."""

import base64
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from deploy.local.world import World
from tests.chaos.looking import rows
from tests.forms import consent, referral
from tests.journey.clinic import Clinic, NotKeptError
from tests.journey.walk import PEOPLE, body_of, decide, follow, patient, prepare, treat
from tests.world.collector import Collector

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME, WORDS, LINE = "Zephyrine Quandaryson", "marmalade-canary-in-what-matters", "PONTOON-CANARY-TEAM"
BORN = "1931-07-19"


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
