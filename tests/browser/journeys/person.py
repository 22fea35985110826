"""Somebody of a trust at a browser: what they are given, what they do, what they see then.

Every page they come to is looked at: axe finds nothing, and the console says nothing.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from deploy.local.ports import Ports
from shared.pathway.record import Part
from shared.pathway.stages import KINDS
from tests.browser.axe import violations
from tests.browser.journeys.answering import answer, written_form

CONTINUE, CONFIRM, SEND = "Continue", "Confirm and save", "Send"
PATIENCE_MS = 45_000  # nothing is timed here: a machine with two cores may be busy
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Chromium's own line about a page that was answered with a status of refusal, which is what a refusal is.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (400|403|404|409|422) ")


@dataclass
class Notes:
    """What was wrong anywhere, over all people of one test; `seen` are the states that axe looked at already.

    With `looking` False axe looks at nothing.
    """

    seen: set[tuple[str, ...]]
    looking: bool = True
    wrong: list[str] = field(default_factory=list)


NEXT = "Next page"


class Person:
    """One member of staff in a browser of their own. `id` is their directory id."""

    def __init__(self, who: str, ports: Ports, context: BrowserContext, page: Page, notes: Notes) -> None:
        self.id, self.page = who, page
        self._ports, self._context, self._notes = ports, context, notes
        self._desks = tuple(
            ports.url(desk) for desk in ("front_door", "operations", *{kind.desk for kind in KINDS.values()} - {""})
        )
        self.scripted = True
        page.on("console", self._hear)
        page.on("pageerror", lambda error: notes.wrong.append(f"{who}: error on the page: {error}"))
        page.on("response", self._answered)

    def at(self, desk: str) -> str:
        return self._ports.url(desk)

    # Given

    async def signed_in(self, goal: str = "/my-work", *, role: str = "") -> "Person":
        """Through the issuer's own page; with several roles in the one that is named as it is shown."""
        await self.page.goto(f"{self._ports.url('front_door')}/sign-in?return_to={goal}")
        await self.is_known_to_the_issuer()
        if role:
            await self.page.get_by_label(role).check()
            await self.presses(CONTINUE)
        return self

    async def is_known_to_the_issuer(self) -> None:
        """The issuer's page, and back."""
        assert self.page.url.startswith(self._ports.url("issuer")), self.page.url
        async with self.turns():
            await self.page.get_by_role("button", name=self.id, exact=True).click()

    # When

    async def opens(self, path: str, desk: str = "front_door") -> Response | None:
        answer = await self.page.goto(f"{self._ports.url(desk)}{path}")
        if not self.page.url.startswith(self._ports.url("issuer")):
            await self.looks()
        return answer

    async def opens_work(self) -> None:
        await self.opens("/my-work")

    async def opens_case(self, pathway: str) -> None:
        await self.opens(f"/pathways/{pathway}")

    async def opens_form(self, pathway: str, kind: str) -> None:
        await self.opens(f"/pathways/{pathway}/{kind}", KINDS[kind].desk)

    async def takes_up(self, pathway: str, kind: str) -> None:
        """From the worklist to the form of this task."""
        assert await self.has_to(pathway, kind)
        async with self.turns():
            await self._task(pathway, kind).click()

    async def types(self, name: str, text: str) -> None:
        await self.page.locator(f'[name="{name}"]').fill(text)

    async def fills_in(self, record: Part) -> None:
        await answer(self.page, record)

    async def presses(self, name: str, *, of: str = "main") -> None:
        """A button of a part of the page; the page that follows is looked at."""
        async with self.turns():
            await self.page.locator(of).get_by_role("button", name=name, exact=True).first.click()

    async def follows(self, link: str | re.Pattern[str]) -> None:
        async with self.turns():
            await self.page.get_by_role("link", name=link).first.click()

    async def follows_to(self, path: str) -> None:
        """The link whose address ends so."""
        async with self.turns():
            await self.page.locator(f'main a[href$="{path}"]').first.click()

    @asynccontextmanager
    async def turns(self) -> AsyncIterator[None]:
        """Around something that leads to another page."""
        async with self.page.expect_navigation():
            yield
        if not self.page.url.startswith(self._ports.url("issuer")):
            await self.looks()

    async def answers_all(self, *records: Part) -> None:
        """Every page of the form, up to the check of all answers."""
        while written := await self._leaf():
            for record in records:
                await self.fills_in(record)
            await self.presses(CONTINUE)
            assert written != await self._leaf(), await self.problems()

    async def confirms(self, *, side: str = "") -> None:
        """On the page that shows all answers: the leg once more where it is asked, then the button."""
        if side:
            await self.page.locator(f'[name=side_again][value="{side}"]').check()
        await self.presses(CONFIRM)

    async def hands_in(self, *records: Part, side: str = "") -> None:
        """All of it: fills in, checks, confirms, and is back on the case."""
        await self.answers_all(*records)
        await self.confirms(side=side)
        assert await self.problems() == []

    # Then

    async def problems(self) -> list[str]:
        """The lines of the error summary; none where there is no problem."""
        return await self.page.locator(".nhsuk-error-summary__list li").all_inner_texts()

    async def has_to(self, pathway: str, kind: str) -> bool:
        """Whether the worklist asks for this."""
        await self.opens_work()
        while not await self._task(pathway, kind).count():
            if not await self.page.get_by_role("link", name=NEXT, exact=True).count():
                return False
            await self.follows(NEXT)
        return True

    async def heading(self) -> str:
        return " ".join((await self.page.locator("h1").first.inner_text()).split())

    async def reads(self) -> str:
        """Every word of the main column."""
        return await self.page.locator("main").inner_text()

    def pathway_open(self) -> str:
        """The pathway whose page this is."""
        found = ID.search(urlsplit(self.page.url).path)
        assert found is not None, self.page.url
        return found[0]

    async def looks(self) -> None:
        """axe, once for each state of each kind of page."""
        if not self.scripted or not self._notes.looking:
            return  # axe needs scripts; the page is the same one that others look at with them
        wide = self.page.viewport_size["width"] if self.page.viewport_size else 0
        parts = urlsplit(self.page.url)
        state = (str(parts.port), ID.sub("*", parts.path), await self.page.title(), str(wide), *await self._shape())
        if state in self._notes.seen:
            return
        self._notes.seen.add(state)
        self._notes.wrong += [f"{parts.path}: {each}" for each in await violations(self.page)]

    def _task(self, pathway: str, kind: str) -> Locator:
        return self.page.locator(f'td a[href$="/pathways/{pathway}/{kind}"]')

    async def _shape(self) -> tuple[str, ...]:
        """What is on the page: how many errors, tables, unfolded parts and fields."""
        counted = ".nhsuk-error-message, table, details[open], fieldset, .nhsuk-tag"
        return (str(await self.page.locator(counted).count()),)

    async def _leaf(self) -> str:
        """The address of the page of the form that is open; "" on the check of answers and elsewhere."""
        form = written_form(self.page)
        here = urlsplit(self.page.url).path
        if here.endswith("/check") or not await form.get_by_role("button", name=CONTINUE, exact=True).count():
            return ""
        return here

    def _ours(self, address: str) -> bool:
        return address.startswith(self._desks)

    def _hear(self, message: ConsoleMessage) -> None:
        where = str(message.location.get("url", ""))
        if REFUSED.match(message.text) or not self._ours(where or self.page.url):
            return
        self._notes.wrong.append(f"{self.id}: console: {message.text} ({where})")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and self._ours(response.url):
            self._notes.wrong.append(f"{self.id}: {response.status} from {response.url}")


@dataclass
class Staff:
    """Gives people a browser each. `seen` lasts over all tests: one state of a page is looked at once."""

    browser: Browser
    ports: Ports
    notes: Notes
    contexts: list[BrowserContext] = field(default_factory=list)

    async def __call__(self, who: str, *, width: int = 1280, scripts: bool = True) -> Person:
        context = await self.browser.new_context(
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        person = Person(who, self.ports, context, await context.new_page(), self.notes)
        person.scripted = scripts
        return person

    async def leave(self) -> None:
        for context in self.contexts:
            await context.close()
