"""From a start that was refused straight to breaking its gates, and back, with everything typed still there (3.5).

A limb under threat cannot wait for pages: the gates are ticked already, the leg is named, the cursor is in the reason.
"""

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from services.pages.records.filling import Filling
from services.pages.records.paper import paper_of
from services.pages.records.scene import Scene
from services.pages.records.sides import FIELD
from shared.pathway.anatomy import Side
from shared.pathway.break_glass import Breakable, BreakGlass
from shared.pathway.consent_rules import refused, withdrawn
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Part
from shared.pathway.refusal import Refusal
from shared.pathway.roles import CONSULTANTS, MAIL, SYSTEM
from shared.pathway.stages import KINDS
from shared.web.forms.raw import EMPTY, RawForm

NEVER = frozenset({"G8", "G10", "G13"})
"""What no emergency passes (clinical.md 5.1): another leg, an unsound device, a contraindicated drug."""


def focus(kind: str, raw: RawForm) -> str:
    """The question in which the cursor stands: the reason, once leg and gates are there; else the page begins above."""
    begun = raw.answer("side") and raw.every("gates") and not raw.answer("reason")
    return "reason" if kind == BreakGlass.kind and begun else ""


def way_to_break(filling: Filling, scene: Scene | None, parts: Iterable[Part], refusals: Iterable[Refusal]) -> str:
    """The address that breaks what stands in the way of this start.

    "" when nothing of it can be broken, by this person, or against the patient's word; and while something stands in
    the way that must never be broken, for that is a reason to stop and not to hurry.
    """
    refusals = tuple(refusals)
    if scene is None or withdrawn(scene.moment) or refused(scene.moment) or NEVER & {each.rule for each in refusals}:
        return ""
    start = next((each for each in parts if isinstance(each, ProcedureStart)), None)
    gates = sorted(
        {each.rule for each in refusals} & {each.value for each in Breakable}, key=lambda gate: int(gate[1:])
    )
    if start is None or not gates or filling.acting.post.role not in CONSULTANTS:
        return ""
    asked = urlencode({"side": start.side.value, "gates": ",".join(gates)})
    return f"/pathways/{filling.pathway_id}/{BreakGlass.kind}?{asked}"


def asked_to_break(filling: Filling) -> RawForm:
    """The leg and the gates that the address names; of another kind of record, or without any, nothing."""
    if filling.paper.kind.name != BreakGlass.kind:
        return EMPTY
    asked = filling.request.query_params
    gates = tuple(each for each in asked.get("gates", "").split(",") if each in {gate.value for gate in Breakable})
    side = asked.get("side", "")
    found = {"gates": gates, "side": (side,) if side in {each.value for each in Side} else ()}
    return RawForm({name: texts for name, texts in found.items() if texts})


async def back_to_the_start(filling: Filling) -> str:
    """Where the person goes on after breaking gates: the check of the start they had typed, "" when there is none.

    The cursor is at the leg, which is said once more: the answers above it were checked before the gates were broken.
    """
    if filling.paper.kind.name != BreakGlass.kind:
        return ""
    start = replace(filling, paper=paper_of(KINDS[ProcedureStart.kind]))
    return f"{start.check}#{FIELD}" if await start.draft() is not None else ""


def nothing_new(filling: Filling, scene: Scene, version: int) -> bool:
    """Whether the writer knows everything that was entered after this version.

    They broke the gates themselves, and what the system sends or times on its own overtakes nobody's answers.
    The rules look at all of it anyway.
    """
    since = [each for each in scene.moment.pathway.entries if each.seq > version]
    person = filling.acting.person
    own = [each for each in since if each.kind == BreakGlass.kind and each.by.person == person]
    return bool(since) and all(each in own or each.by.role in SYSTEM | MAIL for each in since)
