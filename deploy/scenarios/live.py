"""A story through the desks' HTTP API of a running world: PostgreSQL, Temporal, mail, registry, training clock."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from deploy.local.people import mail_system_of, people
from deploy.scenarios import identity
from deploy.scenarios.desks import Desks, WorldAway
from deploy.scenarios.outside import (
    BOUNCED,
    DELIVERED,
    MAIL,
    RECEIPT,
    REGISTRY,
    REJECTED,
    SENT,
    Answering,
    report,
    waiting,
    was_sent,
)
from deploy.scenarios.placeholders import filled, in_view_of
from deploy.scenarios.playing import DONE, NOTHING_WAITED, Answer
from deploy.scenarios.registers import ANNOUNCED
from deploy.scenarios.settling import unsettled
from deploy.scenarios.story import Step, Story, WantedRefusal
from deploy.scenarios.written import Written, spoken
from shared.pathway.people import Role, Signature
from shared.pathway.referral import Referral
from shared.pathway.roles import CLINICAL

SETTLED_WITHIN_S = 20.0
LOOK_AGAIN_S = 0.1
CLOSE = timedelta(minutes=1)
CREATED, REFUSED, STALE, MALFORMED = 201, 409, 412, 422

RELEASES: Final = {
    DELIVERED: ("inbox", "delivered"),
    BOUNCED: ("inbox", "bounced"),
    RECEIPT: ("simulated_registry", "accepted"),
    REJECTED: ("simulated_registry", "rejected"),
}
"""Which simulated outside party is told to answer how."""


class LiveStage:
    """One pathway of a running world. `seen` is shown every look at it. Every method may raise WorldAway."""

    def __init__(self, story: Story, desks: Desks, seen: Callable[[dict[str, Any]], None], *, own_number: bool) -> None:
        self.story = story
        self.desks = desks
        self.seen = seen
        self.own_number = own_number
        self.now = story.start
        self.pathway_id: str | None = None
        self.other_id = "none"
        self.settled: dict[str, Any] = {}
        self.answering = Answering.of(story)
        self.reader = _clinician(story)
        self.mail_system = Signature(mail_system_of(story.trust), Role.MAIL_SYSTEM)
        # The inbox reports all notices of a pathway alike. Where they fare differently, the story is the mail system.
        self.is_mail_system = sum(event in MAIL for event in self.answering.ahead) > 1

    async def move_to(self, at: datetime) -> None:
        self.now = at
        if self.pathway_id is None:
            return
        if datetime.fromisoformat(self.settled["now"]) > at - CLOSE:  # the pathway's clock ticks by itself
            await self._look()
        if datetime.fromisoformat(self.settled["now"]) < at:
            url = f"{self.desks.front_door}/api/training/pathways/{self.pathway_id}/clock"
            answer = await self.desks.call("POST", url, self.reader, {"to": spoken(at)})
            if not answer.is_success:
                raise WorldAway(f"The training clock was not moved: {_read(answer).words}")
            await self._settle()

    async def act(self, step: Step) -> Answer:
        if step.do == Referral.kind:
            return await self._open(step)
        if self.pathway_id is None:
            return Answer(404)
        if step.announces:
            return await self._announce(step)
        answer = await self._write(step)
        if answer.status_code == STALE and step.wanted.status != STALE:  # a report came in between look and write
            await self._look()
            answer = await self._write(step)
        await self._settle()
        return _read(answer)

    async def happen(self, event: str) -> str:
        before = await self._look()
        if event in MAIL and self.is_mail_system:
            await self._report(event, before)
        elif event in RELEASES:
            who, outcome = RELEASES[event]
            await self.desks.release(who, self.pathway_id or "", outcome)
        after = await self._answered(event)
        happened = was_sent(after) if event == SENT else after.get("version") != before.get("version")
        return DONE if happened else NOTHING_WAITED

    async def _answered(self, event: str) -> dict[str, Any]:
        """Until what this event answers is written down; then mail and registry wait again, if the story says more."""
        if event in REGISTRY:
            self.answering.registry = event
            await self._settle()
        self.answering.hear(event)
        if event in REGISTRY and self.answering.registry is None:
            await self.desks.hold("simulated_registry", self.pathway_id or "")
        return await self._settle()

    async def _report(self, event: str, look: dict[str, Any]) -> None:
        """Reports, as the trust's mail system, what became of the notices that wait now."""
        desk = await self.desks.desk_for(event, self.mail_system)
        url = f"{desk}/api/pathways/{self.pathway_id}/{event}"
        for key in waiting(look):
            answer = await self.desks.call("POST", url, self.mail_system, report(event, key), {"If-Match": "*"})
            if not answer.is_success:
                raise WorldAway(f"A report of the mail system was not taken: {_read(answer).words}")

    async def look(self) -> dict[str, Any]:
        """What was seen when everything had settled."""
        return self.settled

    async def _look(self) -> dict[str, Any]:
        if self.pathway_id is None:
            return {}
        url = f"{self.desks.front_door}/api/pathways/{self.pathway_id}"
        answer = await self.desks.call("GET", url, self.reader)
        if not answer.is_success:
            raise WorldAway(f"The pathway was not shown: status {answer.status_code}")
        found: dict[str, Any] = answer.json()
        self.seen(found)
        self.settled = found
        return found

    async def _open(self, step: Step) -> Answer:
        body = {"patient": self._patient(step.patient or self.story.patient), **self._body(step)}
        clock = {"Training-Now": str(spoken(self.now))}
        by = step.by or self.reader
        desk = await self.desks.desk_for(Referral.kind, by)
        answer = await self.desks.call("POST", f"{desk}/api/pathways", by, body, clock)
        if answer.status_code == CREATED and step.patient is not None:
            self.other_id = answer.json()["pathway_id"]
        elif answer.status_code == CREATED:
            self.pathway_id = answer.json()["pathway_id"]
            await self._hold()
            await self._settle()
        return _read(answer)

    async def _hold(self) -> None:
        """Before anything can be sent: whoever waits for the story says nothing by itself."""
        if self.answering.mail is None:
            await self.desks.hold("inbox", self.pathway_id or "")
        if self.answering.registry is None:
            await self.desks.hold("simulated_registry", self.pathway_id or "")

    async def _write(self, step: Step) -> httpx.Response:
        by, record = step.by or self.reader, step.do or ""
        desk = await self.desks.desk_for(record, by)
        url = f"{desk}/api/pathways/{self.pathway_id}/{record}"
        body = self._body(step)
        if step.patient is not None:
            body = {"patient": self._patient(step.patient), **body}
        return await self.desks.call("POST", url, by, body, {"If-Match": f'"{self.settled["version"]}"'})

    async def _announce(self, step: Step) -> Answer:
        """News of the trust's registers, until this pathway has been told if it concerns it."""
        by, record = step.by or self.reader, step.do or ""
        url = f"{await self.desks.desk_for(record, by)}/api/registers/{ANNOUNCED[record]}"
        before = _times(self.settled, record)
        answer = await self.desks.call("POST", url, by, self._body(step))
        if answer.is_success and not step.elsewhere:
            await self._until(lambda look: "" if _times(look, record) > before else f"nobody was told of {record}")
        return _read(answer)

    def _body(self, step: Step) -> Any:
        plain = step.body.plain() if step.body else {}
        return filled(plain, in_view_of(self.settled, self.story.staff, self.other_id))

    def _patient(self, who: Written) -> dict[str, Any]:
        body = identity.body_of(who)
        return body if self.own_number else identity.renumbered(body, random.SystemRandom())

    async def _settle(self) -> dict[str, Any]:
        """Looks until everything that follows by itself has happened. Raises WorldAway when it does not."""
        return await self._until(lambda look: unsettled(look, self.answering) if look else "")

    async def _until(self, left_of: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
        """Looks until nothing is left; `left_of` says in words what is. Raises WorldAway when something stays."""
        clock = asyncio.get_running_loop()
        latest = clock.time() + SETTLED_WITHIN_S
        while True:
            look = await self._look()
            left = left_of(look)
            if not left:
                return look
            if clock.time() > latest:
                raise WorldAway(f"After {SETTLED_WITHIN_S:.0f} s {left}")
            if self.is_mail_system and self.answering.mail is not None:
                await self._report(self.answering.mail, look)
            await asyncio.sleep(LOOK_AGAIN_S)


def _times(look: dict[str, Any], kind: str) -> int:
    return sum(each["kind"] == kind for each in look.get("entries", ()))


def _clinician(story: Story) -> Signature:
    """Who looks at the pathway between the steps: somebody of the story's staff, else of the trust."""
    there = [Signature(each.id, role) for each in people() if each.trust == story.trust for role in each.roles]
    return next(who for who in (*story.staff.values(), *there) if who.role in CLINICAL)


def _read(answer: httpx.Response) -> Answer:
    told = answer.json() if answer.content else {}
    refusals, fields = told.get("refusals", ()), told.get("errors", ())
    return Answer(
        answer.status_code,
        tuple(WantedRefusal(each["rule"], each["field"], each["paragraph"]) for each in refusals),
        tuple(each["field"] for each in fields),
    )
