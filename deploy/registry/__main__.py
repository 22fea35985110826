"""`python -m deploy.registry --reconcile`: what the weekly comparison does, now, and told here (IPG651 1.3).

Needs the worker's settings. Ends with 0 when every list agrees, 1 when something differs, 3 while something is away.
Ids, codes and dates only.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from activities.adapters.http_registry import HttpRegistry
from activities.ports import OutsideUnavailable
from shared import policy
from shared.contracts.registry_lists import Comparison
from shared.ledger.ledger import Ledger
from shared.ledger.registry_comparisons import RegistryComparisons
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import is_outage, open_pool
from shared.wiring.settings import WorkerSettings, load

ROLE = "patency_worker"
AGREES, DIFFERS, AWAY = 0, 1, 3


async def reconcile(settings: WorkerSettings, trusts: Sequence[str]) -> int:
    """Compares these trusts, or every one of them, and keeps the results as the weekly comparison does."""
    pool = await open_pool(settings, ROLE, size=2)
    registry, clock = HttpRegistry(settings.registry_url), ServerClock()
    comparisons = RegistryComparisons(pool, Ledger(pool, policy.load(), clock), clock)
    differ = 0
    try:
        for trust in trusts or await comparisons.trusts():
            found = await comparisons.compare(trust, await registry.held(trust))
            differ += len(found.found)
            _tell(trust, found)
    finally:
        await registry.close()
        pool.terminate()
    return DIFFERS if differ else AGREES


def _tell(trust: str, found: Comparison) -> None:
    states = ", ".join(f"{state} {count}" for state, count in found.states.items()) or "none"
    _say(f"{trust}: started {found.started}; entries: {states}; accepted there {found.held}; differ {len(found.found)}")
    for each in found.found:
        days = "" if each.days is None else f", {each.days} days{' (governance lead)' if each.for_governance else ''}"
        _say(f"  {each.procedure_id}: {each.what.value}, here {each.ours}, there {each.theirs}{days}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.registry", description="Procedures against the registry")
    parser.add_argument("--reconcile", action="store_true", required=True, help="compare now, and keep the result")
    parser.add_argument("trusts", nargs="*", metavar="TRUST", help="only these; every one without")
    asked = parser.parse_args()
    try:
        return asyncio.run(reconcile(load(WorkerSettings), asked.trusts))
    except OutsideUnavailable:
        _say("the registry is away: nothing was compared")
        return AWAY
    except Exception as error:
        if not is_outage(error):
            raise
        _say("the database is away: nothing was compared")
        return AWAY


if __name__ == "__main__":
    sys.exit(main())
