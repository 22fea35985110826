"""What may happen next to a patient of the model: one canonical deed of each kind, done now.

A deed takes a case one step on; None when the clinical core refuses it, or when there is nothing to do it about.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.pathway import closure, decide
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, ClosingReason, LysisMode, Urgency
from shared.pathway.civil_time import civil
from shared.pathway.closure import NEED_HANDOFF, Closure
from shared.pathway.consent import LineStatus
from shared.pathway.duties import Outside
from shared.pathway.filter_track import in_situ
from shared.pathway.follow_up import min_until
from shared.pathway.governance import NoticeDelivered, NoticeSent
from shared.pathway.governance_notice import notices
from shared.pathway.long_term import VisitNotMade
from shared.pathway.long_term_rules import answered, due_on
from shared.pathway.mdt_review import MdtReview, MeetingType, Outcome
from shared.pathway.people import PATENCY
from shared.pathway.procedure import started
from shared.pathway.procedure_parts import StopAndCall
from shared.pathway.referral import imaging_of
from shared.pathway.registry_entry import RegistryCorrection, RegistryRejected, procedures, state
from shared.pathway.trust_news import DeviceRecall
from tests.forms.before_mdt import bleeding_risk, capacity_changed, new_bleed, urgency_changed
from tests.forms.consent import consent, leaflet, lines, withdrawal
from tests.forms.endings import answer, recall, suspension
from tests.forms.filled import LEFT, RIGHT
from tests.forms.follow_up import accepted_handover, clinic_review, discharge, hand_over
from tests.forms.mdt_review import decided, looked_at, mdt_review, sign_off
from tests.forms.procedure import RECALLED, device, end, sign_in, start
from tests.forms.referral import FEMOROPOPLITEAL, imaging, new_imaging
from tests.forms.the_day import bloods
from tests.patients import MAIL, SPECIALISTS, Case
from tests.unit.pathway import journeys, turns
from tests.unit.pathway.moves import OFFICER, Move, Mover, always, usual

MINUTE = timedelta(minutes=1)
Deed = Callable[[Case], Case | None]


def once(mover: Mover) -> Deed:
    """The deed of one record."""

    def done(case: Case) -> Case | None:
        move = mover(case)
        return written(case, move) if move is not None else None

    return done


def written(case: Case, move: Move) -> Case | None:
    """The case after this record; None when it is refused."""
    if case.refusals(move.record, move.by):
        return None
    entry = decide.next_entry(case.moment, move.record, move.by)
    return replace(case, pathway=case.pathway.with_entry(entry))


def _each(case: Case, moves: Iterable[Move]) -> Case | None:
    """All of these that stand, one after the other; None when none does."""
    found = None
    for move in moves:
        after = written(found or case, move)
        found = after or found
    return found


def _meeting(case: Case, outcome: Outcome | None) -> MdtReview:
    study = imaging_of(case.pathway, LEFT)
    seen = (looked_at(LEFT, study[1].accession if study else "NONE"),)
    decisions = () if outcome is None else (decided(outcome),)
    return mdt_review(*decisions, met_at=case.now, imaging_reviewed=seen)


def _decides(outcome: Outcome | None) -> Deed:
    """The MDT meets, and three specialties sign: an offer, or another outcome."""

    def done(case: Case) -> Case | None:
        met = written(case, usual(_meeting(case, outcome)))
        if met is None:
            return None
        review = met.pathway.version
        return _each(met, [Move(sign_off(review), each) for each in SPECIALISTS])

    return done


def objected(case: Case) -> Case | None:
    met = written(case, usual(_meeting(case, None)))
    if met is None:
        return None
    said = sign_off(met.pathway.version, agrees=False, objection="Too frail")
    return written(met, Move(said, SPECIALISTS[0]))


def told(case: Case) -> Case | None:
    """Everything governance waits to hear is sent, and delivered."""
    owed = {each.key for each in decide.owed(case.moment) if each.kind == Outside.GOVERNANCE_NOTICE}
    found = [each for notice in notices(case.moment) for each in notice.dispatches if each.key in owed]
    sent = _each(case, [Move(NoticeSent(dispatch=each.key, to=each.to, recipients=1), PATENCY) for each in found])
    return _each(sent or case, [Move(NoticeDelivered(dispatch=each.key), MAIL) for each in found])


def _consented(status: LineStatus, side: Side = LEFT) -> Mover:
    def move(case: Case) -> Move:
        paper = leaflet(given_at=case.now - MINUTE)
        taken = consent(
            sides=frozenset({side}), signed_at=case.now, written_information=paper, lines=lines(procedure=status)
        )
        return usual(taken)

    return move


def went_home(case: Case) -> Move:
    until = min_until(case.moment)
    inside = bool(in_situ(case.moment))
    left = discharge(
        discharged_at=case.now,
        gp_letter_sent_at=case.now,
        review_booked_on=until,
        filter_in_situ=Answer.YES if inside else Answer.NO,
        filter_removal_on=civil(case.now) + timedelta(days=28) if inside else None,
    )
    return usual(left)


def seen_again(case: Case) -> Move:
    today = civil(case.now)
    return usual(clinic_review(attended_on=today, next_review_due=today + timedelta(days=300)))


def stopped(case: Case) -> Move:
    bleeding = {"stopped_early_because": "bleeding", "co_signed_by": "hae-1", "decision_maker": "clinic-1"}
    return usual(clinic_review(attended_on=civil(case.now), decision="stop", next_review_due=None, **bleeding))


def visits_answered(case: Case) -> Case | None:
    """The patient does not want to come any more: an answer to every visit that is owed."""
    waiting = set(due_on(case.moment)) - set(answered(case.moment))
    return _each(case, [usual(VisitNotMade(visit=each, because="patient_declined")) for each in sorted(waiting)])


def rejected(case: Case) -> Move | None:
    owed = [each.key for each in decide.owed(case.moment) if each.kind == Outside.REGISTRY_ENTRY]
    if not owed:
        return None
    procedure, version = owed[0].rsplit(".v", 1)
    return usual(RegistryRejected(procedure_id=procedure, dataset_version=int(version), code="missing"))


def corrected(case: Case) -> Move | None:
    """The first entry that the registry rejected is put right."""
    found = (name for name, _entry in procedures(case.moment) if state(case.moment, name) == "rejected")
    procedure = next(found, None)
    return usual(RegistryCorrection(procedure_id=procedure, what_was_wrong="Lot")) if procedure else None


def ended_after_a_call(case: Case) -> Move:
    """The picture before the first run showed another class: somebody was called (R-PRO-2)."""
    call = StopAndCall(called_at=case.now, spoke_to="vs-1", decision="went_on_limb_or_life", reason="No pulses")
    return usual(end(ended_at=case.now, stop_and_call=call))


def handed_over(case: Case) -> Case | None:
    """Standard care is offered to the clinic, which accepts."""
    why = closure.ending(case.moment)
    if why not in NEED_HANDOFF:
        return None
    return _each(case, [usual(hand_over(why)), usual(accepted_handover())])


def closed(case: Case) -> Case | None:
    """Closed for the first reason that is so."""
    for reason in ClosingReason:
        after = written(case, usual(Closure(reason=reason, note="Looked after by the clinic")))
        if after is not None:
            return after
    return None


def both_agree(case: Case) -> Case | None:
    """Every part that was offered elsewhere is accepted there."""
    after = None
    while (move := turns.accepted_there(after or case)) is not None:
        after = written(after or case, move)
        if after is None:
            return None
    return after


def _twice_at_most(deed: Deed) -> Deed:
    """A start, unless two procedures were started: a third is like the second."""
    return lambda case: deed(case) if len(started(case.pathway)) < 2 else None


def _study(case: Case) -> Move:
    study = imaging(LEFT, accession=f"ACC-{case.pathway.version}", performed_at=case.now)
    return usual(new_imaging(segments=FEMOROPOPLITEAL, imaging=study))


def _begun(side: Side = LEFT, **changes: Any) -> Deed:
    return _twice_at_most(once(always(start(side, **changes))))


def looked_back(case: Case) -> Case | None:
    """The full MDT looks back at an emergency, and three specialties sign."""
    late = _meeting(case, None).model_copy(update={"meeting_type": MeetingType.RETROSPECTIVE})
    met = written(case, usual(late))
    if met is None:
        return None
    return _each(met, [Move(sign_off(met.pathway.version), each) for each in SPECIALISTS])


def news_answered(case: Case) -> Move | None:
    news = case.pathway.latest(DeviceRecall)
    return Move(answer(news.seq), OFFICER) if news else None


DEEDS: dict[str, Deed] = {
    "new imaging": once(journeys.fresh_imaging),
    "imaging of another class": once(_study),
    "classification": once(journeys.classify),
    "MDT offers": _decides(None),
    "MDT declines": _decides(Outcome.DECLINE),
    "MDT defers": _decides(Outcome.DEFER),
    "an objection": objected,
    "governance told": told,
    "consent given": once(_consented(LineStatus.GIVEN)),
    "consent refused": once(_consented(LineStatus.REFUSED)),
    "consent withdrawn": once(lambda case: usual(withdrawal(told_at=case.now))),
    "asked again": once(turns.asked_again),
    "bloods": once(lambda case: usual(bloods(collected_at=case.now))),
    "nothing forbids lysis": once(lambda case: usual(bleeding_risk(assessed_at=case.now))),
    "capacity in doubt": once(lambda case: usual(capacity_changed(noticed_at=case.now))),
    "a bleed": once(lambda case: usual(new_bleed(found_at=case.now))),
    "an emergency": once(always(urgency_changed(Urgency.EMERGENCY), SPECIALISTS[0])),
    "gates broken": once(turns.break_all),
    "retrospective MDT": looked_back,
    "second look": once(turns.looked_back),
    "start": _begun(),
    "start of the other leg": _begun(side=RIGHT),
    "start with the other leg marked": _begun(sign_in=sign_in(side_marked=RIGHT)),
    "start with a recalled device": _begun(devices=(device(RECALLED),)),
    "start with a thrombolytic drug": _begun(lysis_mode=LysisMode.DURING),
    "end": once(lambda case: usual(end(ended_at=case.now))),
    "end after a call": once(ended_after_a_call),
    "end with a filter": once(turns.end_with_filter),
    "filter out": once(turns.taken_out),
    "filter not out": once(turns.not_taken_out),
    "filter stays": once(turns.to_stay),
    "filter planned again": once(turns.planned_again),
    "an adverse event": once(turns.harmed),
    "a grave adverse event": once(turns.gravely_harmed),
    "its outcome": once(turns.over),
    "discharge": once(went_home),
    "anticoagulation review": once(seen_again),
    "anticoagulant stopped": once(stopped),
    "visits answered": visits_answered,
    "registry accepts": once(journeys.registry),
    "registry rejects": once(rejected),
    "registry entry corrected": once(corrected),
    "standard care handed over": handed_over,
    "death": once(turns.death),
    "no death": once(turns.no_death),
    "transfer offered": once(turns.offered_elsewhere),
    "transfer accepted": both_agree,
    "transfer declined": once(turns.declined_there),
    "opened in error": once(turns.mistaken),
    "device recalled": once(always(recall())),
    "recall answered": once(news_answered),
    "authorisation suspended": once(always(suspension())),
    "closed": closed,
}
