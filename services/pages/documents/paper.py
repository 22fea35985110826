"""GET /pathways/{id}/paper: writing up what was written on paper, first the ordinary form, then that it was paper."""

from fastapi import APIRouter, Request, Response

from services.identity import Acting
from services.pages.documents.making import Clinician, scene_for
from services.pages.records.scene import Scene
from services.wiring import wired
from shared.documents.sheets import kinds_on_paper
from shared.pathway.back_entry import BackEntered
from shared.pathway.people import PATENCY
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS
from shared.web.pages.environment import render
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken

router = APIRouter(include_in_schema=False)


@router.get("/pathways/{pathway_id}/paper")
async def show(request: Request, writer: Clinician, pathway_id: str) -> Response:
    """The sheets this role may write up, each with its form, and what is already marked as first written on paper."""
    scene = await scene_for(request, writer, pathway_id)
    desks = {each.name: each.url for each in wired(request).desks}
    kind = KINDS.get(BackEntered.kind)
    return render(
        request,
        "documents/paper.jinja",
        title=spoken()("paper.title"),
        banner=scene.banner,
        case=f"/pathways/{pathway_id}",
        forms=_forms(writer, pathway_id, desks),
        back=f"{desks[kind.desk]}/pathways/{pathway_id}/{kind.name}" if kind else "",
        mine=_mine(scene, writer),
        marked=_marked(scene),
    )


def _forms(writer: Acting, pathway_id: str, desks: dict[str, str]) -> list[dict[str, str]]:
    """A referral opens a pathway, so it is written up where pathways begin."""
    return [
        {"text": spoken()(f"form.{each.name}"), "href": f"{desks[each.desk]}/pathways/{pathway_id}/{each.name}"}
        for each in kinds_on_paper(KINDS.values())
        if writer.post.role in each.roles and each.record is not Referral
    ]


def _mine(scene: Scene, writer: Acting) -> list[str]:
    """This writer's own entries, newest first, to take the number from."""
    say, entries = spoken(), reversed(scene.moment.pathway.entries)
    own = (each for each in entries if each.by.person == writer.person and each.by != PATENCY)
    return [
        say("paper.entry", seq=each.seq, what=say(f"record.{each.kind}"), at=instant_words(each.at))
        for each in own
        if not isinstance(each.record, BackEntered)
    ]


def _marked(scene: Scene) -> list[str]:
    say = spoken()
    return [
        say(
            "paper.marked",
            seq=each.record.entry,
            sheet=each.record.sheet,
            person=each.record.written_by,
            at=instant_words(each.record.written_at),
        )
        for each in scene.moment.pathway.every(BackEntered)
        if isinstance(each.record, BackEntered)
    ]
