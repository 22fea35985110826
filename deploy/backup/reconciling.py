"""Compares a restored record with the world around it, and on request mends and blocks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import httpx
from temporalio.client import Client

from activities.adapters.http_registry import HttpRegistry
from activities.adapters.ledger_book import LedgerBook
from activities.adapters.postgres_outbox import ROLE as RELAY
from activities.adapters.postgres_outbox import PostgresOutbox
from activities.reconcile import reconcile_filters
from deploy.backup import mending
from deploy.backup.differences import Difference, differences
from deploy.backup.sides import Message, gather
from shared import policy
from shared.ledger.ledger import Ledger
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from shared.wiring.settings import WorkerSettings

WORKER = "patency_worker"


@dataclass(frozen=True, slots=True)
class Mended:
    """How many pathways the engine was told of again, and in which trusts procedures wait for a person."""

    told: int
    blocked: frozenset[str]


async def compared(
    dsn: str, client: Client, messages: Iterable[Message], settings: WorkerSettings
) -> tuple[Difference, ...]:
    """Every difference. Nothing is changed."""
    registry = HttpRegistry(settings.registry_url)
    return differences(await gather(dsn, client, messages, registry))


async def mended(
    found: tuple[Difference, ...], dsn: str, client: Client, settings: WorkerSettings, at: datetime
) -> Mended:
    """Block first, then mend: in between nobody may start what the record has forgotten."""
    record = await asyncpg.create_pool(dsn, min_size=0, max_size=1)
    pools = [await open_pool(settings, role, size=2) for role in (WORKER, RELAY)]
    try:
        blocked = await mending.block(found, record, at)
        book = LedgerBook(Ledger(pools[0], policy.load(), ServerClock()))
        outbox = PostgresOutbox(pools[1], settings)
        told = await mending.mend(found, record, book, outbox)
        await reconcile_filters(outbox, client)
    finally:
        for pool in (record, *pools):
            await pool.close()
    return Mended(told, blocked)


async def messages_of(place: str) -> list[Message]:
    """The mail system's list of what it accepted: a JSON file, or the training inbox's address.

    Each has `pathway_ref` and `notice`, which Patency writes into every message's headers, and perhaps `trust`.
    """
    if not place.startswith(("http://", "https://")):
        found: list[Message] = json.loads(Path(place).read_text(encoding="utf-8"))  # noqa: ASYNC240 -- a command's start
        return found
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        answer = await http.get(f"{place}/messages")
        answer.raise_for_status()
        listed: list[Message] = answer.json()
    return listed
