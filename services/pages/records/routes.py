"""The pages of every record a desk takes, made from the table of stages: GET and POST for each page of each form."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.entering import kinds_of
from services.identity import Acting
from services.pages.records.filling import Filling, in_the_trust, sent
from services.pages.records.paper import CHECK, Paper, identity_paper, paper_of, referral_paper
from services.pages.records.scene import Scene, entrance_of, let_in, scene_of
from services.pages.records.show import away_page
from services.pages.records.turning import drawn, turned
from services.sessions import needs_recent_authentication, page_actor
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.stage import Kind
from shared.wiring.postgres import is_outage

MAIL_SYSTEM_ONLY = frozenset({"governance_notice_delivered", "governance_notice_bounced"})
# Signatures, and who the patient is: the issuer has to have seen the person lately.
PROVEN = frozenset({Consent.kind, MdtSignOff.kind, IdentityCorrected.kind})

Page = Callable[..., Awaitable[Response]]


@cache
def records_pages(desk: str) -> APIRouter:
    """The form of each record of this desk; on the referral desk also those that say who the patient is.

    Made once in a process: FastAPI takes some milliseconds to look at a route, and a desk has up to fifty.
    """
    router = APIRouter(include_in_schema=False)
    papers = [paper_of(kind) for kind in kinds_of(desk) if kind.name not in MAIL_SYSTEM_ONLY]
    papers += [identity_paper()] if desk == "referral" else []
    for paper in papers:
        _add(router, f"/pathways/{{pathway_id}}/{paper.kind.name}", paper)
    if desk == "referral":
        _add(router, "/referrals/new", referral_paper())
    return router


def _add(router: APIRouter, base: str, paper: Paper) -> None:
    router.add_api_route(base, _drawing(paper), methods=["GET"])
    router.add_api_route(f"{base}/{{slug}}", _drawing(paper), methods=["GET"])
    router.add_api_route(f"{base}/{{slug}}", _sending(paper), methods=["POST"])


def _drawing(paper: Paper) -> Page:
    async def draw(
        request: Request, acting: Annotated[Acting, Depends(_writer(paper.kind))], slug: str | None = None
    ) -> Response:
        filling = Filling(request, acting, paper, request.path_params.get("pathway_id"))
        scene = await _scene(filling)
        return await drawn(await in_the_trust(filling), scene, slug)

    return draw


def _sending(paper: Paper) -> Page:
    async def send(request: Request, acting: Annotated[Acting, Depends(_writer(paper.kind))], slug: str) -> Response:
        if slug == CHECK and paper.kind.name in PROVEN:
            await needs_recent_authentication(keeps=paper.kind.name)(request)
        filling = Filling(request, acting, paper, request.path_params.get("pathway_id"))
        given = await sent(filling)
        try:
            scene = await _scene(filling)
            return await turned(await in_the_trust(filling), scene, slug, given)
        except Exception as error:
            if not is_outage(error):
                raise
            return away_page(filling, given.sheet, given.besides)

    return send


def _writer(kind: Kind) -> Callable[[Request], Awaitable[Acting]]:
    return page_actor(kind.roles, keeps=kind.name)


async def _scene(filling: Filling) -> Scene | None:
    """The pathway of this form. A withdrawal asks nobody why they open the record: it is told to anyone (R-CON-5)."""
    if filling.pathway_id is None:
        return None
    find = entrance_of if filling.paper.kind.record is ConsentWithdrawn else let_in
    entrance = await find(filling.request, filling.acting, filling.pathway_id)
    return await scene_of(filling.request, filling.acting, filling.pathway_id, entrance)
