"""The product's side of a comparison: all its processes, its desks asked as a person or as a program."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.processes import Process
from deploy.local.world import World
from shared.pathway.people import Role
from shared.pathway.record import Record
from tests.bench.clicking import Click, Desks, Way
from tests.bench.day import HOME, MDT, PROCEDURE_ENDS, REVIEW, Day, patient
from tests.bench.staff import Staff
from tests.bench.walking import Walker
from tests.bench.wire import Lines

ROLES = (
    *(Role.REFERRER, Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR, *MDT, Role.CONSENT_TAKER),
    *(Role.PROCEDURALIST, Role.WARD_CLINICIAN, Role.ANTICOAG_CLINIC),
)
CAUGHT_UP_WITHIN_S = 300.0
LOOK_S = 0.05
AWAITED = {0: ("governance_notice_delivered", 1), 1: ("registry_accepted", 1), 2: ("registry_accepted", 2)}
"""Which entry, and how many of them, a pathway has when a phase has been followed by what follows by itself."""

ENTERED = (
    "SELECT pathway_id FROM entry WHERE kind = $1 AND pathway_id = ANY($2::uuid[]) GROUP BY 1 HAVING count(*) >= $3"
)
ENDED = "SELECT count(*) FROM outbox WHERE pathway_id = ANY($1::uuid[])"


class Product:
    """`way` is how its desks are asked; two of them on one world are two sides."""

    def __init__(self, world: World, staff: Staff, way: Way, connection: asyncpg.Connection) -> None:
        self.name = f"product, {'forms' if way is Way.FORM else 'JSON'}"
        self.world, self.staff, self.connection = world, staff, connection
        self.desks = Desks(world.ports, staff, way)
        self._days: dict[str, Day] = {}
        self._looking = asyncio.Lock()

    @property
    def processes(self) -> dict[str, Process]:
        return dict(self.world.supervisor.processes)

    @property
    def engine_file(self) -> Path:
        return next(self.world.directory.glob("temporal-*.db"))

    async def prepare(self) -> None:
        await self.staff.call_in(*ROLES)

    async def phase(self, number: int, walker: Walker, lines: Lines) -> None:
        if number == 0:
            await self.refer(walker, lines)
            await self.review(walker, lines)
            for role in MDT:
                await self.write(walker, lines, role, self.day(walker).sign_off(_review_of(walker)))
        else:
            await (self._treat, self._discharge, self._end)[number - 1](walker, lines)

    async def refer(self, walker: Walker, lines: Lines) -> None:
        day = Day.of(datetime.now(UTC))
        walker.went(await self.desks.open(lines, patient(), day.referral()))
        self._days[walker.pathway] = day

    async def review(self, walker: Walker, lines: Lines) -> None:
        """Classified and discussed: three signatures are owed."""
        day = self.day(walker)
        await self.write(walker, lines, Role.TRIAGE_CLINICIAN, day.classification())
        await self.write(walker, lines, Role.MDT_COORDINATOR, day.review())

    async def sign_together(self, walker: Walker, lines: Sequence[Lines]) -> list[Click]:
        """The three signatures at the same moment, each on a connection of its own."""
        about = self.day(walker).sign_off(_review_of(walker))
        return await asyncio.gather(
            *(
                self.desks.write(each, role, walker.pathway, walker.version, about)
                for role, each in zip(MDT, lines, strict=True)
            )
        )

    def day(self, walker: Walker) -> Day:
        return self._days[walker.pathway]

    async def write(self, walker: Walker, lines: Lines, role: Role, record: Record) -> None:
        walker.went(await self.desks.write(lines, role, walker.pathway, walker.version, record))

    async def _treat(self, walker: Walker, lines: Lines) -> None:
        day = self.day(walker)
        await self.write(walker, lines, Role.CONSENT_TAKER, day.consent())
        for record in (day.bloods(), day.confirmation(), day.start()):
            await self.write(walker, lines, Role.PROCEDURALIST, record)
        await self._later(walker, lines, Role.PROCEDURALIST, day.now + PROCEDURE_ENDS)
        await self.write(walker, lines, Role.PROCEDURALIST, day.end())

    async def _discharge(self, walker: Walker, lines: Lines) -> None:
        day = self.day(walker)
        await self._later(walker, lines, Role.WARD_CLINICIAN, day.now + HOME)
        await self.write(walker, lines, Role.WARD_CLINICIAN, day.discharge())

    async def _end(self, walker: Walker, lines: Lines) -> None:
        day = self.day(walker)
        await self._later(walker, lines, Role.ANTICOAG_CLINIC, day.now + REVIEW)
        for record in (day.clinic_review(), day.closure()):
            await self.write(walker, lines, Role.ANTICOAG_CLINIC, record)

    async def _later(self, walker: Walker, lines: Lines, role: Role, to: datetime) -> None:
        walker.version = await self.desks.move_clock(lines, role, walker.pathway, to)

    async def caught_up(self, number: int, pathways: Sequence[str], look_s: float = LOOK_S) -> None:
        async with asyncio.timeout(CAUGHT_UP_WITHIN_S):
            left = set(pathways)
            while left:
                left -= await self._followed(number, left)
                if left:
                    await asyncio.sleep(look_s)

    async def _followed(self, number: int, pathways: set[str]) -> set[str]:
        """Those of them for which everything that follows this phase has happened."""
        async with self._looking:
            if number in AWAITED:
                kind, times = AWAITED[number]
                return {str(row["pathway_id"]) for row in await self.connection.fetch(ENTERED, kind, pathways, times)}
            return set() if await self.connection.fetchval(ENDED, pathways) else pathways

    async def value(self, question: str, *given: Any) -> Any:
        """One value, past every policy. Several who ask wait for each other: it is one connection."""
        async with self._looking:
            return await self.connection.fetchval(question, *given)


def _review_of(walker: Walker) -> int:
    """The number of the entry that is signed."""
    return next(click.version for click in reversed(walker.clicks) if click.kind == "mdt_review")
