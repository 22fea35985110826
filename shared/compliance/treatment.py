"""One procedure as it is counted: what had to be there before the needle, and what became of it (IPG651 1.1-1.3, 3.8).

Every started procedure counts, also one that was abandoned (1.3). What is asked "before the start" is asked of the
entries before it; what a timer has declared late is late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.compliance.answers import Verdict, all_of, in_time, is_so
from shared.compliance.fired import anchored, fired
from shared.compliance.selection import class_of
from shared.pathway.breaking import gates_used, used
from shared.pathway.choices import Answer, Embolism, Urgency
from shared.pathway.civil_time import civil, day_number
from shared.pathway.classification import Classification
from shared.pathway.consent import Consent, InformationItem, ResearchEnrolment
from shared.pathway.facts import Device
from shared.pathway.governance_notice import Notice, notices
from shared.pathway.mdt_offer import looks_back, signatures_of
from shared.pathway.mdt_review import OFFERS, MdtReview, MdtSignOff, Outcome
from shared.pathway.news import NewPe, UrgencyChanged
from shared.pathway.pathway import Pathway
from shared.pathway.people import MDT_SPECIALTIES
from shared.pathway.procedure import ClotRemoval, Procedure, ProcedureEnd, ProcedureStart, procedure_id, procedures
from shared.pathway.procedure import started_at as began
from shared.pathway.question import Moment
from shared.pathway.referral import Referral, emergency_signs
from shared.pathway.registry_by_hand import RegistryManualConfirmation, RegistryManualEntry
from shared.pathway.registry_entry import RegistryAccepted
from shared.pathway.retrospective import looked_back

TELLS = frozenset({"mdt_offer", "emergency_start", "break_glass"})
SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One procedure. `emergency`: it began as one, or gates were broken for it."""

    side: str
    started_at: datetime
    emergency: bool
    cls: str
    in_study: bool
    told: Verdict
    mdt: Verdict
    uncertainty: Verdict | None
    device_explained: Verdict | None
    written: Verdict | None
    nice: Verdict | None
    interpreter: Verdict | None
    registered: Verdict
    registered_in_time: Verdict
    days_from_presentation: int | None
    in_window: Verdict | None
    local_anaesthesia: bool
    gates_broken: tuple[str, ...]
    outcome: str
    clot_removal: str | None
    models: tuple[str, ...]
    devices_used: int
    devices_unused: int
    contrast_ml: float | None


def decided(moment: Moment) -> Iterator[tuple[int, MdtReview]]:
    """Each review that looks ahead and that three specialties signed without objection, with its last signature."""
    for entry in moment.pathway.every(MdtReview):
        if isinstance(entry.record, MdtReview) and not looks_back(entry):
            signed = signatures_of(moment, entry.seq)
            agreed = all(isinstance(each.record, MdtSignOff) and each.record.agrees for each in signed)
            if agreed and {each.by.role for each in signed} >= MDT_SPECIALTIES:
                yield max(each.seq for each in signed), entry.record


def final(review: MdtReview) -> bool:
    return any(each.outcome != Outcome.DEFER for each in review.decisions)


def offers(review: MdtReview, side: str | None = None) -> bool:
    return any(each.outcome in OFFERS and side in {None, each.side.value} for each in review.decisions)


def treatments(moment: Moment) -> tuple[Treatment, ...]:
    """Every procedure that was begun, oldest first."""
    found = procedures(moment.pathway)
    return tuple(_treatment(moment, number, each) for number, each in enumerate(found, start=1))


def _treatment(moment: Moment, number: int, each: Procedure) -> Treatment:
    start = each.start.record
    assert isinstance(start, ProcedureStart)  # noqa: S101 -- filed by its kind
    started, emergency = began(each.start), _emergency(moment, each)
    end = each.end.record if each.end else None
    end = end if isinstance(end, ProcedureEnd) else None
    late = anchored("T-REG", "submit", started) in fired(moment.pathway)
    registered = _registered(moment.pathway, procedure_id(moment.pathway, number))
    days = _days(moment.pathway, started)
    return Treatment(
        side=start.side.value,
        started_at=started,
        emergency=emergency,
        cls=class_of(moment.pathway.every(Classification), start.side, each.start.seq),
        in_study=any(entry.seq < each.start.seq for entry in moment.pathway.every(ResearchEnrolment)),
        told=_told(moment, each, emergency=emergency),
        mdt=_mdt(moment, each, emergency=emergency),
        **_informed(moment.pathway, each.start.seq),
        registered="yes" if registered else "no" if late else "open",
        registered_in_time=in_time(done=registered, late=late),
        days_from_presentation=days,
        in_window=None if days is None else is_so(days <= moment.policy.window_days),
        local_anaesthesia=start.anaesthesia == "local",
        gates_broken=tuple(sorted(gate.value for gate in gates_used(moment, each))),
        outcome=end.outcome if end else "under_way",
        clot_removal=_clot_removal(end),
        models=_models(each, end),
        devices_used=sum(one.outcome != "opened_unused" for one in end.devices_used) if end else 0,
        devices_unused=sum(one.outcome == "opened_unused" for one in end.devices_used) if end else 0,
        contrast_ml=end.contrast.value if end else None,
    )


def _emergency(moment: Moment, each: Procedure) -> bool:
    return bool(used(moment, each)) or _urgency_before(moment.pathway, each.start.seq) == Urgency.EMERGENCY


def _urgency_before(pathway: Pathway, seq: int) -> Urgency | None:
    """How urgent it was when entry `seq` was written: the newest word, raised where signs of R-REF-2 say so."""
    told = (entry for kind in (Referral, UrgencyChanged, NewPe) for entry in pathway.every(kind) if entry.seq < seq)
    found: Urgency | None = None
    for entry in sorted(told, key=lambda one: one.seq):
        match entry.record:
            case Referral() as referral:
                found = Urgency.EMERGENCY if any(emergency_signs(referral)) else referral.urgency
            case UrgencyChanged() as changed:
                found = changed.urgency
            case NewPe(state=Embolism.SUSPECTED | Embolism.CONFIRMED, haemodynamic_instability=Answer.YES):
                found = Urgency.EMERGENCY
    return found


def _told(moment: Moment, each: Procedure, *, emergency: bool) -> Verdict:
    """Governance was told before it began; of an emergency within the hours of T-EMG (R-GOV-1, R-GOV-2)."""
    started, entered = began(each.start), each.start.at
    before = [notice for notice in notices(moment) if notice.about in TELLS and notice.owed_at <= entered]
    if not emergency:
        offer = next((notice for notice in reversed(before) if notice.about == "mdt_offer"), None)
        at = _reached_at(offer) if offer else None
        return is_so(at is not None and at <= started)
    until = started + timedelta(hours=moment.policy.emergency_notice_hours)
    known = [at for at in map(_reached_at, before) if at is not None]
    done = bool(known) and min(known) <= until
    return in_time(done=done, late=not done and (bool(known) or moment.pathway.entries[-1].at > until))


def _reached_at(notice: Notice) -> datetime | None:
    return min((at for at in (notice.delivered_at, notice.acknowledged_at) if at is not None), default=None)


def _mdt(moment: Moment, each: Procedure, *, emergency: bool) -> Verdict:
    """An offer of all three specialties before it began; of an emergency also a full review that looks back."""
    side = each.side.value
    if any(seq < each.start.seq and offers(review, side) for seq, review in decided(moment)):
        return "yes"
    if not emergency:
        return "no"
    late = anchored("T-EMG", "retrospective_mdt", began(each.start)) in fired(moment.pathway)
    return "yes" if looked_back(moment, each.start) else in_time(done=False, late=late)


def _informed(pathway: Pathway, seq: int) -> dict[str, Verdict | None]:
    """What the consent that was in force at the start evidences (IPG651 1.2, 3.7). None taken: nothing is."""
    taken = next((entry.record for entry in reversed(pathway.every(Consent)) if entry.seq < seq), None)
    if not isinstance(taken, Consent):
        nothing: dict[str, Verdict | None] = dict.fromkeys(("uncertainty", "device_explained", "written", "nice"), "no")
        return nothing | {"interpreter": None}
    paper = taken.written_information
    return {
        "uncertainty": is_so(InformationItem.UNCERTAINTY in taken.discussed),
        "device_explained": is_so(InformationItem.WHICH_DEVICE_AND_OLD_EVIDENCE in taken.discussed),
        "written": is_so(paper is not None and paper.given_at <= taken.signed_at),
        "nice": is_so(taken.nice_information.given),
        "interpreter": is_so(taken.interpreter.interpreter_id is not None) if taken.interpreter.needed else None,
    }


def _registered(pathway: Pathway, procedure: str) -> bool:
    """Accepted by the registry, or typed in by hand and seen there by a second person (R-REG-3)."""
    if any(getattr(entry.record, "procedure_id", "") == procedure for entry in pathway.every(RegistryAccepted)):
        return True
    typed = [e.seq for e in pathway.every(RegistryManualEntry) if getattr(e.record, "procedure_id", "") == procedure]
    seen = pathway.every(RegistryManualConfirmation)
    return bool(typed) and any(
        getattr(entry.record, "procedure_id", "") == procedure and entry.seq > typed[0] for entry in seen
    )


def _days(pathway: Pathway, started: datetime) -> int | None:
    referral = pathway.record(Referral)
    return day_number(referral.presentation_at, civil(started)) if referral else None


def _clot_removal(end: ProcedureEnd | None) -> str | None:
    """The least that was reached in any vein that was assessed; None when none was (IPG651 3.2)."""
    graded = [each.value for each in end.clot_removal.values() if each != ClotRemoval.NOT_ASSESSED] if end else []
    return min(graded, key=lambda grade: (grade.count("I"), grade), default=None)


def _models(each: Procedure, end: ProcedureEnd | None) -> tuple[str, ...]:
    """The models of the thrombectomy devices: those used, or those scanned while it is under way (IPG651 3.6)."""
    scanned: dict[str, str] = {}
    known: dict[str, Device] = {}
    for entry in each.time_outs:
        if isinstance(entry.record, ProcedureStart):
            scanned |= {device.udi_di: device.role for device in entry.record.devices}
            known |= entry.facts.devices
    named = {one.udi_di for one in end.devices_used if one.outcome != "opened_unused"} if end else set(scanned)
    wanted = {udi for udi in named if scanned.get(udi, "thrombectomy") == "thrombectomy"}
    return tuple(sorted({known[udi].model if udi in known else "unregistered" for udi in wanted}))


def of_all(found: tuple[Treatment, ...], name: str) -> Verdict | None:
    """One answer for all procedures of a pathway."""
    return all_of(getattr(each, name) for each in found)
