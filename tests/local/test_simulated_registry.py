from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.local.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

DATASET = {"limbs": ["left"], "procedure_on": "2026-03-09", "outcome": "patent"}


def submission(pathway: str, **dataset: Any) -> dict[str, Any]:
    return {
        "procedure_id": pathway,
        "dataset_version": "1",
        "trust": "RXX",
        "pathway_ref": pathway,
        "dataset": {**DATASET, **dataset},
    }


async def put(registry: httpx.AsyncClient, key: str, body: dict[str, Any]) -> httpx.Response:
    return await registry.put(f"/entries/{key}", json=body, headers={"Idempotency-Key": key})


async def test_it_says_that_it_is_simulated(registry: httpx.AsyncClient) -> None:
    title = (await registry.get("/openapi.json")).json()["info"]["title"]
    assert title == "Simulated venous registry - not the BSIR Venous Registry"


async def test_the_same_entry_again_gets_the_same_receipt(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    first, second = [await put(registry, key, submission(key)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["simulated"] is True


async def test_the_same_key_with_another_body_is_a_conflict(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    await put(registry, key, submission(key))
    assert (await put(registry, key, submission(key, outcome="occluded"))).status_code == 409


async def test_every_delivery_of_a_key_is_counted(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    for _ in range(3):
        await put(registry, key, submission(key))
    entries = (await registry.get("/entries")).json()
    assert [entry["deliveries"] for entry in entries if entry["key"] == key] == [3]


async def test_an_incomplete_dataset_is_refused_with_a_code(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    answer = await put(registry, key, {**submission(key), "dataset": {"limbs": []}})
    assert (answer.status_code, answer.json()["code"]) == (422, "dataset_incomplete")


async def test_a_held_entry_is_received_and_gets_its_receipt_after_the_release(
    registry: httpx.AsyncClient,
) -> None:
    key = str(uuid4())
    await registry.put(f"/holds/{key}")
    held = await put(registry, key, submission(key))
    assert (held.status_code, held.json()["state"]) == (202, "received")
    await registry.post(f"/releases/{key}", json={"outcome": "accepted"})
    assert (await put(registry, key, submission(key))).json()["receipt"].startswith("SIM-")


async def test_a_rejected_entry_is_refused_with_a_code(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    await registry.put(f"/holds/{key}")
    await put(registry, key, submission(key))
    await registry.post(f"/releases/{key}", json={"outcome": "rejected"})
    assert (await put(registry, key, submission(key))).json()["code"] == "rejected_by_registry"


async def test_an_entry_accepted_without_an_answer_can_be_looked_up(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    await registry.put("/faults", json={"rate": 1, "kinds": ["accepted_then_timeout"]})
    with pytest.raises(httpx.ReadTimeout):
        await registry.put(f"/entries/{key}", json=submission(key), headers={"Idempotency-Key": key}, timeout=0.2)
    assert (await registry.get(f"/entries/{key}")).json()["receipt"].startswith("SIM-")


async def test_a_broken_registry_keeps_nothing(registry: httpx.AsyncClient) -> None:
    key = str(uuid4())
    await registry.put("/faults", json={"rate": 1, "kinds": ["500"]})
    assert (await put(registry, key, submission(key))).status_code == 500
    assert (await registry.get(f"/entries/{key}")).status_code == 404


async def test_a_receipt_given_survives_kill_9(registry: httpx.AsyncClient, world: World) -> None:
    key = str(uuid4())
    given = (await put(registry, key, submission(key))).json()["receipt"]
    await world.kill("outside")
    await world.restart("outside")
    assert (await put(registry, key, submission(key))).json()["receipt"] == given
