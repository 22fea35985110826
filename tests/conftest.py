"""What tests share: a PostgreSQL of their own, migrated and seeded with the training trusts, one per test run."""

from collections.abc import Iterator

import pytest

from deploy.local.world import World
from tests.database import Housekeeping, Postgres, enter, settings_of


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL on a free loopback port, migrated and seeded; gone with its files after the run."""
    keeping = Housekeeping()
    try:
        scratch = World.scratch()
        world: World = keeping.run(enter(scratch))
        try:
            keeping.run(world.start(("postgres", "migrations", "seed")))
            yield Postgres(world, settings_of(world))
        finally:
            keeping.run(scratch.__aexit__(None, None, None))
    finally:
        keeping.end()
