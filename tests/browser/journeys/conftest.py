"""One whole world for all journeys, and people who sign in to it with a browser each."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from deploy.local.world import LOOKED_AFTER, World
from tests.browser.journeys.person import Notes, Staff
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world() -> AsyncIterator[World]:
    async with World.scratch() as started:
        with pytest.MonkeyPatch.context() as surroundings:
            for name in LOOKED_AFTER:  # other tests of this process may have a collector: here spans go to the desk
                surroundings.delenv(name, raising=False)
            await started.start()
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def clinic(world: World) -> AsyncIterator[Clinic]:
    """Colleagues who did the earlier steps, as programs see them."""
    staff = Clinic(world.ports)
    await staff.sign_in(*PEOPLE.values(), "rxx-governance-lead-1", "rxx-registry-clerk-1")
    yield staff
    await staff.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def looked_at() -> set[tuple[str, ...]]:
    """The states of pages that axe has seen."""
    return set()


@pytest_asyncio.fixture(loop_scope="session")
async def staff(browser: Browser, world: World, looked_at: set[tuple[str, ...]]) -> AsyncIterator[Staff]:
    """People by their directory ids. When the test ends nothing may have been wrong on any page of any of them."""
    given = Staff(browser, world.ports, Notes(looked_at))
    yield given
    await given.leave()
    assert not given.notes.wrong, "\n".join(given.notes.wrong)
