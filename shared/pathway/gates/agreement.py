"""The gate about the patient's own decision (G7; IPG651 1.2). Nothing breaks a no."""

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.civil_time import civil
from shared.pathway.consent import TREATMENTS, Consent, ConsentLine
from shared.pathway.consent_rules import confirmed_today, covers, refused, standing, withdrawn
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.procedure import ProcedureStart
from shared.pathway.question import Moment


def said_no(moment: Moment) -> bool:
    """Whether the patient withdrew or refused: never overridable (5.1)."""
    return withdrawn(moment) or refused(moment)


def consented(look: Look) -> Reasons:
    """G7: consent stands, for this leg and its adjuncts, was confirmed on the day, and has been seen in the room."""
    moment = look.moment
    if withdrawn(moment):
        yield "", "The patient has withdrawn consent"
        return
    taken = standing(moment)
    if taken is None:
        yield "", "The patient refused" if refused(moment) else "There is no current consent to this plan"
        return
    for side in look.legs:
        if side not in taken.sides:
            yield "side", f"Consent was not taken for the {side.upper()} leg"
        elif not look.emergency and not _asked_today(moment, taken, side):
            words = f"Ask the patient again today whether to treat the {side.upper()} leg"
            yield "sign_in.consent_seen", words
    if look.start is not None:
        yield from _adjuncts(taken, look.start)
        if look.start.sign_in.consent_seen != Answer.YES:
            yield "sign_in.consent_seen", "See the signed consent before you start"


def _asked_today(moment: Moment, taken: Consent, side: Side) -> bool:
    """Whether the patient was asked on the day (R-CON-3). [D] A consent signed today is an answer of today."""
    return civil(taken.signed_at) == civil(moment.now) or confirmed_today(moment, side)


def _adjuncts(taken: Consent, start: ProcedureStart) -> Reasons:
    wanted = {
        "lysis_mode": (ConsentLine.THROMBOLYSIS, start.lysis_mode != LysisMode.NONE),
        "filter_planned": (ConsentLine.IVC_FILTER, start.filter_planned),
        "stent_planned": (ConsentLine.ANGIOPLASTY_STENT, start.stent_planned),
    }
    for field, (line, planned) in wanted.items():
        if planned and not covers(taken, line):
            yield field, f"The patient did not agree to: {TREATMENTS[line]}"
