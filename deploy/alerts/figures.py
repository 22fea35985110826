"""The figures that alerts look at, as PostgreSQL tells them: counts and ages of what was promised, no pathway named.

Safety figures come from the record, never from traces, which are sampled and may be lost. Read with the rights of the
operations desk, which sees counts and opaque references of one trust at a time (IPG651 1.2, 1.3, 2.6).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import asyncpg

TRUST = "SELECT set_config('patency.trust', $1, true)"
TRUSTS = "SELECT trust FROM trust ORDER BY trust"
OVERDUE = "SELECT kind, tasks, extract(epoch FROM oldest)::float8 AS oldest FROM traces.overdue()"
TROUBLES = """
SELECT what, count(*) AS many, extract(epoch FROM max(age))::float8 AS oldest FROM traces.troubles() GROUP BY what
"""
STANDING = """
SELECT open_pathways, outbox_rows, coalesce(extract(epoch FROM outbox_oldest), 0)::float8 AS oldest
FROM traces.standing()
"""
COMPARED = """
SELECT pathways + filters AS missing, extract(epoch FROM now() - at)::float8 AS ago
FROM traces.reconciliation ORDER BY at DESC LIMIT 1
"""

HELP = {
    "patency_open_pathways": "Pathways that are open.",
    "patency_outbox_rows": "Changes that the engine has not been told of.",
    "patency_outbox_oldest_seconds": "Age of the oldest of them.",
    "patency_tasks_overdue": "Open tasks past their deadline, by kind.",
    "patency_task_overdue_oldest_seconds": "How long the oldest of them has been overdue, by kind.",
    "patency_notice_undelivered_oldest_seconds": "Age of the oldest governance notice that has reached nobody.",
    "patency_timer_late_seconds": "How long the most overdue timer has waited for the engine.",
    "patency_reconcile_missing": "What the last comparison found missing in Temporal.",
    "patency_reconcile_age_seconds": "How long ago that comparison was.",
    "patency_temporal_answers": "Whether Temporal answers.",
    "patency_workflows_failing": "Workflows whose tasks fail again and again.",
    "patency_pollers": "Workers that ask for work, by queue.",
    "patency_backlog_age_seconds": "How long the oldest work has waited, by queue.",
}
"""Every figure, with what it says."""

FROM_TROUBLES = {
    "notice_undelivered": "patency_notice_undelivered_oldest_seconds",
    "timer_overdue": "patency_timer_late_seconds",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `labels` are trust codes and kinds of tasks: closed lists."""

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


async def figures(pool: asyncpg.Pool) -> tuple[Figure, ...]:
    """All of them, now. Raises what `is_outage` knows while PostgreSQL is away."""
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        trusts = [row["trust"] for row in await connection.fetch(TRUSTS)]
        found: list[Figure] = []
        for trust in trusts:
            await connection.execute(TRUST, trust)
            found += _of_trust(
                trust,
                await connection.fetch(OVERDUE),
                await connection.fetch(TROUBLES),
                await connection.fetchrow(STANDING),
            )
        found += _compared(await connection.fetchrow(COMPARED))
    return tuple(found)


def _of_trust(
    trust: str, overdue: Iterable[asyncpg.Record], troubles: Iterable[asyncpg.Record], standing: asyncpg.Record | None
) -> Iterator[Figure]:
    own = (("trust", trust),)
    for row in overdue:
        kind = (*own, ("kind", row["kind"]))
        yield Figure("patency_tasks_overdue", row["tasks"], kind)
        yield Figure("patency_task_overdue_oldest_seconds", row["oldest"], kind)
    oldest = {row["what"]: row["oldest"] for row in troubles}
    for what, name in FROM_TROUBLES.items():
        yield Figure(name, oldest.get(what, 0.0), own)
    if standing is not None:
        yield Figure("patency_open_pathways", standing["open_pathways"], own)
        yield Figure("patency_outbox_rows", standing["outbox_rows"], own)
        yield Figure("patency_outbox_oldest_seconds", standing["oldest"], own)


def _compared(row: asyncpg.Record | None) -> Iterator[Figure]:
    """Nothing while there was no comparison: that is an alert of its own."""
    if row is not None:
        yield Figure("patency_reconcile_missing", row["missing"])
        yield Figure("patency_reconcile_age_seconds", row["ago"])


def exposition(found: Iterable[Figure]) -> str:
    """The figures in Prometheus' text format."""
    lines: list[str] = []
    by_name: dict[str, list[Figure]] = {}
    for each in found:
        by_name.setdefault(each.name, []).append(each)
    for name, members in by_name.items():
        lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(each)} {each.value:g}" for each in members]
    return "\n".join([*lines, ""])


def _labels(each: Figure) -> str:
    """Codes and kinds need no escaping: they come from closed lists."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in each.labels) + "}" if each.labels else ""
