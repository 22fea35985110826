"""The procedure room and the registry: the right leg, the end, and an entry that came back."""

import httpx

from deploy.local.world import World
from shared.pathway.anatomy import Side
from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import consented, start, treat
from tests.forms import procedure
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE

OPERATOR = PEOPLE["proceduralist"]


async def test_a_procedure_on_the_wrong_leg_does_not_start_and_on_the_right_one_it_does(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await consented(clinic)
    operator = await (await staff(OPERATOR)).signed_in()

    await operator.takes_up(pathway, "procedure_start")
    await operator.answers_all(start(Side.RIGHT))
    await operator.confirms(side="right")
    assert any("leg" in line for line in await operator.problems())

    await operator.opens_form(pathway, "procedure_start")
    await operator.answers_all(start(Side.LEFT))
    await operator.confirms(side="right")
    assert await operator.problems() == [
        "You chose RIGHT, but the answers say LEFT. Stop, and compare patient, imaging and form"
    ]

    await operator.confirms(side="left")
    assert "Procedure started" in await operator.reads()

    await clinic.advance(OPERATOR, pathway, "2026-03-09T11:30:00Z")
    await operator.takes_up(pathway, "procedure_end")
    await operator.hands_in(procedure.end())
    assert "Procedure ended" in await operator.reads()


async def test_a_registry_clerk_corrects_an_entry_that_came_back(staff: Staff, clinic: Clinic, world: World) -> None:
    pathway = await _with_a_rejected_entry(clinic, world)
    clerk = await (await staff("rxx-registry-clerk-1")).signed_in()
    assert "Synthetic" not in await clerk.reads()

    await clerk.takes_up(pathway, "registry_correction")
    assert "Synthetic" not in await clerk.reads()
    await clerk.types("what_was_wrong", "The lot number was missing; it is there now")
    await clerk.presses("Continue")
    await clerk.confirms()

    assert "Registry entry corrected" in await clerk.reads()


async def _with_a_rejected_entry(clinic: Clinic, world: World) -> str:
    registry = world.ports.url("simulated_registry")
    pathway = await consented(clinic)
    async with httpx.AsyncClient(trust_env=False) as http:
        (await http.put(f"{registry}/holds/{pathway}")).raise_for_status()
        await treat(clinic, pathway)
        (await http.post(f"{registry}/releases/{pathway}", json={"outcome": "rejected"})).raise_for_status()
    return pathway
