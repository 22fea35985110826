"""GET /compliance: from considered to followed up, and every measure of every paragraph, for the reader's own trust."""

from fastapi import APIRouter, Request, Response

from services.pages.compliance.asking import Chosen, Reader, asked_again
from services.pages.compliance.drawing import drawn_funnel
from services.pages.compliance.lines import measure_lines
from services.sessions import reception_of
from services.wiring import answering_in_time
from shared.compliance.figures import figures, funnel
from shared.compliance.measures import PARAGRAPHS
from shared.guidance import PARAGRAPHS as GUIDANCE
from shared.web.pages.environment import render
from shared.web.pages.shown.conditions import headed, paragraph_words
from shared.web.pages.words import spoken

router = APIRouter()


@router.get("/compliance")
async def show(request: Request, acting: Reader, asked: Chosen) -> Response:
    """The funnel and all measures; each leads to its paragraph, each count of exceptions to its cases."""
    if asked.error:
        return asked_again(request, asked, spoken()("compliance.heading"))
    async with answering_in_time():
        found = await reception_of(request).compliance.standings(acting.trust, acting.signature, asked.period)
    counted = figures(found)
    return render(
        request,
        "compliance/overview.jinja",
        title=spoken()("compliance.heading"),
        path="/compliance",
        funnel=drawn_funnel(funnel(found)),
        paragraphs=[
            {
                "words": headed(each),
                "number": paragraph_words(each),
                "summary": GUIDANCE[each].summary,
                "href": asked.address(f"/compliance/{each}"),
                "lines": measure_lines((f for f in counted.values() if f.measure.paragraph == each), asked),
            }
            for each in sorted(PARAGRAPHS, key=_as_in_the_guidance)
        ],
        downloads=[
            {"href": asked.address("/compliance/csv/measures"), "text": spoken()("compliance.csv_measures")},
            {"href": "/compliance/csv/codebook", "text": spoken()("compliance.csv_codebook")},
        ],
        **asked.on_page(),
    )


def _as_in_the_guidance(paragraph: str) -> tuple[bool, str]:
    """Numbered paragraphs by their number, then what is everybody's own responsibility."""
    return paragraph.startswith("YR"), paragraph
