"""The gates about patient and leg: identity, class, pregnancy, blood (G1, G2, G11, G12; IPG651 1.1, 2.1, 2.3)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway import laboratory_rules, pregnancy
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.classification import agreed, committed, recommended
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.laboratory import Bloods
from shared.pathway.referral import sides

SPOKEN_OF = frozenset({ArrangementClass.SPECIAL_ARRANGEMENTS, ArrangementClass.RESEARCH_ONLY})
"""The classes that IPG651 1.1 has an arrangement for."""


def identity(look: Look) -> Reasons:
    """G1: verified identity, and two identifiers checked with the patient; a temporary one only in an emergency."""
    known = look.moment.facts.identity
    if known != "verified" and not (look.emergency and known in {"temporary", "unverified"}):
        yield "", "The patient's identity is not verified"
    if look.start is None:
        yield "sign_in.identifiers_checked", "Two identifiers are checked at sign in"
    elif len(look.start.sign_in.identifiers_checked) < 2:  # noqa: PLR2004 -- clinical.md G1: two identifiers
        yield "sign_in.identifiers_checked", "Check two identifiers with the patient"


def classified(look: Look) -> Reasons:
    """G2: the class is committed, about the newest imaging, and one that IPG651 speaks about."""
    moment = look.moment
    if committed(moment) is None:
        yield "", "The classification is not committed for the newest imaging"
        return
    for side in look.legs:
        if side not in sides(moment.pathway):
            yield "side", f"The {side.upper()} leg was not referred"
        elif side not in agreed(moment):
            yield "side", f"A clinician disagreed with the class of the {side.upper()} leg"
        elif (found := recommended(moment, side).cls) not in SPOKEN_OF:
            yield "side", f"The {side.upper()} leg is classified {found.replace('_', ' ')}"


def not_pregnant(look: Look) -> Reasons:
    """G11: pregnancy is excluded, or need not be asked about; somebody in the room has checked it."""
    moment = look.moment
    found = pregnancy.status(moment)
    if found in pregnancy.POSITIVE:
        yield "", "The patient is pregnant, or may be"
    elif pregnancy.must_be_asked(moment) and not pregnancy.excluded(moment):
        yield "", "Nobody knows whether the patient is pregnant"
    if look.start is not None and look.start.sign_in.pregnancy_checked != Answer.YES:
        yield "sign_in.pregnancy_checked", "Check the pregnancy status before you start"


def bloods(look: Look) -> Reasons:
    """G12: blood taken within the hours before the start; fibrinogen too where a thrombolytic drug is planned."""
    hours = look.moment.policy.bloods_max_age_hours
    since = look.moment.now - timedelta(hours=hours)
    every = (each.bloods for each in laboratory_rules.collections(look.moment))
    recent = [each for each in every if since <= each.collected_at <= look.moment.now]
    if lacking := tuple(_lacking(recent, lysis=lysis_wanted(look))):
        yield "", f"No result of the last {hours} hours for: {', '.join(lacking)}"
    if look.start is not None and look.start.sign_in.renal_function_checked != Answer.YES:
        yield "sign_in.renal_function_checked", "Check renal function before you start"


def _lacking(recent: list[Bloods], *, lysis: bool) -> Iterator[str]:
    if all(each.hb is None for each in recent):
        yield "haemoglobin"
    if all(each.platelets is None for each in recent):
        yield "platelets"
    if all(each.creatinine is None and each.egfr_ml_min is None for each in recent):
        yield "creatinine or eGFR"
    if all(each.inr is None for each in recent):
        yield "INR"
    if lysis and all(each.fibrinogen is None for each in recent):
        yield "fibrinogen"


def lysis_wanted(look: Look) -> bool:
    """Whether a thrombolytic drug is part of what is about to be done; before the form, of what is planned."""
    if look.start is not None:
        return look.start.lysis_mode != LysisMode.NONE
    return any(plan.lysis_mode != LysisMode.NONE for plan in look.plans)
