import asyncpg
import pytest

from deploy.local.people import people
from shared.ledger.staff_names import StaffNames
from shared.wiring.postgres import open_pool
from tests.database import Postgres

SURGEON = next(each for each in people() if each.id == "rxx-vascular-surgeon-1")


async def test_a_desk_learns_the_names_of_its_trusts_staff_and_leaves_out_whom_it_does_not_know(
    postgres: Postgres,
) -> None:
    pool = await open_pool(postgres.settings, "desk_mdt_review", size=1)
    found = await StaffNames(pool).of("RXX", [SURGEON.id, "nobody", "ryy-referrer-1"])
    pool.terminate()
    assert found == {SURGEON.id: SURGEON.name}


@pytest.mark.parametrize("role", ["patency_worker", "patency_relay"])
async def test_neither_worker_nor_relay_can_read_a_name(postgres: Postgres, role: str) -> None:
    pool = await open_pool(postgres.settings, role, size=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.fetch("SELECT name FROM staff_name")
    pool.terminate()
