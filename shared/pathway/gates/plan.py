"""The gates about the plan: MDT offer, thrombolytic drug, filter (G4, G8, G9; IPG651 3.8, 2.4, 2.5)."""

from shared.pathway.anatomy import Side
from shared.pathway.bleeding_risk_rules import lysis_contraindicated
from shared.pathway.choices import LysisMode
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.gates.patient import lysis_wanted
from shared.pathway.mdt_review import Plan
from shared.pathway.procedure import ProcedureStart, current, procedures


def offered(look: Look) -> Reasons:
    """G4: an MDT offer of full quorum, unexpired, for this leg and this plan."""
    offer, start = look.offer, look.start
    if offer is None:
        yield "", "There is no MDT offer in force"
        return
    if start is None:
        return
    limb = offer.offer(start.side)
    if limb is None or limb.plan is None:
        yield "side", f"The MDT made no offer for the {start.side.upper()} leg"
    elif _used(look, start.side, offer.seq):
        yield "side", f"The {start.side.upper()} leg was treated under this offer: a re-do needs a new one"
    else:
        yield from _as_planned(look, limb.plan, start)


def _used(look: Look, side: Side, offer: int) -> bool:
    """Whether another procedure on this leg was started since the offer was made (R-PRO-7)."""
    pathway = look.moment.pathway
    waiting = current(pathway)
    return any(each.side == side and each.start.seq > offer for each in procedures(pathway) if each is not waiting)


def _as_planned(look: Look, plan: Plan, start: ProcedureStart) -> Reasons:
    if start.lysis_mode not in {plan.lysis_mode, LysisMode.NONE}:
        yield "lysis_mode", "The MDT planned thrombolysis differently"
    if start.filter_planned and not plan.filter_planned:
        yield "filter_planned", "The MDT did not plan a filter"
    if start.stent_planned and not plan.stent_if_lesion:
        yield "stent_planned", "The MDT did not plan a stent"
    if start.access_vein != plan.access_vein:
        yield "access_vein", "The MDT planned another access vein"
    yield from _devices_as_planned(look, plan, start)


def _devices_as_planned(look: Look, plan: Plan, start: ProcedureStart) -> Reasons:
    scanned = {each.role for each in start.devices}
    if ("filter" in scanned and not start.filter_planned) or ("stent" in scanned and not start.stent_planned):
        yield "devices", "A filter or stent was scanned that is not planned on this form"
    known = [look.moment.facts.devices.get(each.udi_di) for each in start.devices if each.role == "thrombectomy"]
    if not known:
        yield "devices", "Scan the thrombectomy device"
    if any(device is not None and device.mechanism != plan.device_class for device in known):
        yield "devices", "The MDT planned another kind of device"


def lysis_safe(look: Look) -> Reasons:
    """G8, never overridable: no thrombolytic drug while one is contraindicated or that is not known (hazard H-08).

    It blocks the drug alone: thrombectomy without it stays open.
    """
    if lysis_wanted(look) and (why := lysis_contraindicated(look.moment)):
        words = f"No thrombolytic drug: {', '.join(why)}. Thrombectomy alone stays possible"
        yield "lysis_mode", words


def filter_indicated(look: Look) -> Reasons:
    """G9: a filter has a written reason before it is put in; its plan is asked for at sign-out (R-FIL-1)."""
    start = look.start
    if start is None:
        wanted = any(plan.filter_planned and plan.filter_indication is None for plan in look.plans)
    else:
        written = any(plan.filter_indication is not None for plan in look.plans)
        wanted = start.filter_planned and start.filter_indication is None and not written
    if wanted:
        yield "filter_indication", "A planned filter needs its indication"
