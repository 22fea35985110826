"""GET /compliance/{paragraph}: the measures of one paragraph of IPG651, and the tables that belong to it.

1.4 tells who was treated and who was not; 3.2, 3.3 and 3.6 what came of it by device; YR3 and YR4 equality and
sustainability. Small numbers are hidden in every breakdown.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from services.identity import Acting
from services.pages.compliance.asking import Asked, Chosen, Reader, asked_again
from services.pages.compliance.breakdowns import AFTERWARDS, HARMS, OUTCOMES, device_breakdowns, group_breakdowns
from services.pages.compliance.drawing import drawn_chart
from services.pages.compliance.lines import course_tables, device_tables, measure_lines
from services.sessions import reception_of
from services.sessions.reception import POLICY
from services.wiring import answering_in_time
from shared.compliance.charts import FEWEST, t_chart
from shared.compliance.figures import figures
from shared.compliance.measures import PARAGRAPHS
from shared.guidance import PARAGRAPHS as GUIDANCE
from shared.ledger.compliance import Sustained
from shared.web.pages.environment import render
from shared.web.pages.shown.conditions import headed
from shared.web.pages.words import spoken
from shared.web.problems import unknown

router = APIRouter()
GROUPS_OF = {"1.4": ("site", "severity", "age_band"), "YR3": ("age_band", "sex", "language")}
DEVICES_OF = {"3.2": OUTCOMES, "3.3": HARMS, "3.6": AFTERWARDS}


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum and what it is for each completed procedure; "" without one."""

    name: str
    whole: str
    each: str


@router.get("/compliance/{paragraph}")
async def show(request: Request, acting: Reader, asked: Chosen, paragraph: str) -> Response:
    """One paragraph. 404 for one that has no figures."""
    if paragraph not in PARAGRAPHS:
        raise unknown()
    say, compliance = spoken(), reception_of(request).compliance
    title = say("compliance.paragraph_heading", paragraph=headed(paragraph))
    if asked.error:
        return asked_again(request, asked, title)
    async with answering_in_time():
        found = await compliance.standings(acting.trust, acting.signature, asked.period)
        besides = await _besides(request, acting, asked, paragraph)
    counted = [each for each in figures(found).values() if each.measure.paragraph == paragraph]
    return render(
        request,
        "compliance/paragraph.jinja",
        title=title,
        path=f"/compliance/{paragraph}",
        summary=GUIDANCE[paragraph].summary,
        about=say(f"compliance_about.{paragraph.replace('.', '_')}"),
        lines=measure_lines(counted, asked),
        all_figures=asked.address("/compliance"),
        fewest=FEWEST,
        below=POLICY.small_numbers_below,
        **besides,
        **asked.on_page(),
    )


async def _besides(request: Request, acting: Acting, asked: Asked, paragraph: str) -> dict[str, Any]:
    """The tables and charts of this paragraph, besides its measures."""
    compliance, who = reception_of(request).compliance, (acting.trust, acting.signature, asked.period)
    found: dict[str, Any] = {}
    if paragraph in GROUPS_OF:
        tables = group_breakdowns(await compliance.groups(*who))
        found["tables"] = course_tables(each for each in tables if each.name in GROUPS_OF[paragraph])
    if paragraph in DEVICES_OF:
        tables = device_breakdowns(await compliance.by_device(*who))
        found["tables"] = device_tables(each for each in tables if each.name in DEVICES_OF[paragraph])
    if paragraph == "3.3":
        found["chart"] = drawn_chart(t_chart(await compliance.serious(*who)), percent=False)
    if paragraph == "YR4":
        found["sums"] = _sums(await compliance.sustained(*who))
    return found


def _sums(found: Sustained) -> list[Sum]:
    say, many = spoken(), found.completed
    names = ("devices_used", "devices_unused", "contrast_ml", "nights", "in_person", "remotely")
    told = [Sum(say("sustained.completed"), str(many), "")]
    for name in names:
        whole = getattr(found, name)
        told.append(Sum(say(f"sustained.{name}"), f"{whole:.0f}", f"{whole / many:.1f}" if many else ""))
    return told
