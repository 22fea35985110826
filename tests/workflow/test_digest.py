"""The weekly digest on a real Temporal: scheduled once, each trust by itself, tried until the mail server is there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from temporalio.client import Client, ScheduleActionStartWorkflow
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from typing_extensions import override

from activities.ports import Letter
from activities.weekly_digest import WeeklyDigests
from deploy.local.world import World
from shared.contracts import patience
from shared.contracts.digests import Digest
from shared.contracts.identifiers import OUTSIDE_QUEUE, PATHWAY_QUEUE
from tests.workflow.pure_book import FakeMailbox
from workflows.digest import SCHEDULE, WeeklyDigest, every_week


@dataclass
class TwoTrusts:
    """Remembers which weeks were told."""

    told: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0

    async def trusts(self) -> tuple[str, ...]:
        return ("RXX", "RYY")

    async def digest(self, trust: str, week: str) -> Digest | None:
        self.asked += 1
        if (trust, week) in self.told:
            return None
        return Digest(trust, week, 0, 0, 0, 0, 0, 0, (), (f"{trust.lower()}@inbox.invalid",), ("smtp",))

    async def note_sent(self, digest: Digest, recipients: int) -> None:
        assert recipients == 1
        self.told.append((digest.trust, digest.week))


@dataclass
class AwayAtFirst(FakeMailbox):
    """Puts the second trust off, once."""

    @override
    async def post(self, letter: Letter) -> int:
        self.putting_off = {"ryy@inbox.invalid"} if self.attempts < 2 else set()
        return await FakeMailbox.post(self, letter)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with World.scratch() as world:
        await world.start(("temporal",))
        yield await Client.connect(world.ports.address("temporal"))


async def test_every_trust_is_told_its_week_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = patience.Patience(attempt_s=5, first_s=0.05, longest_s=0.1, give_up_s=30)
    monkeypatch.setattr("workflows.digest.POST_A_DIGEST", soon)
    await every_week(client)
    await every_week(client)
    scheduled = await client.get_schedule_handle(SCHEDULE).describe()
    assert isinstance(scheduled.schedule.action, ScheduleActionStartWorkflow)
    assert scheduled.schedule.action.workflow == "WeeklyDigest"
    assert {each.weekday() for each in scheduled.info.next_action_times} == {0}

    book, mailbox = TwoTrusts(), AwayAtFirst()
    weekly = WeeklyDigests(book, mailbox)
    strict = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default)
    pathways = Worker(client, task_queue=PATHWAY_QUEUE, workflows=[WeeklyDigest], workflow_runner=strict)
    outside = Worker(client, task_queue=OUTSIDE_QUEUE, activities=[weekly.trusts, weekly.send])
    async with pathways, outside:
        first = await client.execute_workflow(WeeklyDigest.run, id="first", task_queue=PATHWAY_QUEUE)
        again = await client.execute_workflow(WeeklyDigest.run, id="again", task_queue=PATHWAY_QUEUE)
    assert (first, again) == (2, 0)
    assert sorted(trust for trust, _week in book.told) == ["RXX", "RYY"]
    assert len(mailbox.posted) == 2
