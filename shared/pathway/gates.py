"""The gates to start a procedure (clinical.md 5.1), all decided at once on one version of the pathway (R-PRO-1).

G8, G9, G11, G12, G14 and break-glass are not part of this release; an emergency changes G5 alone (R-GOV-2).
"""

from collections.abc import Callable, Iterator

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, LysisMode, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.classification import agreed, committed, recommended
from shared.pathway.consent import Consent, ConsentLine, LineStatus, ResearchEnrolment
from shared.pathway.consent_rules import missing_lines, refused, standing, withdrawn
from shared.pathway.duties import Gate
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.governance_notice import informed
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.mdt_review import Plan
from shared.pathway.procedure import ProcedureStart, started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.referral import imaging_of, sides, urgency
from shared.pathway.refusal import Refusal

PARAGRAPHS = {
    "G1": "D",
    "G2": "1.1",
    "G3": "1.1",
    "G4": "3.8",
    "G5": "1.2",
    "G6": "YR3",
    "G7": "1.2",
    "G10": "D",
    "G13": "3.6",
}
"""What each gate rests on."""

Reasons = Iterator[tuple[str, str]]
"""What shuts a gate: (field of the start form, words)."""


def gates(moment: Moment, start: ProcedureStart | None) -> tuple[Gate, ...]:
    """Every gate with its state.

    Without a start form, what only a form can show is shut and says so; the legs looked at are then those
    with an offer.
    """
    found = []
    for name, check in CHECKS.items():
        reasons = tuple(check(moment, start))
        words = "; ".join(each for _field, each in reasons)
        found.append(Gate(name, _state(moment, start, name, reasons), words, PARAGRAPHS[name]))
    return tuple(found)


AT_SIGN_IN = frozenset({"G1", "G10", "G13"})
"""Gates that the start form decides: before it they are neither open nor shut, unless something else shuts them."""


def _state(moment: Moment, start: ProcedureStart | None, name: str, reasons: tuple[tuple[str, str], ...]) -> str:
    if not reasons:
        return "open"
    if name == "G5" and _emergency(moment):
        return "after"
    waits = start is None and name in AT_SIGN_IN and all(field for field, _words in reasons)
    return "at_sign_in" if waits else "shut"


def refusals(question: Question[ProcedureStart]) -> Iterator[Refusal]:
    """Every shut gate, and what no gate covers.

    Refuses: a gate that is shut, a second start while one is under way. Guidance: 1.1, 1.2, 3.8.
    """
    if under_way(question.pathway):
        yield Refusal("R-PRO-1", "", "A procedure is under way: write down its end first", "2.5")
    for name, check in CHECKS.items():
        if name == "G5" and _emergency(question.moment):
            continue
        for field, words in check(question.moment, question.record):
            yield Refusal(name, field, words, PARAGRAPHS[name])


def _emergency(moment: Moment) -> bool:
    return urgency(moment.pathway) == Urgency.EMERGENCY


def _legs(moment: Moment, start: ProcedureStart | None) -> tuple[Side, ...]:
    if start is not None:
        return (start.side,)
    offer = standing_offer(moment)
    return tuple(limb.side for limb in offer.offers) if offer else sides(moment.pathway)


def _identity(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G1: verified identity, and two identifiers checked with the patient; a temporary one only in an emergency."""
    if moment.facts.identity != "verified" and not _emergency(moment):
        yield "", "The patient's identity is not verified"
    if start is None:
        yield "sign_in.identifiers_checked", "Two identifiers are checked at sign in"
    elif len(start.sign_in.identifiers_checked) < 2:  # noqa: PLR2004 -- clinical.md G1: two identifiers
        yield "sign_in.identifiers_checked", "Check two identifiers with the patient"


def _classified(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G2: the class is committed, about the newest imaging, and one that IPG651 speaks about."""
    if committed(moment) is None:
        yield "", "The classification is not committed for the newest imaging"
        return
    for side in _legs(moment, start):
        if side not in sides(moment.pathway):
            yield "side", f"The {side} leg was not referred"
        elif side not in agreed(moment):
            yield "side", f"A clinician disagreed with the class of the {side} leg"
        elif recommended(moment, side).cls not in {
            ArrangementClass.SPECIAL_ARRANGEMENTS,
            ArrangementClass.RESEARCH_ONLY,
        }:
            yield "side", f"The {side} leg is classified {recommended(moment, side).cls.replace('_', ' ')}"


def _research(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G3: research only needs an open study, research consent and an enrolment number (R-ELI-1)."""
    legs = [side for side in _legs(moment, start) if side in sides(moment.pathway)]
    if all(recommended(moment, side).cls != ArrangementClass.RESEARCH_ONLY for side in legs):
        return
    enrolment, taken = moment.pathway.record(ResearchEnrolment), moment.pathway.record(Consent)
    if enrolment is None:
        yield "", "The patient is not enrolled in a study"
        return
    study = moment.facts.studies.get(enrolment.study_id)
    if study is None or not study.open_on_site:
        yield "", "The study is not open at this site"
    if (
        taken is None
        or taken.study_id != enrolment.study_id
        or taken.lines.get(ConsentLine.RESEARCH_PARTICIPATION) != LineStatus.GIVEN
    ):
        yield "", "There is no consent to this study"


def _offered(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G4: an MDT offer of full quorum, unexpired, for this leg and this plan."""
    offer = standing_offer(moment)
    if offer is None:
        yield "", "There is no MDT offer in force"
        return
    if start is None:
        return
    limb = offer.offer(start.side)
    if limb is None or limb.plan is None:
        yield "side", f"The MDT made no offer for the {start.side} leg"
    elif _used(moment, start.side, offer.seq):
        yield "side", f"The {start.side} leg was treated under this offer: a re-do needs a new one"
    else:
        yield from _as_planned(moment, limb.plan, start)


def _used(moment: Moment, side: Side, offer: int) -> bool:
    """Whether a procedure on this leg was started since the offer was made (R-PRO-7)."""
    return any(
        entry.seq > offer and isinstance(entry.record, ProcedureStart) and entry.record.side == side
        for entry in started(moment.pathway)
    )


def _as_planned(moment: Moment, plan: Plan, start: ProcedureStart) -> Reasons:
    if start.lysis_mode not in {plan.lysis_mode, LysisMode.NONE}:
        yield "lysis_mode", "The MDT planned thrombolysis differently"
    if start.filter_planned and not plan.filter_planned:
        yield "filter_planned", "The MDT did not plan a filter"
    if start.stent_planned and not plan.stent_if_lesion:
        yield "stent_planned", "The MDT did not plan a stent"
    if start.access_vein != plan.access_vein:
        yield "access_vein", "The MDT planned another access vein"
    scanned = {each.role for each in start.devices}
    if ("filter" in scanned and not start.filter_planned) or ("stent" in scanned and not start.stent_planned):
        yield "devices", "A filter or stent was scanned that is not planned on this form"
    known = [moment.facts.devices.get(each.udi_di) for each in start.devices if each.role == "thrombectomy"]
    if not known:
        yield "devices", "Scan the thrombectomy device"
    if any(device is not None and device.mechanism != plan.device_class for device in known):
        yield "devices", "The MDT planned another kind of device"


def _governance(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G5: a governance lead of the trust was told of this offer (R-GOV-1)."""
    del start
    if not informed(moment):
        words = "delivered to, and acknowledged by," if moment.facts.ack_required else "delivered to"
        yield "", f"No notice of this offer has been {words} a clinical governance lead"


def _authorised(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G6: the trust authorises the procedure, the device and the operators, today."""
    permit = moment.facts.authorisation
    if permit is None or permit.status != "active" or permit.review_by < civil(moment.now):
        yield "", "The trust has no authorisation for this procedure in force"
        return
    if start is None:
        return
    if strangers := sorted(set(start.operators) - permit.operators):
        yield (
            "operators",
            f"{len(strangers)} of the operators are not authorised by the trust for this procedure",
        )
    for each in start.devices:
        device = moment.facts.devices.get(each.udi_di)
        if each.role == "thrombectomy" and (device is None or device.model not in permit.device_models):
            yield "devices", "The trust has not authorised this thrombectomy device"


def _consented(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G7: consent stands, for this leg, device and adjuncts, and somebody in the room has seen it."""
    if withdrawn(moment):
        yield "", "The patient has withdrawn consent"
        return
    taken = standing(moment)
    if taken is None:
        yield "", "The patient refused" if refused(moment) else "There is no current consent to this plan"
        return
    for side in _legs(moment, start):
        if side not in taken.sides:
            yield "side", f"Consent was not taken for the {side} leg"
    if start is not None:
        yield from _consented_adjuncts(moment, taken, start)


def _consented_adjuncts(moment: Moment, taken: Consent, start: ProcedureStart) -> Reasons:
    asked_for = {
        ConsentLine.THROMBOLYSIS: ("lysis_mode", start.lysis_mode != LysisMode.NONE),
        ConsentLine.IVC_FILTER: ("filter_planned", start.filter_planned),
        ConsentLine.ANGIOPLASTY_STENT: ("stent_planned", start.stent_planned),
    }
    for line in missing_lines(moment, taken, start.side):
        field, wanted = asked_for[line]
        if wanted:
            yield field, f"The patient did not agree to: {line.replace('_', ' ')}"
    if start.sign_in.consent_seen != Answer.YES:
        yield "sign_in.consent_seen", "See the signed consent before you start"


def _sides_match(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G10, never overridable: referral, imaging report, MDT, consent and skin mark name the same leg (hazard H-01)."""
    if start is None:
        yield "side", "The five-way side match is made at sign in"
        return
    side = start.side
    study, offer, taken = (
        imaging_of(moment.pathway, side),
        standing_offer(moment),
        moment.pathway.record(Consent),
    )
    agree = {
        "referral": side in sides(moment.pathway),
        "imaging report": study is not None and study[1].side_in_report == side,
        "MDT decision": offer is not None and offer.offer(side) is not None,
        "consent": taken is not None and side in taken.sides,
        "skin mark": start.sign_in.side_marked == side,
    }
    if wrong := [name for name, right in agree.items() if not right]:
        yield "side", f"STOP. The {side} leg is not the leg named by: {', '.join(wrong)}"


def _devices_sound(moment: Moment, start: ProcedureStart | None) -> Reasons:
    """G13, never overridable: no device is recalled or out of date (R-PRO-4)."""
    if start is None:
        yield "devices", "Devices are scanned at sign in"
        return
    for place, each in enumerate(start.devices):
        device = moment.facts.devices.get(each.udi_di)
        if device is None:
            yield f"devices.{place}.udi_di", "This device is not in the trust's device register"
        elif device.recalled:
            yield f"devices.{place}.udi_di", "This device is recalled"
        if each.expires_on < civil(moment.now):
            yield f"devices.{place}.expires_on", "This device is out of date"


CHECKS: dict[str, Callable[[Moment, ProcedureStart | None], Reasons]] = {
    "G1": _identity,
    "G2": _classified,
    "G3": _research,
    "G4": _offered,
    "G5": _governance,
    "G6": _authorised,
    "G7": _consented,
    "G10": _sides_match,
    "G13": _devices_sound,
}
