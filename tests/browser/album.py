"""The pictures of one world: who is signed in, what they opened, and which pages nobody has opened yet."""

import re
import time
from urllib.parse import urlsplit

from deploy.local.processes import REPOSITORY
from tests.browser.journeys.person import Person, Staff
from tests.journey.clinic import Clinic
from tests.service.permissions.operations import page_operations

FOLDER = REPOSITORY / "screenshots"
WIDTHS = (1280, 320)
WORTH_S = 600  # a session lapses after fifteen minutes
# Answers that are no page of ours: files, streams, and what leads on at once.
NO_PAGE = re.compile(r"/pdf$|\.csv$|/live$|/csv/|/documents/given/|/case-file/\{file\}/|^/$|^/sign-in$")


def forms_served() -> set[str]:
    """Every kind of record that is written down on a page of a pathway."""
    return {each.record for each in page_operations() if each.changes and each.path.endswith("{slug}")} - {""}


class Album:
    """The pictures of one world. `pathways` by the names of the stories."""

    def __init__(self, staff: Staff, pathways: dict[str, str], clinic: Clinic) -> None:
        self.staff, self.pathways, self.clinic = staff, pathways, clinic
        self._here: dict[str, Person] = {}
        self._pictured: set[str] = set()
        self._seen: dict[str, float] = {}
        self.count = 0

    async def person(self, role: str) -> Person:
        """Somebody of the main training trust, signed in; anew after some minutes, before the session has lapsed."""
        who = f"rxx-{role}" if role == "dual-vs-ir" else f"rxx-{role}-1"
        if time.monotonic() - self._seen.get(who, 0.0) > WORTH_S:
            self._here.pop(who, None)
        self._seen[who] = time.monotonic()
        if who not in self._here:
            self._here[who] = await (await self.staff(who)).signed_in(
                role="Vascular surgeon" if role == "dual-vs-ir" else ""
            )
        return self._here[who]

    async def picture(self, name: str, person: Person) -> None:
        """The page that is open, whole, at every width."""
        self._pictured.add(urlsplit(person.page.url).path)
        for width in WIDTHS:
            await person.page.set_viewport_size({"width": width, "height": 900})
            self.count += 1
            await person.page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True, animations="disabled")
        await person.page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    async def at(self, name: str, role: str, path: str, desk: str = "front_door") -> Person:
        """The page at this address, as somebody of this role sees it."""
        person = await self.person(role)
        await person.opens(path, desk)
        await self.picture(name, person)
        return person

    def not_pictured(self) -> list[str]:
        """The addresses of pages, of every desk, that no picture shows."""
        served = {each.path for each in page_operations() if not each.changes and not NO_PAGE.search(each.path)}
        alone = {path for path in served if f"{path}/{{slug}}" not in served}  # else it is the first of several pages
        return sorted(path for path in alone if not any(_fits(path, each) for each in self._pictured))


def _fits(path: str, pictured: str) -> bool:
    return re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", path), pictured) is not None


async def opened(person: Person) -> None:
    """From the page that asks why, to the record."""
    await person.page.get_by_label("Emergency care of this patient").check()
    await person.types("words", "The patient is on our ward with a swollen leg")
    await person.presses("Open this record")
