"""Gathers one run's history from every side."""

import asyncpg
import httpx
from temporalio.client import Client

from deploy.local.world import World
from tests.chaos.checking import History
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE


async def history(world: World, clinic: Clinic, pathways: tuple[str, ...]) -> History:
    """Everything that was kept, accepted, delivered and entered, as each side tells it."""
    entries = {each: (await clinic.see(PEOPLE["mdt-coordinator"], each))["entries"] for each in pathways}
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        mails = (await http.get(f"{world.ports.url('inbox')}/messages")).json()
        registry = (await http.get(f"{world.ports.url('simulated_registry')}/entries")).json()
    return History(
        entries=entries,
        acknowledged=dict(clinic.kept),
        mails=mails,
        registry=registry,
        workflows=await workflows(world),
        expected=pathways,
    )


async def workflows(world: World) -> dict[str, str]:
    """The status of each pathway's newest run, by pathway id."""
    client = await Client.connect(world.ports.address("temporal"))
    found: dict[str, str] = {}
    async for each in client.list_workflows("WorkflowType = 'PatientPathway'"):
        description = await client.get_workflow_handle(each.id).describe()
        found[each.id.removeprefix("pathway-")] = description.status.name if description.status else "UNKNOWN"
    return found


async def rows(world: World, question: str) -> list[asyncpg.Record]:
    """Ask the database past every policy."""
    connection = await asyncpg.connect(world.superuser_dsn)
    try:
        return await connection.fetch(question)
    finally:
        await connection.close()
