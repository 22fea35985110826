"""The stored histories, and the gate: do these workflows still do, for each of them, what they did then?

A history is a file of `histories/`, kept for ever: capturing adds files and changes none. Whoever changes the order of
what a workflow does breaks every pathway that is between two looks at that moment; the gate says so before a release.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from shared.wiring.temporal import quiet_converter

FOLDER = Path(__file__).with_name("histories")
TELLING = ("activityType", "workflowType", "signalName", "markerName", "searchAttributes", "result", "failure")
"""What tells one event from another of its kind, as far as a workflow's commands go."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One run of one workflow. `name` is its file's, without the ending."""

    name: str
    workflow_id: str
    events: list[dict[str, Any]]

    @property
    def kind(self) -> str:
        return str(self.events[0]["workflowExecutionStartedEventAttributes"]["workflowType"]["name"])

    @property
    def history(self) -> WorkflowHistory:
        return WorkflowHistory.from_json(self.workflow_id, {"events": self.events})

    @property
    def shape(self) -> str:
        """Which events, in which order, about what: two runs of one shape test the same."""
        return json.dumps([list(_told(event)) for event in self.events if not _bookkeeping(event)], sort_keys=True)


def _bookkeeping(event: dict[str, Any]) -> bool:
    """Whether this depends on how busy the machine was, and not on what the workflow did."""
    return str(event["eventType"]).startswith(("EVENT_TYPE_WORKFLOW_TASK", "EVENT_TYPE_ACTIVITY_TASK_STARTED"))


def _told(event: dict[str, Any]) -> Iterator[str]:
    yield str(event["eventType"])
    for key, attributes in event.items():
        if key.endswith("EventAttributes"):
            yield from (f"{name}={_plain(attributes[name])}" for name in TELLING if name in attributes)


def _plain(value: Any) -> str:
    """An attribute in clear, without what differs from run to run."""
    return "|".join(_without_numbers(text) for text in texts(value)) or json.dumps(value, sort_keys=True)


def _without_numbers(text: str) -> str:
    return re.sub(r"[0-9][0-9.:T+-]*", "0", text)


def texts(value: Any) -> Iterator[str]:
    """Every payload within, decoded, and every plain text."""
    if isinstance(value, dict):
        if "encoding" in value.get("metadata", {}):
            yield base64.b64decode(value.get("data", "")).decode()  # without any: null
            return
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def read(path: Path) -> Stored:
    found = json.loads(path.read_text(encoding="utf-8"))
    return Stored(path.stem, found["workflow_id"], found["events"])


def stored(folder: Path = FOLDER) -> tuple[Stored, ...]:
    return tuple(read(path) for path in sorted(folder.glob("*.json")))


async def broken(histories: Iterable[Stored], workflows: Sequence[type]) -> dict[str, str]:
    """The histories that these workflows no longer replay, each with the kind of error. None: safe to release."""
    wanted = {f"{each.workflow_id}/{each.name}": each.history for each in histories}
    replayer = Replayer(
        workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner(), data_converter=quiet_converter()
    )
    found = {}
    for name, history in wanted.items():
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure is not None:
            found[name] = type(result.replay_failure).__name__
    return found
