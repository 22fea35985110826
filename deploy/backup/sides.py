"""Gathers the four sides that are compared after a restore: the record, the engine, the mail system, the registry."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.converter import PayloadConverter

from activities.adapters.http_registry import HttpRegistry
from deploy.backup.differences import NOWHERE, Followed, Posted, Sides, Written
from deploy.local.readiness import asked

AT_ONCE = 16
AGAIN_S = 0.2
RUNS_BACK = 3
"""A run that sleeps has not looked yet: the run before it tells what was seen."""

RECORD = """
SELECT p.id::text AS id, p.trust, p.version, p.closed_at IS NULL OR p.next_due_at IS NOT NULL AS open,
    (SELECT coalesce(json_object_agg(n.dispatch, n.sent_at IS NOT NULL OR n.delivered_at IS NOT NULL), '{}')::text
        FROM notice n WHERE n.pathway_id = p.id) AS notices,
    ARRAY(SELECT (e.record ->> 'procedure_id') || '.v' || (e.record ->> 'dataset_version') FROM entry e
        WHERE e.pathway_id = p.id AND e.kind = 'registry_accepted') AS receipts,
    (SELECT count(*) FROM entry e WHERE e.pathway_id = p.id AND e.kind = 'procedure_start') AS procedures,
    ARRAY(SELECT t.key::int FROM task t WHERE t.pathway_id = p.id AND t.kind = 'filter_retrieval') AS filters
FROM pathway p
"""
FOLLOWED = "WorkflowType = 'PatientPathway' OR WorkflowType = 'FilterRetrieval'"
Message = dict[str, Any]


class StillRestoringError(Exception):
    """The restored server is not through its log: what it shows now is not what was restored."""


async def gather(dsn: str, client: Client, messages: Iterable[Message], registry: HttpRegistry) -> Sides:
    """Ask every side. `dsn` has to see all trusts: a superuser, or a role that bypasses row-level security."""
    await until_it_works(dsn)
    async with reading(dsn) as connection:
        record = await written(connection)
        trusts = [row["trust"] for row in await connection.fetch("SELECT trust FROM trust ORDER BY trust")]
    held = [entry.key for trust in trusts for entry in await registry.held(trust)]
    return Sides(record, await followed(client), posted(messages), frozenset(held))


async def until_it_works(dsn: str, within_s: float = 600) -> None:
    """Returns when the server has gone through its log and takes changes again. Raises StillRestoringError.

    Before that it may answer, and show the record as it was a moment too early.
    """
    clock = asyncio.get_running_loop()
    latest = clock.time() + within_s
    while await asked(dsn, "SELECT NOT pg_is_in_recovery()") is not True:
        if clock.time() > latest:
            raise StillRestoringError(f"PostgreSQL was not through its log within {within_s:g} s")
        await asyncio.sleep(AGAIN_S)


@asynccontextmanager
async def reading(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that changes nothing."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction(readonly=True, isolation="repeatable_read"):
            yield connection
    finally:
        await connection.close()


async def written(connection: asyncpg.Connection) -> dict[str, Written]:
    """The record, by pathway."""
    return {
        row["id"]: Written(
            trust=row["trust"],
            version=row["version"],
            open=row["open"],
            notices=json.loads(row["notices"]),
            receipts=frozenset(row["receipts"]),
            procedures=row["procedures"],
            filters=frozenset(row["filters"]),
        )
        for row in await connection.fetch(RECORD)
    }


def posted(messages: Iterable[Message]) -> frozenset[Posted]:
    """What a mail system took, of its list of messages: those about a pathway. Message-IDs bear the same key."""
    return frozenset(
        Posted(each["pathway_ref"], each["notice"], each.get("trust") or NOWHERE)
        for each in messages
        if each.get("pathway_ref") and each.get("notice")
    )


async def followed(client: Client) -> dict[str, Followed]:
    """The engine, by pathway: whether it is followed now, the newest version it has looked at, filters followed."""
    newest: dict[str, WorkflowExecution] = {}
    async for each in client.list_workflows(FOLLOWED):
        if each.id not in newest or each.start_time > newest[each.id].start_time:
            newest[each.id] = each
    filters: dict[str, set[int]] = {}
    for name, each in newest.items():
        if name.startswith("filter-") and each.status == WorkflowExecutionStatus.RUNNING:
            pathway, _, number = name.removeprefix("filter-").rpartition("-")
            filters.setdefault(pathway, set()).add(int(number))
    slots = asyncio.Semaphore(AT_ONCE)
    pathways = [each for name, each in newest.items() if name.startswith("pathway-")]
    seen = await asyncio.gather(*(_seen(client, each, slots) for each in pathways))
    return {
        name: Followed(trust=_trust(each), running=_lives(each), seen=version, filters=frozenset(filters.get(name, ())))
        for each, version in zip(pathways, seen, strict=True)
        for name in [each.id.removeprefix("pathway-")]
    }


def _lives(each: WorkflowExecution) -> bool:
    return each.status == WorkflowExecutionStatus.RUNNING


def _trust(each: WorkflowExecution) -> str:
    found = {pair.key.name: pair.value for pair in each.typed_search_attributes}
    return str(found.get("TrustCode", NOWHERE))


async def _seen(client: Client, each: WorkflowExecution, slots: asyncio.Semaphore) -> int:
    """The newest version that a run of this workflow has looked at, or was told of."""
    run: str | None = each.run_id
    for _ in range(RUNS_BACK):
        async with slots:
            history = await client.get_workflow_handle(each.id, run_id=run).fetch_history()
        found = versions(history.events, client.data_converter.payload_converter)
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None
        if found or run is None:
            return max(found, default=0)
    return 0


def versions(events: Sequence[HistoryEvent], converter: PayloadConverter) -> list[int]:
    """Every version that a history tells of: looks are markers, news are signals."""
    found = []
    for event in events:
        marker, signal = event.marker_recorded_event_attributes, event.workflow_execution_signaled_event_attributes
        payloads = [*marker.details["result"].payloads] if "result" in marker.details else [*signal.input.payloads]
        values = [converter.from_payload(each) for each in payloads]
        found += [int(value["version"]) for value in values if isinstance(value, dict) and "version" in value]
    return found
