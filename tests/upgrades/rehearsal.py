"""`python -m tests.upgrades.rehearsal [N]`: N pathways, a restore to an earlier moment, and what was found.

What differs afterwards is planted here, group by group, so that it is known to the last one: everything has to be
listed and nothing else.
"""

import argparse
import asyncio
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.backup import cluster, reconciling
from deploy.backup.differences import Difference, Kind, Remedy
from deploy.local import postgres
from shared.wiring.settings import WorkerSettings
from tests.upgrades import walking
from tests.upgrades.fleet import PARTS, Fleet, fleet

WORLD = (*PARTS, "outside", "worker")
GROUPS = 6
SENT = "SELECT count(*) AS n FROM notice WHERE sent_at IS NOT NULL AND pathway_id = ANY($1::uuid[])"
RECEIPTS = "SELECT count(*) AS n FROM entry WHERE kind = 'registry_accepted' AND pathway_id = ANY($1::uuid[])"
BLOCKED = "SELECT trust FROM suspension WHERE reference LIKE 'RESTORED-%' AND lifted_at IS NULL"

Found = frozenset[tuple[Kind, str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`missed` was planted and not listed, `invented` the other way round; both have to be 0."""

    pathways: int
    planted: int
    missed: Found
    invented: Found
    left: Found
    """What is still listed after mending, and needs nobody."""
    blocked: frozenset[str]
    seconds: float
    """From an empty disk to a record that was compared and mended."""

    @property
    def complete(self) -> bool:
        return bool(self.planted and self.blocked) and not (self.missed or self.invented or self.left)


async def rehearse(here: Fleet, many: int) -> Outcome:
    """Open them, save, plant, lose the database, restore, compare, mend, compare again."""
    settings, each = worker_settings(here), max(1, many // 20)
    backup = here.world.directory / "backup"
    log = await cluster.follow(here.world.superuser_dsn, backup)
    await asyncio.to_thread(cluster.save, here.world.superuser_dsn, backup)
    pathways = await here.open(many)
    await here.until_at(pathways, 1)
    groups = [pathways[at * each : (at + 1) * each] for at in range(GROUPS)]
    before = await _owed_something(here, groups[0], groups[1])
    planted = await _plant(here, groups, each)
    await here.until_told()
    await _lose_the_database(here)
    await log.stop()
    began = time.monotonic()
    await asyncio.to_thread(cluster.restore, backup, postgres.files_of(here.world.directory), until=before)
    await here.world.restart("postgres")
    found = await _compare(here, settings)
    done = await reconciling.mended(found, here.world.superuser_dsn, here.client, settings, datetime.now(UTC))
    seconds = time.monotonic() - began
    listed = _names(found)
    return Outcome(
        many, len(planted), planted - listed, listed - planted, await _left(here, settings), done.blocked, seconds
    )


async def _owed_something(here: Fleet, mail: Sequence[str], registry: Sequence[str]) -> datetime:
    """While no worker works, notices and registry entries come to be owed; returns the moment after that."""
    await here.world.supervisor.processes["worker"].stop()
    await _each(mail, here, walking.signed)
    await _each(registry, here, walking.treated)
    await here.until_told()
    now: datetime = (await here.rows("SELECT clock_timestamp() AS now"))[0]["now"]
    await here.rows("SELECT pg_switch_wal()")
    return now


async def _plant(here: Fleet, groups: Sequence[Sequence[str]], new: int) -> Found:
    """After that moment: what the backup cannot know. Returns everything that must be found."""
    mail, registry, changed, noticed, procedures, ended = groups
    await here.world.restart("worker")
    await _each(changed, here, lambda fleet, one: fleet.classify([one]))
    await _each(noticed, here, walking.signed)
    await _each(procedures, here, walking.treated)
    await _each(ended, here, walking.closed)
    unknown = await here.open(new)
    await here.until_at([*changed, *ended], 2)
    await here.until_at(unknown, 1)
    await _until(here, SENT, len(mail) + len(noticed), [*mail, *noticed])
    # Between the signatures and the procedure lie four days: the deputy lead is told as well.
    await _until(here, SENT, 2 * (len(registry) + len(procedures)), [*registry, *procedures])
    await _until(here, RECEIPTS, len(registry) + len(procedures), [*registry, *procedures])
    await _until_followed(here, [*mail, *noticed, *registry, *procedures])
    later = {Kind.FURTHER_ON: [*mail, *registry, *changed, *noticed, *procedures, *ended]}
    planted = later | {
        Kind.NOTICE_SENT: [*mail, *registry],
        Kind.RECEIPT: registry,
        Kind.UNKNOWN_NOTICE: [*noticed, *procedures],
        Kind.UNKNOWN_PROCEDURE: procedures,
        Kind.MISSING: ended,
        Kind.UNKNOWN_PATHWAY: unknown,
    }
    return frozenset((kind, each) for kind, members in planted.items() for each in members)


async def _lose_the_database(here: Fleet) -> None:
    for part in ("worker", "relay"):
        await here.world.supervisor.processes[part].stop()
    await here.world.kill("postgres")
    await asyncio.to_thread(shutil.rmtree, postgres.files_of(here.world.directory))


async def _left(here: Fleet, settings: WorkerSettings) -> Found:
    """Once everything works again: what has neither been mended, nor healed, nor waits for a person."""
    await here.world.restart("relay")
    await here.world.restart("worker")
    latest = time.monotonic() + 60
    while True:
        found = await _compare(here, settings)
        left = _names(each for each in found if each.remedy != Remedy.PERSON)
        if not left or time.monotonic() > latest:
            return left
        await asyncio.sleep(1)


async def _compare(here: Fleet, settings: WorkerSettings) -> tuple[Difference, ...]:
    messages = await reconciling.messages_of(here.world.ports.url("inbox"))
    return await reconciling.compared(here.world.superuser_dsn, here.client, messages, settings)


def _names(found: Iterable[Difference]) -> Found:
    return frozenset((each.kind, each.pathway) for each in found)


async def _each(pathways: Sequence[str], here: Fleet, do: Callable[[Fleet, str], Awaitable[None]]) -> None:
    for pathway in pathways:
        await do(here, pathway)


async def _until(here: Fleet, question: str, wanted: int, *about: object) -> None:
    latest = time.monotonic() + 120
    while (await here.rows(question, *about))[0]["n"] < wanted:
        assert time.monotonic() < latest, f"{question} did not come to {wanted}"
        await asyncio.sleep(0.25)


async def _until_followed(here: Fleet, pathways: Sequence[str]) -> None:
    """Returns when the engine has looked at the newest version of each."""
    rows = await here.rows("SELECT id::text, version FROM pathway WHERE id::text = ANY($1)", list(pathways))
    await asyncio.gather(*(here.until_at([row["id"]], row["version"]) for row in rows))


def worker_settings(here: Fleet) -> WorkerSettings:
    names = {name.removeprefix("PATENCY_").lower(): value for name, value in here.world.env.items()}
    given: dict[str, Any] = {name: names[name] for name in WorkerSettings.model_fields if name in names}
    return WorkerSettings(**given)


async def _main(many: int) -> int:
    async with fleet(WORLD) as here:
        found = await rehearse(here, many)
    words = (
        f"{found.pathways} pathways restored, compared and mended in {found.seconds:.1f} s",
        f"{found.planted} differences planted, {len(found.missed)} missed, {len(found.invented)} invented",
        f"{len(found.left)} neither mended nor healed",
        f"procedures wait in {', '.join(sorted(found.blocked)) or 'no trust'}",
    )
    sys.stdout.write("; ".join(words) + "\n")
    for what, each in (("missed", found.missed), ("invented", found.invented), ("left", found.left)):
        sys.stdout.writelines(f"{what}: {kind.value}: {pathway}\n" for kind, pathway in sorted(each))
    return 0 if found.complete else 1


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("many", type=int, nargs="?", default=500)
    sys.exit(asyncio.run(_main(asked.parse_args().many)))
