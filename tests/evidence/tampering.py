"""`python -m tests.evidence.tampering [HOW_MANY]`: a superuser tampers with the record 1,000 times; who is not found?

Each tampering is done to a small record that grew over ten hours, in a transaction that is rolled back after the
verifier has looked. Among them an older copy is put back by bringing every table to an earlier state; last of all it is
done for real: a base backup, two hours more, and the backup's files put back (put_back.py). The last lines say how many
were found; code 1 when one was not.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from deploy.local.world import World
from shared.evidence.verifying import Finding
from shared.wiring.postgres import open_pool
from tests.database import settings_of
from tests.evidence import put_back
from tests.evidence.deeds import Deed, Tamperer
from tests.evidence.grown import Grown, grown

MANY = 1000
Look = Callable[[Grown, str], Awaitable[Iterable[Finding]]]


@dataclass
class Tally:
    """What was done, how often, and what the verifier did not name."""

    done: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[Deed] = field(default_factory=list)


class UndoneError(Exception):
    """Takes a tampering back."""


async def everything(record: Grown, trust: str) -> Iterable[Finding]:
    """The verifier as it is."""
    return (await record.report(trust)).findings


async def tampered(record: Grown, many: int, *, seed: int, look: Look = everything) -> Tally:
    """So many tamperings, each kind as often as the others, each looked at and taken back."""
    dice = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    tamperer, tally = Tamperer(record, dice), Tally()
    deeds = tamperer.deeds()
    for number in range(many):
        deed, findings = await _one(record, deeds[number % len(deeds)], dice.choice(record.trusts), look)
        tally.done[deed.what] += 1
        named = next((each for each in findings if deed.named_by(each)), None)
        if named is None:
            tally.missed.append(deed)
        else:
            tally.found[named.kind.value] += 1
    return tally


async def _one(
    record: Grown, deed: Callable[[str], Awaitable[Deed]], trust: str, look: Look
) -> tuple[Deed, list[Finding]]:
    done: Deed | None = None
    findings: list[Finding] = []
    try:
        async with record.connection.transaction():
            done = await deed(trust)
            findings = list(await look(record, trust))
            _take_back()
    except UndoneError:
        pass  # as it was
    assert done is not None
    return done, findings


def _take_back() -> None:
    raise UndoneError


async def _run(many: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with World.scratch() as world:
            await world.start(("postgres", "migrations"))
            connection = await asyncpg.connect(world.superuser_dsn)
            pool = await open_pool(settings_of(world), "patency_worker")
            record = await grown(connection, pool, Path(folder), ("RT1", "RT2"))
            async with connection.transaction():
                before = [await record.report(trust) for trust in record.trusts]
            sys.stdout.writelines(f"FALSE {each}\n" for report in before for each in report.findings)
            began = time.monotonic()
            tally = await tampered(record, many, seed=651)
            took = time.monotonic() - began
            pool.terminate()
            await connection.close()
        for_real = await _put_back()
    rows = sum(each.sealed for each in before)
    _say(tally, f"{many} tamperings of {rows} sealed rows in {took:.0f} s", any(each.findings for each in before))
    _say_put_back(for_real)
    return 1 if tally.missed or any(each.findings for each in before) or not for_real.named else 0


async def _put_back() -> put_back.PutBack:
    """In a world of its own: its database is lost for it."""
    with tempfile.TemporaryDirectory() as folder:
        async with World.scratch() as world:
            await world.start(("postgres", "migrations"))
            return await put_back.played(world, Path(folder))


def _say_put_back(done: put_back.PutBack) -> None:
    lines = [
        f"{trust}: saved at {done.saved[trust]} rows, put back at {done.grown[trust]}: "
        + (", ".join(f"{each.row} {each.kind.value}" for each in found) or "NOTHING FOUND")
        for trust, found in done.found.items()
    ]
    verdict = "named as an older copy, and as nothing else" if done.named else "MISSED"
    sys.stdout.writelines(f"{line}\n" for line in (*lines, f"a base backup put back for real: {verdict}"))


def _say(tally: Tally, first: str, false_alarm: bool) -> None:
    lines = [f"{count:5}  {what}" for what, count in sorted(tally.done.items())]
    lines += [f"named as {what}: {count}" for what, count in tally.found.most_common()]
    lines += [f"MISSED {each}" for each in tally.missed]
    alarm = "a record that nobody touched raised an alarm" if false_alarm else "an untouched record raised no alarm"
    lines += [alarm, f"{first}: {sum(tally.found.values())} found and named, {len(tally.missed)} missed"]
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(_run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)))
