"""The pages of figures in real Chromium: axe finds nothing, and the narrowest screen shows them whole."""

import pytest

from tests.browser.axe import violations
from tests.browser.conftest import Opening
from tests.browser.test_components import NARROWEST, went

ASKED_WRONGLY = "Failed to load resource: the server responded with a status of 422"
"""What Chromium says of a page that answers a mistake."""


@pytest.mark.parametrize("name", ["figures", "figures-wrong", "figures-paragraph", "figures-cases"])
async def test_figures_are_for_everybody_on_the_narrowest_screen(opening: Opening, gallery_at: str, name: str) -> None:
    page = await opening(viewport=NARROWEST, expected=(ASKED_WRONGLY,))
    await went(page, f"{gallery_at}/{name}")
    await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
