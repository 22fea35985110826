"""The registry entries of a trust as CSV, and the codebook of its columns (IPG651 1.3): pseudonymous, versioned.

Each procedure is read, and audited, as if its pathway had been opened alone.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.identity import Acting
from services.pages.registry_list.listing import PAGE
from services.pages.registry_list.sheet import line_of
from services.sessions import page_actor, reception_of
from services.wiring import wired
from shared.pathway import registry_entry
from shared.pathway.registry_columns import COLUMNS, Line
from shared.pathway.registry_dataset import DATASET
from shared.pathway.registry_table import codebook, written
from shared.pathway.roles import CLERK

EXPORT = "registry_export"

router = APIRouter()
Clerk = Annotated[Acting, Depends(page_actor(CLERK))]


@router.get(f"{PAGE}/entries.csv")
async def entries(request: Request, acting: Clerk) -> Response:
    """Every procedure that has ended, accepted or not, one line each."""
    lines = await _ended(request, acting)
    text = written(COLUMNS, lines)
    digest = hashlib.sha256(text.encode()).hexdigest()
    book = reception_of(request).registry
    await book.note_taken_out(acting.trust, acting.signature, EXPORT, DATASET, f"{len(lines)} rows", digest)
    return as_file(text, f"registry-{acting.trust}-{DATASET}.csv")


@router.get(f"{PAGE}/codebook.csv")
async def explained(acting: Clerk) -> Response:
    """What each column means, its unit, its codes, and the paragraph it serves."""
    del acting
    return as_file(codebook(COLUMNS), f"registry-codebook-{DATASET}.csv")


def as_file(text: str, name: str) -> Response:
    """A file to keep. The byte order mark tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(f"\ufeff{text}".encode(), media_type="text/csv; charset=utf-8", headers=headers)


async def _ended(request: Request, acting: Acting) -> list[Line]:
    begun = await reception_of(request).registry.begun(acting.trust)
    found = []
    for pathway in sorted({each.pathway_id for each in begun}):
        moment = await wired(request).ledger.read(acting.trust, pathway, acting.signature)
        for procedure, _entry in registry_entry.procedures(moment) if moment else ():
            if moment is not None and registry_entry.ended(moment, procedure):
                found.append(line_of(moment, procedure))
    return found
