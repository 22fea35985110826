"""`python -m tests.replay.capture`: follow every story on a real engine and add what no stored history shows yet.

It only adds. A file that is there stays as it is for ever: it stands for pathways that were under way when it was made.
"""

import asyncio
import json
import logging
import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner

from shared.contracts.identifiers import filter_workflow_id, workflow_id
from shared.wiring.temporal import quiet_converter
from tests.replay.stored import FOLDER, Stored, stored
from tests.replay.stories import Story, stories
from tests.workflow.conftest import Followed, followed

FOLLOWED = (workflow_id("p-1"), filter_workflow_id("p-1", 1))
QUIET_S = 0.4


async def play(story: Story) -> tuple[Stored, ...]:
    """Every run that the story's workflows had, in their order."""
    server = Path(sysconfig.get_path("scripts")) / "temporal-test-server"
    started = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(server), data_converter=quiet_converter(), identity="worker"
    )
    async with started as env:
        await env.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                search_attributes={"PathwayStep": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD},
                namespace=env.client.namespace,
            )
        )
        async with followed(env, UnsandboxedWorkflowRunner(), story.begins()) as here:
            await _turn(here, story)
            found: list[Stored] = []
            for name in FOLLOWED:
                found += await _runs(env.client, name, story.name)
    return tuple(found)


async def _turn(here: Followed, story: Story) -> None:
    if story.outside is not None:
        story.outside(here)
    for turn in story.turns:
        await here.env.sleep(turn.after)
        if turn.written is not None:
            here.book.case = turn.written(await here.book.catch_up())
            await here.news()
    await _until_quiet(here)


async def _until_quiet(here: Followed) -> None:
    """Returns when the engine's own record has not grown for a while: what was told last has been seen to."""
    before = -1
    while before != (now := sum([await _events(here.env.client, name) for name in FOLLOWED])):
        before = now
        await asyncio.sleep(QUIET_S)


async def _events(client: Client, name: str) -> int:
    runs = await _runs(client, name, "")
    return sum(len(run.events) for run in runs)


async def _runs(client: Client, name: str, story: str) -> tuple[Stored, ...]:
    """Its runs, each that continued the one before. None, where there is no such workflow."""
    found: list[Stored] = []
    run: str | None = None
    while run or not found:
        try:
            history = await client.get_workflow_handle(name, run_id=run).fetch_history()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND and not found:
                return ()
            raise
        events: list[dict[str, Any]] = json.loads(history.to_json())["events"]
        found.append(Stored(story, name, [*_anonymous(events)]))
        run = events[0]["workflowExecutionStartedEventAttributes"].get("continuedExecutionRunId")
    return tuple(reversed(found))


def _anonymous(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Without the name of the machine it was captured on."""
    for event in events:
        yield json.loads(re.sub(r'"identity": "[^"]*"', '"identity": "worker"', json.dumps(event)))


def kept(runs: tuple[Stored, ...], folder: Path = FOLDER) -> list[Path]:
    """Write those whose shape no stored history has, each under a name of its own; returns the new files."""
    known = {(each.kind, each.shape) for each in stored(folder)}
    added = []
    for run in runs:
        if (run.kind, run.shape) not in known:
            known.add((run.kind, run.shape))
            added.append(_write(run, folder))
    return added


def _write(run: Stored, folder: Path) -> Path:
    number = 1
    while (path := folder / f"{run.name}-{number}.json").exists():
        number += 1
    text = json.dumps({"workflow_id": run.workflow_id, "events": run.events}, separators=(",", ":"))
    with path.open("x", encoding="utf-8") as file:  # "x": a file that is there is never written again
        file.write(f"{text}\n")
    return path


async def capture(folder: Path = FOLDER) -> int:
    """Play every story; returns how many histories were new."""
    new = 0
    for story in stories():
        added = kept(await play(story), folder)
        sys.stdout.write(f"{story.name}: {', '.join(path.name for path in added) or 'nothing new'}\n")
        new += len(added)
    return new


if __name__ == "__main__":
    logging.disable(logging.ERROR)  # the outside world of some stories fails a thousand times
    sys.stdout.write(f"{asyncio.run(capture())} histories added\n")
