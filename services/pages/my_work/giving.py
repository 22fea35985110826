"""POST /my-work: claim, release, take over, give to a colleague; one task by its own button, or all that are ticked."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from services.identity import Acting
from services.pages.my_work.address import back_to
from services.pages.my_work.listing import ROWS, Worker
from services.pages.my_work.rows import read
from services.sessions import reception_of, see_other
from services.wiring import answering_in_time
from shared.ledger.assignments import Assigned, Assigning, Assignments, HeldBy, NotTheirs, TaskNamed

Deed = Callable[[TaskNamed, str | None], Awaitable[str]]
Ticked = Annotated[list[str] | None, Form()]
Pressed = Annotated[str, Form()]

router = APIRouter()


@router.post("/my-work")
async def give(
    *,
    request: Request,
    acting: Worker,
    task: Ticked = None,
    claim: Pressed = "",
    release: Pressed = "",
    take: Pressed = "",
    bulk: Pressed = "",
    to: Pressed = "",
    listed: Pressed = "",
    back: Pressed = "",
) -> Response:
    """Does it, and leads back to the list, which says what became of it. Who lost a race is told that too."""
    doing = _Giving(reception_of(request).assignments, acting)
    ticked = (task or [])[:ROWS]
    if claim or release or take:
        deed: Deed = doing.release if release else doing.take if take else doing.claim
        told = await _each([claim or release or take], listed, deed, acting)
    elif not ticked or (bulk == "assign" and not to):
        told = Counter({"nothing" if not ticked else "nobody": 1})
    else:
        told = await _each(ticked, listed, doing.giving(to) if bulk == "assign" else doing.claim, acting)
    said = ".".join(f"{name}-{count}" for name, count in told.items())
    return see_other(back_to(back).saying(said).address())


async def _each(places: list[str], listed: str, deed: Deed, acting: Acting) -> Counter[str]:
    """How often each outcome came about. `places` point into `listed`, the tasks as the page named them."""
    told: Counter[str] = Counter()
    tasks = {str(place): value for place, value in enumerate(listed.split(" "))}
    async with answering_in_time():
        for place in places:
            named = read(tasks.get(place, ""), acting.post.role)
            told["gone" if named is None else await deed(*named)] += 1
    return told


class _Giving:
    """What can be done with a task that a page showed, and the name of what came of it."""

    def __init__(self, assignments: Assignments, acting: Acting) -> None:
        self._assignments = assignments
        self._trust = acting.trust
        self._by = acting.signature

    async def claim(self, task: TaskNamed, holder: str | None) -> str:
        del holder  # a claim never takes what somebody has
        return _named(await self._assignments.claim(self._trust, task, self._by), "claimed")

    async def take(self, task: TaskNamed, holder: str | None) -> str:
        """From exactly the person whom the page named."""
        given = await self._assignments.assign(self._trust, task, self._by.person, self._by, instead_of=holder)
        return _named(given, "claimed")

    async def release(self, task: TaskNamed, holder: str | None) -> str:
        released = await self._assignments.release(self._trust, task, self._by, held_by=holder)
        return "released" if released else "held"

    def giving(self, to: str) -> Deed:
        async def assign(task: TaskNamed, holder: str | None) -> str:
            given = await self._assignments.assign(self._trust, task, to, self._by, instead_of=holder)
            return _named(given, "assigned")

        return assign


def _named(outcome: Assigning, done: str) -> str:
    match outcome:
        case Assigned():
            return done
        case HeldBy():
            return "held"
        case NotTheirs():
            return "not_theirs"
        case _:
            return "gone"
