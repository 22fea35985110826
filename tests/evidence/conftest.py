"""Evidence on a real PostgreSQL: the desks with a signing key, and the superuser who may do anything."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from shared.evidence.keys import Signing, fresh, keep
from shared.evidence.sealing import Sealing
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.pages.conftest import house, ledger_of

__all__ = ["house", "ledger_of"]


@pytest.fixture
async def superuser(postgres: Postgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.superuser_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def worker(postgres: Postgres) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(postgres.settings, "patency_worker", size=4)
    yield pool
    pool.terminate()


@pytest.fixture
def sealing(worker: asyncpg.Pool) -> Sealing:
    return Sealing(worker, ServerClock())


KEY = fresh()


@pytest.fixture
def key() -> Signing:
    """One for the whole run: what a test has made once, another can check."""
    return KEY


@pytest.fixture
def key_file(key: Signing, tmp_path: Path) -> Path:
    keep(key, tmp_path / "key.pem", tmp_path / "key.pub.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "anchors"
    found.mkdir()
    return found
