from typing import Any

import httpx
import pytest

from deploy.local.people import people, trusts
from deploy.local.tokens import NoTokenError, token
from deploy.local.world import World
from shared.pathway.people import Role


async def claims_of(world: World, person: str) -> dict[str, Any]:
    issuer = world.ports.url("issuer")
    bearer = {"Authorization": f"Bearer {await token(issuer, person)}"}
    async with httpx.AsyncClient(trust_env=False) as client:
        claims: dict[str, Any] = (await client.get(f"{issuer}/userinfo", headers=bearer)).json()
        return claims


@pytest.mark.asyncio(loop_scope="session")
async def test_userinfo_carries_trust_and_role_in_the_shape_of_cis2(world: World) -> None:
    claims = await claims_of(world, "rxx-vascular-surgeon-1")
    (entry,) = claims["nhsid_nrbac_roles"]
    assert claims["sub"] == "rxx-vascular-surgeon-1"
    assert (entry["org_code"], entry["workgroups"]) == ("RXX", ["patency:vascular_surgeon"])
    assert entry.keys() == {
        "person_roleid",
        "org_code",
        "role_code",
        "role_name",
        "activity_codes",
        "workgroups",
    }


@pytest.mark.asyncio(loop_scope="session")
async def test_one_person_can_hold_two_specialties(world: World) -> None:
    entries = (await claims_of(world, "rxx-dual-vs-ir"))["nhsid_nrbac_roles"]
    held = {group for entry in entries for group in entry["workgroups"]}
    assert held == {"patency:vascular_surgeon", "patency:interventional_radiologist"}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_made_up_token_is_unauthorised(world: World) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{world.ports.url('issuer')}/userinfo", headers={"Authorization": "Bearer made-up"})
    assert answer.status_code == 401


@pytest.mark.asyncio(loop_scope="session")
async def test_the_issuer_gives_no_debugger_away(world: World) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{world.ports.url('issuer')}/console")
    assert answer.status_code == 404


@pytest.mark.asyncio(loop_scope="session")
async def test_an_address_that_is_no_issuer_gives_no_token(world: World) -> None:
    with pytest.raises(NoTokenError):
        await token(world.ports.url("inbox"), "rxx-vascular-surgeon-1")


def test_the_main_trust_has_somebody_for_every_role_but_the_system_itself() -> None:
    held = {role for person in people() if person.trust == "RXX" for role in person.roles}
    assert held == set(Role) - {Role.PATENCY}


def test_every_trust_has_a_mail_system() -> None:
    systems = {person.trust for person in people() if Role.MAIL_SYSTEM in person.roles}
    assert systems == trusts().keys()


def test_no_two_people_share_a_directory_id() -> None:
    assert len({person.id for person in people()}) == len(people())
