"""The pages of figures with made-up figures, for a look at what they draw without a database."""

from datetime import date, timedelta
from typing import Any

from services.pages.compliance.asking import Asked
from services.pages.compliance.breakdowns import device_breakdowns, group_breakdowns
from services.pages.compliance.drawing import drawn_chart, drawn_funnel
from services.pages.compliance.lines import cases_address, course_tables, device_tables, measure_lines
from shared.compliance.charts import FEWEST, p_chart, t_chart
from shared.compliance.figures import Standing, figures, funnel
from shared.compliance.measures import MEASURES, STEPS
from shared.guidance import PARAGRAPHS as GUIDANCE
from shared.ledger.compliance import Group
from shared.web.pages.shown.conditions import headed, paragraph_words

ASKED = Asked(date(2025, 1, 1), date(2026, 12, 1))
WRONG = Asked(date(2025, 1, 1), date(2026, 12, 1), "compliance.month_wrong", ("2025-01", ""))
SAID = ("yes", "yes", "no", "open")
STANDINGS = tuple(
    Standing(STEPS[: 2 + at % 9], {each.id: SAID[(at + n) % 4] for n, each in enumerate(MEASURES)}, 3 + at)
    for at in range(12)
)
GROUPS = tuple(
    Group(site, "severe", age, sex, "english", course, 2 + len(site) % 5)
    for site in ("iliofemoral", "calf")
    for age in ("under_40", "60_to_79")
    for sex in ("female", "male")
    for course in ("treated", "not_offered")
)
EVENTS = [date(2025, 1, 3) + timedelta(days=n * n) for n in range(16)]
MONTHS = [(f"2025-{month:02}", month % 3, 4 + month % 2) for month in range(1, 13)] + [("2026-01", 0, 90)]


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Each page with its template and what it is given."""
    counted = list(figures(STANDINGS).values())
    devices = device_breakdowns(("Riptide", each) for each in STANDINGS)
    case = {"path": "/pathways/3f2a9c1b-0000-4000-8000-000000000001", "reference": "3f2a9c1b", "leg": "LEFT leg"}
    return {
        "figures": (
            "compliance/overview.jinja",
            {
                "path": "/compliance",
                "funnel": drawn_funnel(funnel(STANDINGS)),
                "paragraphs": [
                    {
                        "words": headed(number),
                        "number": paragraph_words(number),
                        "summary": GUIDANCE[number].summary,
                        "href": ASKED.address(f"/compliance/{number}"),
                    }
                    | {"lines": measure_lines((each for each in counted if each.measure.paragraph == number), ASKED)}
                    for number in ("1.2", "3.3", "3.6")
                ],
                "downloads": [{"href": "/compliance/csv/codebook", "text": "What the codes mean"}],
            }
            | ASKED.on_page(),
        ),
        "figures-wrong": ("compliance/wrong.jinja", {"path": "/compliance"} | WRONG.on_page()),
        "figures-paragraph": (
            "compliance/paragraph.jinja",
            {
                "path": "/compliance/3.3",
                "summary": GUIDANCE["3.3"].summary,
                "about": "What can go wrong",
                "lines": measure_lines(counted[-12:], ASKED),
                "tables": course_tables(group_breakdowns(GROUPS)) + device_tables(devices[:2]),
                "chart": drawn_chart(t_chart(EVENTS), percent=False),
                "sums": [{"name": "Devices used", "whole": "30", "each": "1.2"}],
                "all_figures": "/compliance",
                "fewest": FEWEST,
                "below": 5,
            }
            | ASKED.on_page(),
        ),
        "figures-cases": (
            "compliance/cases.jinja",
            {
                "path": "/compliance/measures/registered",
                "said": "no",
                "about": "What it counts",
                "paragraph": {"href": "/compliance/1.3", "text": "1.3"},
                "choices": [(each, each.title(), cases_address(ASKED, "registered", each)) for each in ("yes", "no")],
                "cases": [case | {"on": "3 March 2026"}] * 3,
                "onward": "/compliance/measures/registered?after=x",
                "first": "",
                "chart": drawn_chart(p_chart(MONTHS), percent=True),
                "fewest": FEWEST,
            }
            | ASKED.on_page(),
        ),
    }
