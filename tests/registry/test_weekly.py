"""The weekly comparison on a real Temporal: each trust by itself, tried until the registry is there; scheduled once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.ports import OutsideUnavailable
from activities.registry_comparison import RegistryComparing
from deploy.local.world import World
from shared.contracts import patience
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from shared.contracts.registry_lists import Comparison, Difference, Found, Held
from tests.workflow.pure_book import FakeMailbox, FakeRegistry
from workflows.registry_comparison import SCHEDULE, RegistryComparison, every_week

WRONG = Found("p.1", Difference.NOT_ENTERED, "p", None, None, "owed", "nothing")


@dataclass
class TwoTrusts:
    """The registry is away when the second one asks first."""

    compared: list[str] = field(default_factory=list)

    async def trusts(self) -> tuple[str, ...]:
        return ("RXX", "RYY")

    async def compare(self, trust: str, held: tuple[Held, ...]) -> Comparison:
        del held
        self.compared.append(trust)
        if self.compared.count("RYY") == 1 and trust == "RYY":
            raise OutsideUnavailable("away")
        return Comparison(datetime(2026, 3, 9, tzinfo=UTC), 1, 0, {"owed": 1}, (WRONG,))

    async def leads(self, trust: str) -> tuple[str, ...]:
        raise AssertionError(f"nothing of {trust} is old")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with World.scratch() as world:
        await world.start(("temporal",))
        yield await Client.connect(world.ports.address("temporal"))


async def test_every_trust_is_compared_every_week(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = patience.Patience(attempt_s=5, first_s=0.05, longest_s=0.1)
    monkeypatch.setattr("workflows.registry_comparison.COMPARE_WITH_REGISTRY", soon)
    await every_week(client)
    await every_week(client)
    told = await client.get_schedule_handle(SCHEDULE).describe()
    assert isinstance(told.schedule.action, ScheduleActionStartWorkflow)
    assert told.schedule.action.workflow == "RegistryComparison"
    times = told.info.next_action_times
    assert {each.weekday() for each in times} == {0}
    assert (times[1] - times[0]).days in {6, 7}  # seven but for the night the clocks change

    book = TwoTrusts()
    comparing = RegistryComparing(book, FakeRegistry(), FakeMailbox())
    strict = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default)
    pathways = Worker(client, task_queue=PATHWAY_QUEUE, workflows=[RegistryComparison], workflow_runner=strict)
    outside = Worker(client, task_queue=OUTSIDE_QUEUE, activities=[comparing.trusts, comparing.compare])
    async with pathways, outside:
        found = await client.execute_workflow(RegistryComparison.run, id="once", task_queue=PATHWAY_QUEUE)
    assert found == 2
    assert sorted(book.compared) == ["RXX", "RYY", "RYY"]
