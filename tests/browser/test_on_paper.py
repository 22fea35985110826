"""A page on paper: nothing to press, no addresses between the words, and a header that can be read."""

from playwright.async_api import Page

WITH_BUTTON = """
document.querySelector('main').insertAdjacentHTML('beforeend', '<button class="nhsuk-button">Withdraw consent</button>')
"""
ADDRESSES = """
[...document.querySelectorAll('a')]
    .map(each => getComputedStyle(each, '::after').content)
    .filter(content => content.includes('Link'))
"""
HEADER = """
['.app-header', '.app-header__word'].map(each => getComputedStyle(document.querySelector(each)))
    .map(style => [style.backgroundColor, style.color])
"""
NOTHING, BLACK = "rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"


async def printed(page: Page, gallery_at: str) -> Page:
    await page.goto(f"{gallery_at}/gallery")
    await page.emulate_media(media="print")
    return page


async def test_nothing_is_there_to_be_pressed(browser_page: Page, gallery_at: str) -> None:
    await browser_page.goto(f"{gallery_at}/gallery")
    await browser_page.evaluate(WITH_BUTTON)
    button = browser_page.get_by_role("button", name="Withdraw consent")
    assert await button.is_visible()
    await browser_page.emulate_media(media="print")

    assert not await browser_page.locator("main .nhsuk-button").last.is_visible()


async def test_no_address_stands_behind_a_link(browser_page: Page, gallery_at: str) -> None:
    page = await printed(browser_page, gallery_at)

    assert await page.locator("a").count() > 0
    assert await page.evaluate(ADDRESSES) == []


async def test_the_header_is_black_on_white(browser_page: Page, gallery_at: str) -> None:
    page = await printed(browser_page, gallery_at)

    assert await page.evaluate(HEADER) == [[NOTHING, BLACK], [NOTHING, BLACK]]
