"""What stays true while a part is away, and after it is back."""

import asyncio
import sys
import time
from pathlib import Path

import httpx
import pytest

from deploy.local.processes import inherited
from deploy.local.world import World
from tests.chaos.looking import rows, workflows
from tests.forms import referral
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, body_of, decide, follow, patient, prepare, refer, treat

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_care_is_recorded_while_temporal_is_away_and_everything_automatic_catches_up(
    world: World, clinic: Clinic
) -> None:
    pathway = await refer(clinic, 300)
    await world.kill("temporal")
    try:
        await decide(clinic, pathway)
        seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
        assert seen["notices"][0]["delivered_at"] is None
    finally:
        await world.restart("temporal")

    await prepare(clinic, pathway)  # waits for the delivered notice
    await treat(clinic, pathway)


async def test_while_postgresql_is_away_desks_say_try_again_and_keep_nothing_half(world: World, clinic: Clinic) -> None:
    before = await rows(world, "SELECT count(*) n FROM pathway")
    await world.kill("postgres")
    try:
        body = {"patient": patient(301), **body_of(referral.referral())}
        headers = {"Authorization": f"Bearer {clinic.tokens[PEOPLE['referrer']]}", "Idempotency-Key": "outage-1"}
        asked = time.monotonic()
        answer = await clinic.http.post(f"{world.ports.url('referral')}/api/pathways", json=body, headers=headers)
        waited = time.monotonic() - asked
        ready = await clinic.http.get(f"{world.ports.url('front_door')}/health/ready")
    finally:
        await world.restart("postgres")

    assert answer.status_code == ready.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"]
    assert waited < 5
    assert await rows(world, "SELECT count(*) n FROM pathway") == before


async def test_losing_the_whole_temporal_store_loses_no_pathway_and_no_deadline(world: World, clinic: Clinic) -> None:
    waiting = await refer(clinic, 302)
    treated = await refer(clinic, 303)
    await decide(clinic, treated)
    await prepare(clinic, treated)
    await treat(clinic, treated)
    deadlines = {each: (await clinic.see(PEOPLE["referrer"], each))["timers"] for each in (waiting, treated)}

    await world.supervisor.kill("temporal")
    _forget_temporal(world.directory)
    await world.restart("temporal")
    await world.restart("worker")
    assert waiting not in await workflows(world)
    await _reconcile(world)

    for each in (waiting, treated):
        assert (await clinic.see(PEOPLE["referrer"], each))["timers"] == deadlines[each]
    await _until_running(world, waiting, treated)
    await follow(clinic, treated)
    await clinic.advance(PEOPLE["referrer"], waiting, "2026-03-13T12:00:00Z")
    await clinic.see_until(PEOPLE["referrer"], waiting, "red", lambda seen: {"amber", "red"} <= _fired(seen))


def _forget_temporal(directory: Path) -> None:
    for file in directory.glob("temporal-*.db*"):
        file.unlink()


def _fired(seen: dict[str, list[dict[str, str]]]) -> set[str]:
    return {timer["rung"] for timer in seen["timers"] if timer["state"] == "fired"}


async def _reconcile(world: World) -> None:
    """As an operator does it: the command, in a process of its own."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "activities.relay", "--reconcile", env={**inherited(), **world.env},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await command.communicate()
    assert command.returncode == 0
    assert b"told of again" in said


async def _until_running(world: World, *pathways: str) -> None:
    clock = asyncio.get_running_loop()
    latest = clock.time() + 20
    while {(await workflows(world)).get(each) for each in pathways} != {"RUNNING"}:
        assert clock.time() < latest, "reconciling did not bring the workflows back"
        await asyncio.sleep(0.2)


async def test_an_imported_referral_is_followed_when_nothing_else_waits(world: World, clinic: Clinic) -> None:
    body = {"patient": patient(309), **body_of(referral.referral())}
    headers = {"Authorization": f"Bearer {clinic.tokens[PEOPLE['referrer']]}", "Idempotency-Key": "import-1"}
    address = f"{world.ports.url('referral')}/api/pathways?imported=true"
    answer = await clinic.http.post(address, json=body, headers=headers)
    assert answer.status_code == httpx.codes.CREATED
    pathway = answer.json()["pathway_id"]
    for _ in range(300):
        if not await rows(world, f"SELECT FROM outbox WHERE pathway_id = '{pathway}'"):
            break
        await asyncio.sleep(0.1)
    assert pathway in await workflows(world)
