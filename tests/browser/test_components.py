"""The components in real Chromium: reachable for everybody, quiet, and whole on the narrowest screen."""

import pytest
from playwright.async_api import Page, Response

from tests.browser.axe import violations
from tests.browser.conftest import Opening

PAGES = ("gallery", "wide", "signed-out", "live", "error", "late", "over")
NARROWEST = {"width": 320, "height": 640}  # also what 1280 px at 400 % zoom leave (WCAG 1.4.10)


async def went(page: Page, address: str) -> Response:
    """The answer to the page's request, with every script run."""
    answer = await page.goto(address)
    assert answer is not None
    return answer


@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing(browser_page: Page, gallery_at: str, name: str) -> None:
    await went(browser_page, f"{gallery_at}/{name}")

    assert await violations(browser_page) == []


async def test_axe_finds_nothing_with_everything_unfolded(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")
    await browser_page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert await violations(browser_page) == []


async def test_axe_finds_nothing_on_the_narrowest_screen(opening: Opening, gallery_at: str) -> None:
    page = await opening(viewport=NARROWEST)
    await went(page, f"{gallery_at}/gallery")

    assert await violations(page) == []


@pytest.mark.parametrize("name", ["gallery", "signed-out", "late"])
async def test_nothing_is_wider_than_the_narrowest_screen(opening: Opening, gallery_at: str, name: str) -> None:
    page = await opening(viewport=NARROWEST)
    await went(page, f"{gallery_at}/{name}")
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]


async def test_twice_the_text_size_needs_no_sideways_scrolling(opening: Opening, gallery_at: str) -> None:
    page = await opening(viewport={"width": 640, "height": 640})
    await went(page, f"{gallery_at}/gallery")
    await page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% !important }')")

    assert await page.evaluate("document.documentElement.scrollWidth") <= 640


async def test_a_page_without_javascript_has_the_same_words(opening: Opening, gallery_at: str) -> None:
    plain, lively = await opening(java_script_enabled=False), await opening()
    await went(plain, f"{gallery_at}/gallery")
    await went(lively, f"{gallery_at}/gallery")

    assert await plain.inner_text("main") == await lively.inner_text("main")


async def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")
    await browser_page.keyboard.press("Tab")
    await browser_page.keyboard.press("Enter")

    assert await browser_page.evaluate("document.activeElement.id") == "maincontent"


async def test_a_title_says_that_there_is_an_error(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/error")

    assert await browser_page.title() == "Error: Gallery - Patency - Training Trust One (England)"


async def test_a_training_page_says_so_before_everything_else(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")

    assert "Synthetic patients only" in (await browser_page.inner_text("body")).strip()[:120]


async def test_no_template_shows_its_own_text(browser_page: Page, gallery_at: str) -> None:
    drawn = await (await went(browser_page, f"{gallery_at}/gallery")).text()

    assert [sign for sign in ("{{", "}}", "{%", "say(", "Undefined", "None<") if sign in drawn] == []


async def test_the_picture_tells_in_words_which_vein_of_which_leg_has_clot(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")
    picture = browser_page.get_by_role("img").first

    assert await picture.evaluate("each => each.getElementById('left-iliofemoral-words').textContent") == (
        "Seen from the front: the patient's RIGHT leg is on your left. RIGHT leg: not referred. "
        "LEFT leg: clot in common iliac, external iliac, common femoral and femoral."
    )


async def test_a_late_session_is_warned_and_one_that_is_over_told(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/late")
    assert await browser_page.get_by_role("heading", name="You will be signed out soon").is_visible()

    await went(browser_page, f"{gallery_at}/over")
    assert await browser_page.get_by_role("heading", name="You have been signed out").is_visible()


async def test_a_session_that_is_over_shows_no_patient_and_leads_to_signing_in(
    browser_page: Page, gallery_at: str
) -> None:
    await went(browser_page, f"{gallery_at}/over")

    assert not await browser_page.locator(".app-banner").first.is_visible()
    assert await browser_page.get_by_role("button", name="Sign out").count() == 0
    assert await browser_page.get_by_role("link", name="Sign in", exact=True).is_visible()
    assert await browser_page.get_by_role("link", name="Sign in to go on.").is_visible()


async def test_who_stays_is_not_warned_any_more(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/late")
    await browser_page.get_by_role("button", name="Stay signed in").click()

    await browser_page.locator(".app-session").wait_for(state="hidden")
    assert await browser_page.get_by_role("status").inner_text() == "You are still signed in."


async def test_nobody_is_offered_to_stay_beyond_the_ten_hours(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/limited")

    warning = browser_page.get_by_role("region", name="You will be signed out soon")
    assert "almost 10 hours, the longest allowed" in await warning.inner_text()
    assert await warning.get_by_role("button").count() == 0


async def test_a_session_is_not_warned_before_its_time(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")

    assert not await browser_page.locator(".app-session").is_visible()


async def test_live_pages_run_htmx_under_the_same_policy(browser_page: Page, gallery_at: str) -> None:
    answer = await went(browser_page, f"{gallery_at}/live")

    assert await browser_page.evaluate("typeof htmx") == "object"
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_a_printed_page_leaves_out_menus(browser_page: Page, gallery_at: str) -> None:
    await went(browser_page, f"{gallery_at}/gallery")
    await browser_page.emulate_media(media="print")

    assert not await browser_page.get_by_role("navigation", name="Main").is_visible()
    assert await browser_page.get_by_role("img").first.is_visible()
