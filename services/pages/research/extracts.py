"""POST /research/data-set: what a study may know of its participants, without saying who they are (clinical.md 2.13).

Each pathway is read, and audited, as if opened alone; what leaves is written down before it does. IPG651 1.1, 1.4.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from services.identity import Acting
from services.pages.registry_list.taking_out import as_file
from services.pages.research.register import PAGE, page
from services.sessions import page_actor, reception_of
from services.wiring import wired
from shared.pathway.roles import GOVERNANCE, RESEARCH
from shared.research.columns import EDITION
from shared.research.enrolled import takes_part
from shared.research.participant import Participant, participants
from shared.research.pseudonyms import Pseudonyms
from shared.research.release import TooFewError, explained, released

router = APIRouter()
Lead = Annotated[Acting, Depends(page_actor(RESEARCH))]
Reader = Annotated[Acting, Depends(page_actor(RESEARCH | GOVERNANCE))]
Typed = Annotated[str, Form()]


@router.post(f"{PAGE}/data-set")
async def extract(request: Request, acting: Lead, study_id: Typed = "") -> Response:
    """The CSV; or the register with the reason why there is none."""
    book = reception_of(request).research
    studies, _left = await book.stand(acting.trust)
    if study_id not in {each.study_id for each in studies if each.approved_by}:
        return await page(request, acting, wrong="research.no_such_study")
    pseudonyms = book.pseudonyms(study_id)
    if pseudonyms is None:
        return await page(request, acting, wrong="research.no_key")
    found = [each async for each in _participants(request, acting, study_id, pseudonyms)]
    try:
        left = released(found, study_id)
    except TooFewError:
        return await page(request, acting, wrong="research.too_few")
    digest = hashlib.sha256(left.text.encode()).hexdigest()
    await book.note_left(acting.trust, acting.signature, study_id, left, sha256=digest, mark=pseudonyms.mark)
    return as_file(left.text, left.name)


@router.get(f"{PAGE}/codebook.csv")
async def codebook(acting: Reader) -> Response:
    """What each column means, its unit, its codes, and the paragraph it serves."""
    del acting
    return as_file(explained(), f"research-codebook-{EDITION}.csv")


async def _participants(
    request: Request, acting: Acting, study_id: str, pseudonyms: Pseudonyms
) -> AsyncIterator[Participant]:
    for pathway in await reception_of(request).research.enrolled(acting.trust, study_id):
        moment = await wired(request).ledger.read(acting.trust, pathway, acting.signature)
        if moment is not None and takes_part(moment, study_id):
            for each in participants(moment, pseudonyms.of(pathway)):
                yield each
