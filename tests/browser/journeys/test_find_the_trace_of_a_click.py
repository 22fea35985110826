"""Operations find the trace of somebody's click in three clicks of their own, and its pathway's steps months apart."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import referred
from tests.browser.journeys.test_unusual import NARROW, fits
from tests.forms import referral
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, body_of

OPS = "rxx-ops-1"
WITHIN_S = 20.0
TOOK_PART = re.compile(r"(\d+) services, (\d+) spans")


async def until(what: str, so: Callable[[], Awaitable[bool]]) -> None:
    """Look again until it is so: spans are sent a second after they end."""
    clock = asyncio.get_running_loop()
    latest = clock.time() + WITHIN_S
    while not await so():
        assert clock.time() < latest, f"{what} did not happen within {WITHIN_S} s"
        await asyncio.sleep(0.25)


def reference(pathway: str) -> str:
    return f'a[href="/operations/pathways/{pathway}"]'


async def arrived(operator: Person, pathway: str, services: str) -> None:
    """The home page until it shows a click on this pathway that went through these services."""
    row = operator.page.locator("tr", has=operator.page.locator(reference(pathway)), has_text=services)

    async def there() -> bool:
        await operator.page.reload()
        return await row.count() > 0

    await until(f"a trace through {services}", there)


async def test_operations_find_the_trace_of_a_click_in_three_clicks(
    staff: Staff, clinic: Clinic, tmp_path: Path
) -> None:
    pathway = await referred(clinic)
    triage = await (await staff(PEOPLE["triage-clinician"])).signed_in()
    await triage.takes_up(pathway, "classification")
    await triage.hands_in(referral.classification())

    operator = await (await staff(OPS)).signed_in("/")
    assert await operator.heading() == "Operations"
    await arrived(operator, pathway, "referral, relay, worker")

    await operator.follows_to(f"/operations/pathways/{pathway}")  # the first click
    assert "Referral" in await operator.reads()
    row = operator.page.locator("tr", has_text="referral, relay, worker").first
    async with operator.turns():
        await row.get_by_role("link").first.click()  # the second; there is no need of a third

    found = TOOK_PART.search(await operator.reads())
    assert found is not None
    assert int(found[1]) >= 3
    assert await operator.page.locator(".ops-waterfall tbody tr").count() == int(found[2])
    shown = await operator.reads()
    assert "look_at_pathway" in shown
    assert "Spans are missing" not in shown
    assert "Synthetic" not in shown
    await operator.page.screenshot(path=tmp_path / "trace-of-a-click.png", full_page=True)
    assert (tmp_path / "trace-of-a-click.png").stat().st_size > 10_000


async def test_the_steps_of_one_pathway_stand_together_though_they_lie_months_apart_on_the_narrowest_screen_too(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await referred(clinic)
    operator = await (await staff(OPS, width=NARROW)).signed_in("/")
    await arrived(operator, pathway, "relay")
    await clinic.advance(PEOPLE["referrer"], pathway, "2026-06-10T09:00:00Z")
    await clinic.write(PEOPLE["triage-clinician"], pathway, "classification", body_of(referral.classification()))
    await operator.opens(f"/operations/pathways/{pathway}", "operations")

    async def both() -> bool:
        await operator.page.reload()
        shown = await operator.reads()
        return "3 March 2026" in shown and "10 June 2026" in shown

    await until("a step in March and one in June", both)
    await fits(operator)
    await operator.opens("/operations/services", "operations")
    await fits(operator)
    await operator.opens("/operations", "operations")
    await fits(operator)


async def test_without_a_script_and_with_the_keyboard_alone_a_trace_is_found_too(staff: Staff, clinic: Clinic) -> None:
    pathway = await referred(clinic)
    looking = await (await staff(OPS)).signed_in("/")
    await arrived(looking, pathway, "relay")
    operator = await (await staff(OPS, scripts=False)).signed_in("/")
    await operator.page.locator(f"main {reference(pathway)}").first.focus()
    await operator.page.keyboard.press("Enter")
    await operator.page.wait_for_url(f"**/operations/pathways/{pathway}")
    await operator.page.locator('main a[href^="/operations/traces/"]').first.focus()
    await operator.page.keyboard.press("Enter")
    await operator.page.wait_for_url("**/operations/traces/*")
    await operator.page.locator("details summary").first.focus()
    await operator.page.keyboard.press("Enter")
    assert await operator.page.locator("details[open] li").count() > 0
