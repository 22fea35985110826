"""A record handed in from a page: entered once under the key of its form, and every answer of the ledger as a page."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from fastapi import Response

from services.entering import Outcome, alongside, note
from services.pages.records.breaking import back_to_the_start, nothing_new, way_to_break
from services.pages.records.conflict import conflict_page, whom
from services.pages.records.filling import Filling, Sheet, new_key
from services.pages.records.scene import Scene, scene_of
from services.pages.records.show import around, check_page, leaf_page
from services.sessions import reception_of, see_other
from services.wiring import answering_in_time, wired
from shared.ledger import Absent, Act, Kept, KeyReused, NotAllowed, Opening, PatientIdentity, Refused, Stale
from shared.pathway.record import Part, Record
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal
from shared.web import answers
from shared.web.forms.problems import ErrorItem
from shared.web.pages.environment import render
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.words import spoken
from shared.web.problems import forbidden, unknown
from shared.wiring import telemetry


async def hand_in(filling: Filling, scene: Scene | None, sheet: Sheet, parts: Sequence[Part]) -> Response:
    """Enters what was checked. `parts` are the paper's, in order."""
    async with answering_in_time():
        outcome = await _entered(filling, sheet, parts)
    pathway_id = outcome.pathway_id if isinstance(outcome, Kept) else filling.pathway_id or ""
    note(outcome, filling.acting, filling.paper.kind.name, pathway_id)
    match outcome:
        case Kept():
            if outcome.replayed:  # nothing was written now, and so no draft was dropped that came since
                await filling.drop()
            onward = await back_to_the_start(filling)
            return see_other(onward or f"{filling.front_door}/pathways/{outcome.pathway_id}?kept={outcome.version}")
        case Refused():
            return _refused(filling, scene, sheet, parts, outcome.refusals)
        case Stale():
            return await _overtaken(filling, scene, sheet, parts)
        case KeyReused():
            return _key_reused(filling, scene, sheet)
        case NotAllowed():
            raise forbidden(spoken()("wrong.directory"))
        case Absent():
            raise unknown()


async def _entered(filling: Filling, sheet: Sheet, parts: Sequence[Part]) -> Outcome:
    ledger, acting = wired(filling.request).ledger, filling.acting
    body, traceparent = _digest(filling, parts), telemetry.traceparent()
    if filling.pathway_id is None:
        return await ledger.open_pathway(_opening(filling, sheet, parts, body, traceparent))
    (record,) = (each for each in parts if isinstance(each, Record))
    patient = next((each for each in parts if isinstance(each, PatientIdentity)), None)
    expected = None if filling.paper.kind.any_version else sheet.version
    act = Act(
        trust=acting.trust,
        pathway_id=filling.pathway_id,
        record=record,
        by=acting.signature,
        key=sheet.key,
        body_hash=body,
        expected_version=expected,
        traceparent=traceparent,
        alongside=alongside(record, patient),
        from_form=True,
    )
    return await ledger.enter(act)


def _opening(filling: Filling, sheet: Sheet, parts: Sequence[Part], body: bytes, traceparent: str | None) -> Opening:
    (patient,) = (each for each in parts if isinstance(each, PatientIdentity))
    (referral,) = (each for each in parts if isinstance(each, Referral))
    return Opening(
        trust=filling.acting.trust,
        patient=patient,
        referral=referral,
        by=filling.acting.signature,
        key=sheet.key,
        body_hash=body,
        traceparent=traceparent,
        from_form=True,
    )


def _digest(filling: Filling, parts: Sequence[Part]) -> bytes:
    """What the key of a form stands for: these answers, handed in at this address."""
    said = [answers.written(each) for each in parts]
    return hashlib.sha256(filling.address.encode() + b"\n" + json.dumps(said, sort_keys=True).encode()).digest()


def _refused(
    filling: Filling, scene: Scene | None, sheet: Sheet, parts: Sequence[Part], refusals: tuple[Refusal, ...]
) -> Response:
    """409 with every reason, each with its paragraph, where the question is."""
    paper, told = filling.paper, [_with_paragraph(each) for each in refusals]
    if len(paper.leaves) == 1:
        wrong = paper.refused_here(told, sheet.raw)
        return leaf_page(filling, scene, paper.leaves[0], sheet, wrong, status=409)
    items: tuple[ErrorItem, ...] = paper.refused(told, sheet.raw, filling.address)
    way = way_to_break(filling, scene, parts, refusals)
    return check_page(filling, scene, sheet, parts, errors=items, breaking=way, status=409)


def _with_paragraph(refusal: Refusal) -> Refusal:
    where = paragraph_words(refusal.paragraph)
    return replace(refusal, words=spoken()("wrong.with_paragraph", words=refusal.words, paragraph=where))


async def _overtaken(filling: Filling, scene: Scene | None, sheet: Sheet, parts: Sequence[Part]) -> Response:
    """The pathway as it stands now, which may be newer than the page's own look at it; entered when nothing is new."""
    if scene is None or filling.pathway_id is None:
        raise unknown()
    now = await scene_of(filling.request, filling.acting, filling.pathway_id, scene.entrance)
    if nothing_new(filling, now, sheet.version):
        return await hand_in(filling, now, replace(sheet, version=now.version), parts)
    async with answering_in_time():
        since = [each for each in now.moment.pathway.entries if each.seq > sheet.version]
        names = await reception_of(filling.request).names.of(filling.acting.trust, whom(since))
    return conflict_page(filling, now, sheet, names)


def _key_reused(filling: Filling, scene: Scene | None, sheet: Sheet) -> Response:
    """422: this very form was handed in before with other answers. The answers stay; the way on is a new form."""
    return render(
        filling.request,
        "records/key_reused.jinja",
        status=422,
        title=spoken()("key_reused.heading"),
        sheet=replace(sheet, key=new_key()),
        **around(filling, scene, sheet),
    )
