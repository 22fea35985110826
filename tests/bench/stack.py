"""What the processes of one side use: processor time, memory, and bytes on disk."""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import asyncpg
import psutil

from deploy.local.processes import Process

MIB = 2**20
TABLES = """
SELECT CASE nspname WHEN 'traces' THEN 'traces' ELSE 'postgres' END AS store,
    sum(pg_total_relation_size(pg_class.oid))::bigint AS bytes
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema') GROUP BY 1
"""


def _family(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _used_s(pid: int) -> float:
    """Seconds of processor time of a process, of its children, and of those of them that have ended."""
    total = 0.0
    for each in _family(pid):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it ended this moment: its parent has its time
        total += times.user + times.system
        if each.pid == pid:
            total += times.children_user + times.children_system
    return total


def used_s(processes: Mapping[str, Process]) -> dict[str, float]:
    """Seconds of processor time so far, by process; `client` is this one."""
    own = psutil.Process(os.getpid()).cpu_times()
    return {name: _used_s(each.pid) for name, each in processes.items()} | {"client": own.user + own.system}


def spent_ms(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, float]:
    """Milliseconds for each of `count`, by process."""
    return {name: round((after[name] - before.get(name, 0.0)) * 1000 / count, 1) for name in after}


def memory_mib(processes: Mapping[str, Process]) -> dict[str, dict[str, float]]:
    """Resident size, and proportional size (memory that processes share is counted once), by process."""
    resident, fair = {}, {}
    for name, process in processes.items():
        found = list(_sizes(_family(process.pid)))
        resident[name] = round(sum(rss for rss, _ in found) / MIB, 1)
        fair[name] = round(sum(pss for _, pss in found) / MIB, 1)
    return {
        "rss_mib": resident | {"together": round(sum(resident.values()), 1)},
        "pss_mib": fair | {"together": round(sum(fair.values()), 1)},
    }


def _sizes(family: Iterable[psutil.Process]) -> Iterable[tuple[int, int]]:
    for each in family:
        try:
            told = each.memory_full_info()
        except psutil.NoSuchProcess:
            continue  # it ended between listing and looking
        yield told.rss, told.pss


async def stored_bytes(connection: asyncpg.Connection, engine: Path | None) -> dict[str, int]:
    """Bytes of all tables with their indexes, spans apart, and of Temporal's file with its log.

    Spans are kept for a fortnight, everything else for as long as the pathway is.
    """
    tables = {row["store"]: int(row["bytes"]) for row in await connection.fetch(TABLES)}
    return tables | {"temporal": _sqlite_bytes(engine) if engine else 0}


def _sqlite_bytes(file: Path) -> int:
    """Pages in use, those in the log among them. The log file itself is as long as it once had to be."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        pages, size, free = (
            int(store.execute(f"PRAGMA {what}").fetchone()[0]) for what in ("page_count", "page_size", "freelist_count")
        )
    return (pages - free) * size
