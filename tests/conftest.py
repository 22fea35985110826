"""What tests share: a PostgreSQL of their own, migrated and seeded with the training trusts, one per test process.

`make test` has two processes take the tests file by file (`--dist loadfile`); each has its own database and worlds.
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from deploy.local.world import World
from tests.database import Housekeeping, Postgres, enter, settings_of, soon_let_in

# No test is timed: another process on the machine would fail it.
settings.register_profile("patency", deadline=None)
settings.load_profile("patency")

pytest_plugins = ["tests.safety.evidence"]
# What takes longest begins first, so that both processes end at about the same time.
LONGEST_FIRST = (
    "tests/world/",
    "tests/service/",
    "tests/unit/forms/test_form_round_trip",
    "tests/workflow/test_patient_pathway",
    "tests/model/",
    "tests/upgrades/",
    "tests/starting/",
    "tests/unit/pathway/test_properties",
    "tests/local/",
    "tests/pages/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Random as they are, but for what has to begin first."""
    items.sort(key=lambda item: next((at for at, name in enumerate(LONGEST_FIRST) if item.nodeid.startswith(name)), 99))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL on a free loopback port, migrated and seeded; gone with its files after the run."""
    keeping = Housekeeping()
    try:
        scratch = World.scratch()
        world: World = keeping.run(enter(scratch))
        try:
            keeping.run(world.start(("postgres", "migrations", "seed")))
            keeping.run(soon_let_in(world))
            yield Postgres(world, settings_of(world))
        finally:
            keeping.run(scratch.__aexit__(None, None, None))
    finally:
        keeping.end()
