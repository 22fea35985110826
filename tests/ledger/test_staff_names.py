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


async def test_the_directory_is_one_trusts_people_by_name_without_its_machines(postgres: Postgres) -> None:
    pool = await open_pool(postgres.settings, "desk_mdt_review", size=1)
    found = await StaffNames(pool).everybody("RXX")
    pool.terminate()
    assert [each.name for each in found] == sorted(each.name for each in found)
    assert {each.person: each.name for each in found if each.roles}[SURGEON.id] == SURGEON.name
    assert all(each.person.startswith("rxx-") for each in found if each.roles)
    assert not any(role in {"patency", "mail_system"} for each in found for role in each.roles)


@pytest.mark.parametrize("role", ["patency_worker", "patency_relay"])
async def test_neither_worker_nor_relay_can_read_a_name(postgres: Postgres, role: str) -> None:
    pool = await open_pool(postgres.settings, role, size=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.fetch("SELECT name FROM staff_name")
    pool.terminate()
