"""GET /compliance/csv/measures and /compliance/csv/codebook: figures to take away, small numbers hidden, and their key.

What leaves the page is not looked into by anybody any more, so nothing small is in it (clinical.md 2.13). Shares are
left to the reader: yes / (yes + no). Column names and codes stay the same from version to version.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter, Request, Response

from services.pages.compliance.asking import Chosen, Reader, asked_again
from services.pages.compliance.breakdowns import AFTERWARDS, device_breakdowns, group_breakdowns
from services.sessions import reception_of
from services.sessions.reception import POLICY
from services.wiring import answering_in_time
from shared.compliance.figures import Breakdown, Figure, figures
from shared.compliance.measures import MEASURES
from shared.compliance.suppression import hidden_line
from shared.web.pages.words import spoken
from shared.web.problems import unknown

EDITION = "patency-compliance-1"
HIDDEN = "hidden"
COLUMNS = ("edition", "from", "to", "table", "row", "column", "count")
KEY = ("kind", "code", "paragraph", "target", "exception", "title", "meaning")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""

router = APIRouter()
Line = tuple[str, str, str, str]


@router.get("/compliance/csv/{contents}")
async def download(request: Request, acting: Reader, asked: Chosen, contents: str) -> Response:
    """The figures of the period, or the codebook that explains every code in them. 404 for any other name."""
    if contents == "codebook":
        return _file(f"{EDITION}-codebook.csv", KEY, codebook())
    if contents != "measures":
        raise unknown()
    if asked.error:
        return asked_again(request, asked, spoken()("compliance.csv_measures"))
    compliance, who = reception_of(request).compliance, (acting.trust, acting.signature, asked.period)
    async with answering_in_time():
        standings = await compliance.standings(*who)
        groups = group_breakdowns(await compliance.groups(*who))
        devices = device_breakdowns(await compliance.by_device(*who))
    found = (*_measures(figures(standings).values()), *_tables("by_group", groups), *_tables("by_device", devices))
    rows = [(EDITION, asked.since, asked.until, *each) for each in found]
    return _file(f"{EDITION}-{acting.trust}-{asked.since}-{asked.until}.csv", COLUMNS, rows)


def _measures(found: Iterable[Figure]) -> Iterator[Line]:
    """Each measure but those told by device: their sums stand in that table, hidden together with it."""
    for each in found:
        if each.measure.id not in AFTERWARDS:
            shown = hidden_line((each.yes, each.no, each.open), POLICY.small_numbers_below)
            for column, count in zip(("yes", "no", "open"), shown, strict=False):
                yield "measure", each.measure.id, column, _written(count)


def _tables(family: str, found: Iterable[Breakdown]) -> Iterator[Line]:
    for each in found:
        for row, line in zip(each.rows, each.shown, strict=True):
            for column, count in zip(each.columns, line, strict=True):
                yield f"{family}.{each.name}", row, column, _written(count)


def _written(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def codebook() -> Iterator[Sequence[str]]:
    """Every code of the download, in words, made from the measures themselves."""
    say = spoken()
    for each in MEASURES:
        words = (say(f"measure.{each.id}"), say(f"measure_about.{each.id}"))
        yield ("measure", each.id, each.paragraph, each.target, each.exception, *words)
    for kind, table in (("column", "answer"), ("column", "course"), ("row", "group")):
        for key in sorted(key for key in say.every_key() if key.startswith(f"{table}.")):
            yield kind, key.removeprefix(f"{table}."), "", "", "", say(key), ""
    yield "count", HIDDEN, "", "", "", say("compliance.hidden_words", below=POLICY.small_numbers_below), ""


def _file(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
