"""The gates and the checklist of the room: five-way side match, sound devices, sign-in (G10, G13; IPG651 2.5, 3.6)."""

from collections.abc import Iterator

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import Breakable
from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.consent import Consent
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.mdt_offer import newest
from shared.pathway.mdt_review import OFFERS, MdtReview
from shared.pathway.procedure import ProcedureStart
from shared.pathway.referral import imaging_of, sides
from shared.pathway.trust_news_rules import recalled


def sides_match(look: Look) -> Reasons:
    """G10, never overridable: referral, imaging report, MDT, consent and skin mark name the same leg (hazard H-01).

    Where there is no offer in force or no consent, nobody has named another leg: that is for G4 and G7 to refuse, which
    an emergency may break. To say STOP there would hide the way out from a leg under threat.
    """
    start = look.start
    if start is None:
        yield "side", "The five-way side match is made at sign in"
        return
    side, pathway = start.side, look.moment.pathway
    study, taken = imaging_of(pathway, side), pathway.record(Consent)
    agree = {
        "referral": side in sides(pathway),
        "imaging report": study is not None and study[1].side_in_report == side,
        "MDT decision": _named_by_mdt(look, side),
        "consent": taken is None or side in taken.sides,
        "skin mark": start.sign_in.side_marked == side,
    }
    if wrong := [name for name, right in agree.items() if not right]:
        yield "side", f"STOP. The {side.upper()} leg is not the leg named by: {', '.join(wrong)}"


def _named_by_mdt(look: Look, side: Side) -> bool:
    if look.offer is not None and (look.offer.offer(side) is not None or Breakable.G4 not in look.broken):
        return look.offer.offer(side) is not None
    review = newest(look.moment)
    if review is None or not isinstance(review.record, MdtReview):
        return True
    legs = {each.side for each in review.record.decisions if each.outcome in OFFERS}
    return not legs or side in legs


def devices_sound(look: Look) -> Reasons:
    """G13, never overridable: no device is recalled or out of date (R-PRO-4)."""
    if look.start is None:
        yield "devices", "Devices are scanned at sign in"
        return
    for place, each in enumerate(look.start.devices):
        device = look.moment.facts.devices.get(each.udi_di)
        if device is None:
            yield f"devices.{place}.udi_di", "This device is not in the trust's device register"
        elif recalled(look.moment, each.udi_di, each.lot):
            yield f"devices.{place}.udi_di", "This device is recalled"
        if each.expires_on < civil(look.moment.now):
            yield f"devices.{place}.expires_on", "This device is out of date"


CHECKLIST = {
    "allergies_checked": "Check allergies before you start",
    "bleeding_risk_checked": "Check the bleeding risk before you start",
    "anticoagulation_checked": "Check anticoagulation before you start",
}
"""The lines of the sign-in that belong to no gate (clinical.md 2.6)."""


def checklist(start: ProcedureStart, *, emergency: bool) -> Iterator[tuple[str, str]]:
    """What the sign-in leaves open: (field, words). In an emergency "no" is an answer; "unknown" never is."""
    enough = {Answer.YES, Answer.NO} if emergency else {Answer.YES}
    for name, words in CHECKLIST.items():
        if getattr(start.sign_in, name) not in enough:
            yield f"sign_in.{name}", words
    if start.anaesthesia == "other" and start.anaesthesia_reason is None:
        yield "anaesthesia_reason", "Say why local anaesthesia is not used"
