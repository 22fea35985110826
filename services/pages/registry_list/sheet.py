"""GET /registry/.../sheet/...: the dataset of one procedure, line by line, for typing into an outside registry by hand.

Exactly the fields of the dataset, in their order, by their codes. Looking at it is audited (IPG651 1.3).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.records.scene import urgency_of, window_of
from services.pages.registry_list.listing import PAGE, reference
from services.sessions import page_actor, reception_of
from services.wiring import PathwayId, answering_in_time, wired
from shared.pathway import registry_dataset, registry_entry
from shared.pathway.procedure import procedure_id
from shared.pathway.question import Moment
from shared.pathway.referral import sides
from shared.pathway.registry_columns import COLUMNS, Line
from shared.pathway.registry_table import Column, neutral
from shared.pathway.roles import CLERK
from shared.web import answers
from shared.web.pages.environment import render
from shared.web.pages.shown.banner import Banner, pathway_banner
from shared.web.pages.words import spoken
from shared.web.problems import unknown

SHEET = "registry_sheet"
HEADINGS = ("registry_sheet.number", "registry_sheet.field", "registry_sheet.value", "registry_sheet.done")

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the dataset. `value` is "" where nothing is to be typed."""

    place: int
    name: str
    meaning: str
    value: str


Clerk = Annotated[Acting, Depends(page_actor(CLERK))]


def line_of(moment: Moment, procedure: str) -> Line:
    """The dataset of a procedure that has ended, as it would be submitted now."""
    version = registry_entry.dataset_version(moment, procedure)
    return Line(procedure, version, moment.pathway.trust, registry_dataset.dataset(moment, procedure))


@router.get(f"{PAGE}/{{pathway_id}}/sheet/{{number}}")
async def show(request: Request, acting: Clerk, pathway_id: PathwayId, number: int) -> Response:
    """Raises 404 for what this trust does not have, and for a procedure that has not ended."""
    async with answering_in_time():
        moment = await wired(request).ledger.read(acting.trust, pathway_id, acting.signature)
        procedure = _ended(moment, number)
        if moment is None or procedure is None:
            raise unknown()
        line = line_of(moment, procedure)
        edition = f"{registry_dataset.DATASET} v{line.version}"
        await reception_of(request).registry.note_taken_out(acting.trust, acting.signature, SHEET, procedure, edition)
    say, rows = spoken(), _rows(line)
    return render(
        request,
        "registry/sheet.jinja",
        title=say("registry_sheet.title"),
        banner=_banner(moment),
        reference=reference(procedure),
        edition=edition,
        headings=[say(each) for each in HEADINGS],
        rows=[each for each in rows if each.value],
        empty=[each for each in rows if not each.value],
        form=f"/pathways/{pathway_id}/registry_manual_entry",
        back=PAGE,
        wide=True,
    )


def _banner(moment: Moment) -> Banner:
    """Whose leg, without who it is: a number typed under the wrong procedure is a wrong entry."""
    shown = answers.pathway(moment)
    legs = sides(moment.pathway)
    window = window_of(moment, shown)
    return pathway_banner(pathway_id=moment.pathway.id, sides=legs, urgency=urgency_of(moment, shown), window=window)


def _ended(moment: Moment | None, number: int) -> str | None:
    if moment is None:
        return None
    procedure = procedure_id(moment.pathway, number)
    known = {name for name, _entry in registry_entry.procedures(moment)}
    return procedure if procedure in known and registry_entry.ended(moment, procedure) else None


def _rows(line: Line) -> list[Field]:
    """Every field, counted in the order of the dataset, also those that are left empty."""
    return [
        Field(place, each.name, f"{each.meaning} ({each.unit})" if each.unit else each.meaning, _value(each, line))
        for place, each in enumerate(COLUMNS, start=1)
    ]


def _value(column: Column[Line], line: Line) -> str:
    return neutral(column.read(line))
