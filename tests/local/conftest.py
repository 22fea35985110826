"""One simulated outside world for all tests of this folder."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from deploy.local.world import World
from tests.local.outsiders import ListeningDesk, Sender


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world() -> AsyncIterator[World]:
    async with World.scratch() as world:
        await world.start(("outside",))
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def desk(world: World) -> AsyncIterator[ListeningDesk]:
    listening = ListeningDesk()
    server = await asyncio.start_server(listening.answer, "127.0.0.1", world.ports.of("governance"))
    async with server:
        yield listening


@pytest_asyncio.fixture(loop_scope="session")
async def inbox(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=world.ports.url("inbox"), trust_env=False) as client:
        yield client
        await client.put("/faults", json={"smtp": None})


@pytest_asyncio.fixture(loop_scope="session")
async def registry(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=world.ports.url("simulated_registry"), trust_env=False) as client:
        yield client
        await client.put("/faults", json={})


@pytest.fixture
def sender(world: World) -> Sender:
    return Sender(world.ports.of("smtp"))
