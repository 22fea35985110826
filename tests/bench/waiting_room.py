"""Many open pathways at once: an import, the first click behind it, memory, timers due together, a restart."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from deploy.local.ports import Ports
from shared.pathway.people import Role
from tests.bench.comparing import in_ms
from tests.bench.day import MDT, Day, patient
from tests.bench.figures import Figures, spread_ms
from tests.bench.offered import RECORDED
from tests.bench.product import Product
from tests.bench.stack import memory_mib
from tests.bench.staff import Member
from tests.bench.walking import Walker
from tests.bench.wire import Lines

HANDS = 8
PATIENCE_S = 1800.0
LATEST_S = 120.0  # a timer that is later than this is told of as not fired
LASTING = ("postgres", "temporal", "outside", "worker", "relay", "desks")
MOVES_A_SECOND = 15.0  # how many clocks are surely moved in a second, so that none is too late for its minute
PENDING = """
SELECT DISTINCT ON (pathway_id) pathway_id::text, due_at FROM timer
WHERE state = 'pending' AND pathway_id = ANY($1::uuid[]) ORDER BY pathway_id, due_at
"""
FIRED = """
SELECT DISTINCT ON (pathway_id) extract(epoch FROM entry.recorded_at - (entry.at - clock.ahead))::float8 AS late_s
FROM entry JOIN pathway_clock AS clock USING (pathway_id)
WHERE entry.kind = 'timer_fired' AND entry.pathway_id = ANY($1::uuid[]) AND entry.recorded_at >= $2
ORDER BY pathway_id, seq
"""
LEFT = "SELECT count(*) FROM outbox"
OPEN = "SELECT count(*) FROM pathway WHERE closed_at IS NULL"


class WaitingRoom:
    """`side` writes as a person, `imports` refers as a program, both in one world."""

    def __init__(self, side: Product, imports: Product) -> None:
        self.side, self.imports = side, imports
        self.waiting: list[Walker] = []

    async def filled(self, count: int) -> Figures:
        """Imports referrals until `count` more pathways are open, and clicks in the moment after."""
        for each in (self.side, self.imports):
            await each.prepare()
        lines, probe = Lines(), Walker()
        await self.side.refer(probe, lines)
        await self.side.review(probe, lines)
        review = probe.version
        for role in MDT[:2]:
            await self.side.write(probe, lines, role, self.side.day(probe).sign_off(review))
        began = time.perf_counter()
        await self._import(count)
        took = time.perf_counter() - began
        await self.side.staff.call_in(MDT[2])
        await self.side.write(probe, lines, MDT[2], self.side.day(probe).sign_off(review))
        click, sent = probe.clicks[-1], await self._notice_sent(probe)
        caught_up = time.perf_counter()
        await self._engine_has_heard()
        lines.close()
        return {
            "imported": count,
            "imported_per_second": round(count / took, 1),
            "first_click": in_ms([click.took_s]),
            "its_notice_s": round(sent - click.began_at, 2),
            "engine_behind_s": round(time.perf_counter() - caught_up + sent - click.began_at, 1),
        }

    async def _import(self, count: int) -> None:
        left = iter(range(count))

        async def hand() -> None:
            lines = Lines()
            for _ in left:
                walker = Walker()
                day = Day.of(datetime.now(UTC))
                walker.went(await self.imports.desks.open(lines, patient(), day.referral(), imported=True))
                self.waiting.append(walker)
            lines.close()

        async with asyncio.TaskGroup() as group:
            for _ in range(HANDS):
                group.create_task(hand())

    async def _notice_sent(self, probe: Walker) -> float:
        """The wall clock when the notice was written down as sent."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                rows = await self.side.connection.fetch(RECORDED, [probe.pathway])
                if rows:
                    return float(rows[0]["at"])
                await asyncio.sleep(0.05)

    async def _engine_has_heard(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if not await self.side.value(LEFT):
                    return
                await asyncio.sleep(0.1)

    async def memory(self) -> Figures:
        """Of every process of the product, with so many pathways open. The simulated outside world is apart."""
        whole = memory_mib(self.side.processes)
        for sizes in whole.values():
            sizes["together"] = round(sizes["together"] - sizes["outside"], 1)
        return {"open": await self.side.value(OPEN), **whole}

    async def timers_together(self, within_s: float) -> Figures:
        """Moves every clock so that each pathway's next timer falls due within these seconds; how late each fired."""
        ids = [each.pathway for each in self.waiting]
        due = {row["pathway_id"]: row["due_at"] for row in await self.side.connection.fetch(PENDING, ids)}
        first = datetime.now(UTC) + timedelta(seconds=5 + len(due) / MOVES_A_SECOND)
        await self.side.staff.call_in(Role.REFERRER)
        await self._moved(due, first, within_s)
        spare = (first - datetime.now(UTC)).total_seconds()
        latest = time.monotonic() + max(0.0, spare) + within_s + LATEST_S
        late: list[float] = []
        while len(late) < len(due) and time.monotonic() < latest:
            await asyncio.sleep(0.5)
            late = [row["late_s"] for row in await self.side.connection.fetch(FIRED, ids, first - timedelta(seconds=5))]
        return {
            "due_together": len(due),
            "within_s": within_s,
            "clocks_moved_in_time": spare > 0,
            "fired": len(late),
            "early": sum(each < 0 for each in late),
            "late": spread_ms(late),
        }

    async def _moved(self, due: dict[str, datetime], first: datetime, within_s: float) -> None:
        places = iter(enumerate(due.items()))

        async def hand() -> None:
            lines = Lines()
            for number, (pathway, due_at) in places:
                real = first + timedelta(seconds=within_s * number / len(due))
                to = due_at - (real - datetime.now(UTC))
                await self.side.desks.move_clock(lines, Role.REFERRER, pathway, to)
            lines.close()

        async with asyncio.TaskGroup() as group:
            for _ in range(HANDS):
                group.create_task(hand())

    async def restarted(self) -> Figures:
        """Everything is killed at once and started again: until somebody's page of work is there, and until all is."""
        await self.side.staff.call_in(Role.REFERRER)  # a session that nobody used for a while would have ended
        world, somebody = self.side.world, self.side.staff.of(Role.REFERRER)
        await asyncio.gather(*(world.kill(name) for name in list(world.supervisor.processes)))
        await world.stop()
        began = time.perf_counter()
        serving = asyncio.create_task(_page_answers(world.ports, somebody))
        await world.start(LASTING)
        whole = time.perf_counter() - began
        return {"serving_s": round(await serving - began, 2), "everything_s": round(whole, 2)}


async def _page_answers(ports: Ports, who: Member) -> float:
    """When a page for somebody who is signed in was answered first."""
    lines = Lines()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                heard = await lines.to(ports.of("front_door")).ask("GET", "/my-work", who.as_person)
            except OSError:
                heard = None
            if heard is not None and heard.status == 200:
                lines.close()
                return time.perf_counter()
            await asyncio.sleep(0.02)
