"""Sixty entries through a registry and a line that fail in three of ten cases; and adapters that would be noticed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from typing_extensions import override

from activities.adapters.http_registry import HttpRegistry
from activities.ports import Receipt, Rejection, Submission
from deploy.local.outside.cabinet import Cabinet
from deploy.local.outside.registry import registry
from tests.contract.shelves import treated
from tests.contract.test_registry import served
from tests.ledger.acting import LedgerOf
from tests.registry.storm import IMPATIENT_S, REGISTRY_RATE, WIRE_RATE, Storm, difficult
from tests.registry.trust_of_its_own import copied, new_trust
from tests.registry.wire import WireFault, bad_line


class Doubling(HttpRegistry):
    """Makes up a key of its own for every second try, as if keys did not matter."""

    @override
    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        again = Submission(f"{submission.key}-{uuid4().hex[:6]}", "", 0, submission.body)
        await super().submit(again)
        return await super().submit(submission)


class Forgetting(HttpRegistry):
    """Believes in a receipt that nobody gave."""

    @override
    async def submit(self, submission: Submission) -> Receipt | Rejection | None:
        return Receipt(f"SIM-{uuid4().hex[:8].upper()}")


@dataclass(frozen=True, slots=True)
class Weather:
    pools: dict[str, asyncpg.Pool]
    anything: asyncpg.Connection
    template: str
    folder: Path

    @asynccontextmanager
    async def over(
        self, adapter: type[HttpRegistry], count: int, seed: int, rate: float = WIRE_RATE
    ) -> AsyncIterator[tuple[Storm, set[str]]]:
        """A storm in a trust of its own that has passed, and the kinds of faults of the line that were met."""
        async with AsyncExitStack() as stack:
            cabinet = stack.enter_context(Cabinet(self.folder / "registry.db"))
            url = await stack.enter_async_context(served(registry(cabinet)))
            line, wire = await stack.enter_async_context(bad_line(url, rate=rate, seed=seed))
            await difficult(url, REGISTRY_RATE if rate else 0)
            trust = await new_trust(self.anything)
            pathways = await copied(self.anything, self.template, trust, count, seed)
            port = adapter(line, within_s=IMPATIENT_S)
            stack.push_async_callback(port.close)
            storm = Storm(trust, pathways, self.pools, self.anything, port, url)
            await storm.weathered()
            await difficult(url, 0)
            yield storm, set(wire.met)


@pytest.fixture
async def weather(
    pools: dict[str, asyncpg.Pool], anything: asyncpg.Connection, ledger_of: LedgerOf, tmp_path: Path
) -> Weather:
    return Weather(pools, anything, await treated(ledger_of), tmp_path)


async def test_in_a_storm_nothing_is_lost_nothing_doubled_and_the_comparison_tells_the_truth(weather: Weather) -> None:
    async with weather.over(HttpRegistry, 60, seed=2) as (storm, met):
        truth, comparison = await storm.truth(), await storm.compared()
    assert met == set(WireFault)
    assert storm.corrected
    assert storm.book.deaths
    assert (storm.given_up, truth.lost(), truth.doubled()) == ([], set(), set())
    assert (comparison.started, comparison.held, comparison.states) == (60, 60, {"accepted": 60})
    assert comparison.found == ()


async def test_an_adapter_that_doubles_is_noticed_by_name(weather: Weather) -> None:
    async with weather.over(Doubling, 5, seed=8, rate=0) as (storm, _met):
        truth, comparison = await storm.truth(), await storm.compared()
    assert truth.doubled() == set(truth.procedures)
    assert {(each.procedure_id, each.what.value) for each in comparison.found} == {
        (name, "twice_there") for name in truth.procedures
    }


async def test_an_adapter_that_forgets_is_noticed_by_name(weather: Weather) -> None:
    async with weather.over(Forgetting, 5, seed=9, rate=0) as (storm, _met):
        truth, comparison = await storm.truth(), await storm.compared()
    assert truth.lost() == set(truth.procedures)
    assert {(each.procedure_id, each.what.value) for each in comparison.found} == {
        (name, "missing_there") for name in truth.procedures
    }
