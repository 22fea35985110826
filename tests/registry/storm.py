"""`python -m tests.registry.storm 1000`: a thousand entries, a registry and a line of which 30 % fail, nothing lost.

The product's own adapter, activity and ledger; the simulated registry as a process of its own; a line between them
that cuts, loses and doubles; a book that sometimes dies before it has written the receipt down. Retried as Temporal
would, without its long pauses. At the end the registry's own list is the truth (IPG651 1.3).
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
from temporalio.exceptions import ApplicationError
from typing_extensions import override

from activities.adapters import moments
from activities.adapters.http_registry import HttpRegistry
from activities.adapters.ledger_book import LedgerBook
from activities.ports import OutsideUnavailable, Receipt, Submission, VenousRegistry
from activities.registry_entry import RegistryEntries
from deploy.local.world import World
from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Errand
from shared.contracts.registry_lists import Comparison
from shared.ledger import Kept, Ledger
from shared.ledger.registry_comparisons import RegistryComparisons
from shared.ledger.registry_sendings import RegistrySendings
from shared.pathway import registry_entry
from shared.pathway.people import Role, Signature
from shared.pathway.registry_entry import RegistryCorrection
from shared.policy import load
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.contract.shelves import treated
from tests.database import settings_of
from tests.ledger.acting import act
from tests.registry.trust_of_its_own import CLERK, copied, new_trust
from tests.registry.wire import Wire, bad_line

REGISTRY_FAULTS = ("500", "timeout", "accepted_then_timeout", "slow", "rejected")
REGISTRY_RATE, WIRE_RATE, DEATH_RATE = 0.15, 0.15, 0.03
IMPATIENT_S = 0.5
AT_ONCE = 12
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.005, 0.16
MOST_ATTEMPTS = 60
SEED = 651
DESKS = ("desk_front_door", "desk_referral", "desk_mdt_review", "desk_governance", "desk_consent", "desk_procedure")


class MortalBook(LedgerBook):
    """Dies now and then between the registry's answer and its own note of it."""

    def __init__(self, ledger: Ledger, rate: float, seed: int) -> None:
        super().__init__(ledger)
        self._dice = random.Random(seed)  # noqa: S311 -- a plan of faults, no secret
        self._rate = rate
        self.deaths = 0

    @override
    async def note_accepted(self, submission: Submission, errand: Errand, receipt: Receipt) -> None:
        if self._dice.random() < self._rate:
            self.deaths += 1
            raise OutsideUnavailable("died before it was written down")
        await super().note_accepted(submission, errand, receipt)


@dataclass
class Storm:
    """One trust in bad weather. `registry` is what the product speaks to, `url` the registry's own address."""

    trust: str
    pathways: list[str]
    pools: dict[str, asyncpg.Pool]
    anything: asyncpg.Connection
    registry: VenousRegistry
    url: str
    death_rate: float = DEATH_RATE
    attempts: int = 0
    corrected: int = 0
    deaths: int = 0
    given_up: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock, worker = ServerClock(), self.pools["patency_worker"]
        self.ledger = Ledger(worker, load(), clock)
        self.desk = Ledger(self.pools["desk_registry"], load(), clock)
        self.book = MortalBook(self.ledger, self.death_rate, SEED)
        self.entries = RegistryEntries(self.book, self.registry, RegistrySendings(worker, clock))
        self.comparisons = RegistryComparisons(worker, self.ledger, clock)

    async def weathered(self) -> None:
        """Every pathway until nothing is owed to the registry any more."""
        waiting = asyncio.Queue[str]()
        for each in self.pathways:
            waiting.put_nowait(each)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._one_after_the_other(waiting))

    async def _one_after_the_other(self, waiting: asyncio.Queue[str]) -> None:
        while not waiting.empty():
            pathway = waiting.get_nowait()
            if not await self._seen_to(PathwayRef(pathway, self.trust)):
                self.given_up.append(pathway)

    async def _seen_to(self, ref: PathwayRef) -> bool:
        """As the workflow does it: look, do what is owed, look again. A rejection waits for the clerk."""
        for _ in range(MOST_ATTEMPTS):
            moment = await self.ledger.look(ref.trust, ref.pathway_id)
            assert moment is not None
            owed = [each.key for each in moments.look(moment).owed if each.kind == "registry_entry"]
            rejected = [
                p for p, _ in registry_entry.procedures(moment) if registry_entry.state(moment, p) == "rejected"
            ]
            if not owed and not rejected:
                return True
            for procedure in rejected:
                await self._corrected(ref, procedure)
            for key in owed:
                await self._tried(Errand(ref, key))
        return False

    async def _tried(self, errand: Errand) -> None:
        pause = FIRST_PAUSE_S
        for _ in range(MOST_ATTEMPTS):
            self.attempts += 1
            try:
                return await self.entries.enter(errand)
            except (OutsideUnavailable, ApplicationError):
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
        return None

    async def _corrected(self, ref: PathwayRef, procedure: str) -> None:
        record = RegistryCorrection(procedure_id=procedure, what_was_wrong="Looked at again, and sent again")
        by = Signature(CLERK, Role.REGISTRY_CLERK)
        answer = await self.desk.enter(act(ref.pathway_id, record, by, trust=self.trust))
        assert isinstance(answer, Kept), answer
        self.corrected += 1

    async def truth(self) -> "Truth":
        """What the registry itself holds, and what is written down here, each asked directly."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=60) as http:
            entries = (await http.get("/entries")).json()
        there = [each for each in entries if each["body"]["trust"] == self.trust and each["state"] == "accepted"]
        told = "SELECT record::text AS record FROM entry WHERE trust = $1 AND kind = 'registry_accepted'"
        rows = await self.anything.fetch(told, self.trust)
        return Truth([f"{pathway}.1" for pathway in self.pathways], there, [row["record"] for row in rows])

    async def compared(self) -> Comparison:
        held = await self.registry.held(self.trust)
        return await self.comparisons.compare(self.trust, held)


class Truth:
    """Procedures, what the registry accepted of each, and what is written down as accepted."""

    def __init__(self, procedures: list[str], there: list[dict[str, Any]], here: list[str]) -> None:
        self.procedures = procedures
        self.there = [
            (each["body"]["procedure_id"], each["body"]["dataset_version"], each["receipt"]) for each in there
        ]
        records = [json.loads(each) for each in here]
        self.here = [(each["procedure_id"], each["dataset_version"], each["receipt"]) for each in records]

    def lost(self) -> set[str]:
        """Procedures that are not in the registry, or not written down as being there, or there as something else."""
        agreed = {procedure for procedure, *_ in set(self.there) & set(self.here)}
        return set(self.procedures) - agreed

    def doubled(self) -> set[str]:
        return _twice(self.there) | _twice(self.here)


def _twice(entries: Iterable[tuple[str, int, str]]) -> set[str]:
    names = Counter((procedure, version) for procedure, version, _receipt in entries)
    return {procedure for (procedure, _version), count in names.items() if count > 1}


async def _main(count: int) -> int:
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(World.scratch())
        await world.start(("postgres", "outside", "migrations", "seed"))
        roles = (*DESKS, "desk_registry", "desk_follow_up", "patency_worker")
        pools = {role: await open_pool(settings_of(world), role, size=8) for role in roles}
        anything = await asyncpg.connect(world.superuser_dsn)
        policy, clock = load(), ServerClock()
        ledgers = {role: Ledger(pool, policy, clock) for role, pool in pools.items()}
        template = await treated(ledgers.__getitem__)
        trust = await new_trust(anything)
        pathways = await copied(anything, template, trust, count, SEED)
        url = world.ports.url("simulated_registry")
        line, wire = await stack.enter_async_context(bad_line(url, rate=WIRE_RATE, seed=SEED))
        await difficult(url, REGISTRY_RATE)
        registry = HttpRegistry(line, within_s=IMPATIENT_S)
        stack.push_async_callback(registry.close)
        storm = Storm(trust, pathways, pools, anything, registry, url)
        ready = time.monotonic()
        await storm.weathered()
        weathered = time.monotonic()
        await difficult(url, 0)
        wrongs = await told(storm, wire, await storm.compared())
        _say(f"prepared in {ready - began:.0f} s, weathered in {weathered - ready:.0f} s")
        await anything.close()
        for pool in pools.values():
            pool.terminate()
    return wrongs


async def difficult(url: str, rate: float) -> None:
    """Has the registry fail in this share of submissions; 0: in none."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        await http.put("/faults", json={"rate": rate, "kinds": REGISTRY_FAULTS, "seed": SEED})


async def told(storm: Storm, wire: Wire, comparison: Comparison) -> int:
    """Every figure, and how many of them are wrong."""
    truth = await storm.truth()
    lost, doubled = truth.lost(), truth.doubled()
    found = {each.procedure_id for each in comparison.found}
    _say(f"entries {len(storm.pathways)}, attempts {storm.attempts}, corrected after rejection {storm.corrected}")
    _say(f"line: {dict(wire.met)} of {wire.passed} submissions; receipts not written down at first {storm.book.deaths}")
    _say(f"registry: {REGISTRY_RATE:.0%} of what reached it met one of {', '.join(REGISTRY_FAULTS)}")
    _say(f"given up {len(storm.given_up)}, lost {len(lost)}, doubled {len(doubled)}")
    agrees = found == lost | doubled and comparison.started == len(storm.pathways)
    _say(f"comparison: started {comparison.started}, held {comparison.held}, {dict(comparison.states)}")
    _say(f"comparison {'equals' if agrees else 'DIFFERS FROM'} the truth: {len(found)} differences")
    return len(lost) + len(doubled) + len(storm.given_up) + (not agrees)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(1 if asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)) else 0)
