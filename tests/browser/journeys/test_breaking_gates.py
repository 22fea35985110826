"""A limb in danger: from a refused start to one under broken gates, by keyboard alone, in less than 30 s of a person.

A person's time is reckoned by the keystroke-level model: 0.28 s for a key, 1.35 s to think before each answer.
"""

import time

from playwright.async_api import Page

from shared.pathway.anatomy import Side
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import referred, start
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, decide, prepare

OPERATOR = PEOPLE["proceduralist"]
KEY_S, THINKING_S, MOST_S = 0.28, 1.35, 30.0
MOST_TABS = 40
FOCUSED = """() => {
    const at = document.activeElement
    return at ? [at.name || "", at.innerText || at.value || ""] : ["", ""]
}"""


class Keyboard:
    """Somebody's hands, and the seconds they took; waiting for pages counts as it was."""

    def __init__(self, person: Person) -> None:
        self.person, self.page, self.seconds = person, person.page, 0.0

    async def presses(self, key: str) -> None:
        self.seconds += KEY_S
        await self.page.keyboard.press(key)

    async def goes_to(self, *, name: str = "", words: str = "") -> None:
        """Tab until the field with this name, or the button or link with these words, has the focus."""
        self.seconds += THINKING_S
        for _ in range(MOST_TABS):
            at, text = await self.page.evaluate(FOCUSED)
            if (name and at == name) or (words and words in text):
                return
            await self.presses("Tab")
        raise AssertionError(f"the keyboard does not come to {name or words}")

    async def chooses(self, name: str) -> None:
        """The first answer."""
        await self.goes_to(name=name)
        await self.presses("Space")

    async def types(self, name: str, text: str) -> None:
        await self.goes_to(name=name)
        self.seconds += KEY_S * len(text)
        await self.page.keyboard.type(text)

    async def sends(self, words: str) -> None:
        """Enter on a button or a link; the page that follows is waited for."""
        await self.goes_to(words=words)
        begun = time.monotonic()
        async with self.page.expect_navigation():
            await self.presses("Enter")
        self.seconds += time.monotonic() - begun
        await self.person.looks()


async def unprepared(clinic: Clinic) -> str:
    """9 March, 09:30: offered and consented, and nobody took blood or asked the patient again."""
    pathway = await referred(clinic)
    await decide(clinic, pathway)
    await prepare(clinic, pathway)
    await clinic.advance(OPERATOR, pathway, "2026-03-09T09:30:00Z")
    return pathway


async def chosen(page: Page, name: str) -> list[str]:
    values: list[str] = await page.locator(f'[name="{name}"]:checked').evaluate_all("all => all.map(e => e.value)")
    return values


async def test_gates_are_broken_in_less_than_30_seconds_by_keyboard_alone(staff: Staff, clinic: Clinic) -> None:
    pathway = await unprepared(clinic)
    operator = await (await staff(OPERATOR)).signed_in()
    await operator.opens_form(pathway, "procedure_start")
    await operator.answers_all(start(Side.LEFT))
    await operator.confirms(side="left")
    assert await operator.problems()

    hands = Keyboard(operator)
    await hands.sends("Break these gates")
    assert await chosen(operator.page, "side") == ["left"]
    assert set(await chosen(operator.page, "gates")) == {"G7", "G12"}
    await hands.chooses("reason")
    await hands.types("clinical_state", "White foot, no pulse")
    await hands.chooses("limb_or_life_attested")
    await hands.chooses("patient_informed")
    await hands.chooses("lawful_basis")
    await hands.sends("Save")
    assert await operator.heading() == "Start the procedure Check your answers"
    await hands.chooses("side_again")
    await hands.sends("Confirm and save")

    assert await operator.problems() == []
    assert "Procedure started" in await operator.reads()
    assert hands.seconds < MOST_S

    surgeon = await (await staff(PEOPLE["vascular-surgeon"])).signed_in()
    await surgeon.follows("Broken gates to look at")
    assert "White foot, no pulse" in await surgeon.reads()
