"""axe on a page: every rule of WCAG 2.0 to 2.2, levels A and AA. What it finds is told so that one can mend it."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

# Not `best-practice`: its one finding is the NHS page template's own order of landmarks.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


async def violations(page: Page) -> list[str]:
    """One line for each violation: rule, what to do, and where. Empty when there are none."""
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}, "resultTypes": ["violations"]}
    found = await Axe().run(page, options=options)
    return [
        f"{each['id']}: {each['help']}: {', '.join(str(node['target']) for node in each['nodes'][:5])}"
        for each in found.response["violations"]
    ]
