"""Whether the next role finds its task when the answer to the click before it has come: asked at once, and once."""

import time

from shared.pathway.people import Role
from tests.bench.comparing import key_of
from tests.bench.day import MDT
from tests.bench.figures import Figures, spread_ms
from tests.bench.product import Product
from tests.bench.references import Reference
from tests.bench.walking import Walker
from tests.bench.wire import Lines

LARGEST_PAGE = 200


class Asked:
    """Counts what was asked and what was there, and how long the list took."""

    def __init__(self) -> None:
        self.there: list[bool] = []
        self.took_s: list[float] = []

    def figures(self) -> Figures:
        return {"asked": len(self.there), "there": sum(self.there), "list": spread_ms(self.took_s)}


async def handed_on(side: Product | Reference, pathways: int) -> dict[str, Figures]:
    """`asked` lists, in how many the pathway was `there`, and how long a list took."""
    await side.prepare()
    asked, lines = Asked(), Lines()
    for _ in range(pathways):
        if isinstance(side, Product):
            await _product(side, lines, asked)
        else:
            await _reference(side, lines, asked)
    lines.close()
    return {key_of(side): asked.figures()}


async def _product(side: Product, lines: Lines, asked: Asked) -> None:
    walker = Walker()
    await side.refer(walker, lines)
    day = side.day(walker)
    await _listed(side, lines, Role.TRIAGE_CLINICIAN, walker, asked)
    await side.write(walker, lines, Role.TRIAGE_CLINICIAN, day.classification())
    await _listed(side, lines, Role.MDT_COORDINATOR, walker, asked)
    await side.write(walker, lines, Role.MDT_COORDINATOR, day.review())
    review = walker.version
    for role in MDT:
        await _listed(side, lines, role, walker, asked)
        await side.write(walker, lines, role, day.sign_off(review))
    await _listed(side, lines, Role.CONSENT_TAKER, walker, asked)


async def _listed(side: Product, lines: Lines, role: Role, walker: Walker, asked: Asked) -> None:
    """All pages of the role's list: only what is at work on this machine is open, so they are few."""
    line, began = lines.to(side.world.ports.of("front_door")), time.perf_counter()
    after, found = "", False
    while not found and after is not None:
        path = f"/api/worklist?role={role.value}&limit={LARGEST_PAGE}" + (f"&after={after}" if after else "")
        page = (await line.ask("GET", path, side.staff.of(role).as_program)).json()
        if not after:
            asked.took_s.append(time.perf_counter() - began)
        found = any(item["pathway_id"] == walker.pathway for item in page["items"])
        after = page["after"]
    asked.there.append(found)


async def _reference(side: Reference, lines: Lines, asked: Asked) -> None:
    walker = Walker()
    await side.step("refer", walker, lines)
    for name in ("vascular_surgeon", "interventional_radiologist", "haematologist"):
        began = time.perf_counter()
        heard = await lines.to(side.port).ask("GET", f"/worklist/{name}", {})
        asked.took_s.append(time.perf_counter() - began)
        asked.there.append(walker.pathway in heard.json())
