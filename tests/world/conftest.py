"""One whole world for all tests here: every process, as `make run` starts them, with a collector beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from deploy.local.world import World
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE
from tests.world.collector import Collector


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    here = Collector()
    here.start()
    yield here
    here.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(collector: Collector) -> AsyncIterator[World]:
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        surroundings.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        async with World.scratch() as started:
            await started.start()
            yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clinic(world: World) -> AsyncIterator[Clinic]:
    staff = Clinic(world.ports)
    await staff.sign_in(*PEOPLE.values())
    yield staff
    await staff.close()


async def eventually(what: str, so: Callable[[], bool], *, within_s: float = 15) -> None:
    """Look again and again until it is so; fails saying what did not happen."""
    clock = asyncio.get_running_loop()
    latest = clock.time() + within_s
    while not so():
        assert clock.time() < latest, f"{what} did not happen within {within_s} s"
        await asyncio.sleep(0.1)
