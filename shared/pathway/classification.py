"""Classification of each leg (IPG651 1.1). The system recommends with reasons; a clinician commits (YR1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from shared.pathway import pregnancy
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, Status, Urgency
from shared.pathway.civil_time import add_working_days, at_time, civil
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.eligibility import ArrangementClass, LimbClass, classify
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.people import Role
from shared.pathway.procedure import started
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Part, Record, asked
from shared.pathway.referral import NewImaging, Referral, imaging_of, sides, urgency
from shared.pathway.refusal import Refusal
from shared.pathway.text import Words


class LimbAgreement(Part):
    side: Side = asked("Which leg?")
    recommended: ArrangementClass = asked("The class shown to you")
    agrees: bool = asked("Do you agree with it?")
    reason: Words | None = asked("Why not, or what is needed first?", default=None)


class Classification(Record):
    """A clinician's answer to the recommended class of each leg."""

    kind: ClassVar[str] = "classification"

    limbs: tuple[LimbAgreement, ...] = asked("Each referred leg", min_length=1, max_length=2)


def recommended(moment: Moment, side: Side) -> LimbClass:
    """The class of one leg from its newest study, as of the day that study was added (IPG651 1.1)."""
    return moment.pathway.once(("recommended", side.value), moment.policy, lambda: _recommended(moment, side))


def _recommended(moment: Moment, side: Side) -> LimbClass:
    opened, study = moment.pathway.latest(Referral), imaging_of(moment.pathway, side)
    if opened is None or study is None or not isinstance(opened.record, Referral):
        raise LookupError("this leg was not referred")
    referral = opened.record
    limb = next(limb for limb in referral.limbs if limb.side == side)
    return classify(
        side,
        study[2],
        symptom_onset_on=referral.symptom_onset_date,
        onset_certainty=referral.onset_certainty.value,
        on=civil(study[0].at),
        acute_on_chronic=_known(limb.acute_on_chronic),
        age_years=_age(moment),
        pregnancy=pregnancy.status(moment).value,
        policy=moment.policy,
    )


def _age(moment: Moment) -> int | None:
    """The age as the ledger saw it at the referral, or when who the patient is was put right; None while unknown."""
    seen = (moment.pathway.latest(IdentityCorrected), moment.pathway.latest(Referral))
    return next((entry.facts.age_years for entry in seen if entry and entry.facts.age_years is not None), None)


def _known(answer: Answer) -> Literal["yes", "no", "unknown"]:
    if answer == Answer.YES:
        return "yes"
    return "no" if answer == Answer.NO else "unknown"


def recommendations(moment: Moment) -> tuple[LimbClass, ...]:
    return tuple(recommended(moment, side) for side in sides(moment.pathway))


def committed(moment: Moment) -> Entry | None:
    """The classification a clinician committed, if it is still about what is known; None when it is owed (again)."""
    entry, asks = moment.pathway.latest(Classification), asked_by(moment)
    return entry if entry is not None and asks is not None and entry.seq > asks.seq else None


def asked_by(moment: Moment) -> Entry | None:
    """The newest entry that asks for a classification: the referral, newer imaging, a pregnancy, a minor."""
    pathway = moment.pathway
    entries = (pathway.latest(Referral), pathway.latest(NewImaging), *pregnancy.news(moment), _too_young(moment))
    return max((entry for entry in entries if entry is not None), key=lambda entry: entry.seq, default=None)


def _too_young(moment: Moment) -> Entry | None:
    """The correction that showed an adult, as it seemed, to be none (R-REF-4)."""
    opened, corrected = moment.pathway.latest(Referral), moment.pathway.latest(IdentityCorrected)
    if opened is None or corrected is None or not _minor(corrected, moment) or _minor(opened, moment):
        return None
    return corrected


def _minor(entry: Entry, moment: Moment) -> bool:
    return entry.facts.age_years is not None and entry.facts.age_years < moment.policy.adult_age


def agreed(moment: Moment) -> frozenset[Side]:
    """The legs whose present class a clinician agreed with (YR1); none while the classification is owed."""
    entry = committed(moment)
    if entry is None or not isinstance(entry.record, Classification):
        return frozenset()
    return frozenset(limb.side for limb in entry.record.limbs if limb.agrees)


def may_go_on(moment: Moment) -> bool:
    """Whether at least one leg is classified, agreed, and of a class an MDT can decide about."""
    legs = agreed(moment)
    if not legs:
        return False
    emergency = urgency(moment.pathway) == Urgency.EMERGENCY
    return any(_decidable(found.cls, emergency=emergency) for found in recommendations(moment) if found.side in legs)


def _decidable(cls: ArrangementClass, *, emergency: bool) -> bool:
    """An MDT cannot decide about a leg without clot; about an unclear one only in an emergency (row 4)."""
    return cls != ArrangementClass.NO_DVT and (emergency or cls != ArrangementClass.INDETERMINATE)


def refusals(question: Question[Classification]) -> Iterator[Refusal]:
    """Why this classification cannot stand.

    Refuses: a class other than the one recommended now, a disagreement without a reason, a leg at the edge of the
    guidance waved through without one (R-REF-4), a leg left out. Guidance: 1.1.
    """
    if question.pathway.record(Referral) is None:
        yield Refusal("R-ELI-4", "", "There is no referral to classify", "2.1")
        return
    record = question.record
    if sorted(limb.side for limb in record.limbs) != sorted(sides(question.pathway)):
        yield Refusal("R-ELI-4", "limbs", "Answer for each referred leg once", "1.1")
        return
    for place, limb in enumerate(record.limbs):
        found = recommended(question.moment, limb.side)
        if limb.recommended != found.cls:
            words = "The recommendation for this leg has changed: look at it again"
            yield Refusal("R-ELI-3", f"limbs.{place}.recommended", words, "1.1")
        if not limb.agrees and limb.reason is None:
            yield Refusal("R-ELI-4", f"limbs.{place}.reason", "Write down why you disagree", "YR1")
        elif found.human_review and limb.reason is None:
            words = "This leg is outside the guidance or at its edge: write down why you agree"
            yield Refusal("R-REF-4", f"limbs.{place}.reason", words, "YR1")


def settled(moment: Moment) -> bool:
    return may_go_on(moment)


def status(moment: Moment) -> Status:
    if committed(moment) is None:
        return Status.REFERRED
    return Status.MDT_PENDING if may_go_on(moment) else Status.CLASSIFIED


def tasks(moment: Moment) -> Iterator[Task]:
    """Triage of what is newest, due by its urgency (T-REF-1); better imaging where a leg cannot be classified."""
    asks = asked_by(moment)
    if asks is None:
        return
    state = TaskState.DONE if committed(moment) or started(moment.pathway) else TaskState.OPEN
    yield Task("classification", Role.TRIAGE_CLINICIAN, asks.at, _triage_by(moment, asks), state=state)
    if state == TaskState.DONE and not (may_go_on(moment) or started(moment.pathway)):
        yield Task(
            "new_imaging",
            Role.REFERRER,
            moment.pathway.entries[-1].at,
            None,
            why="The leg cannot be classified yet",
        )


def _triage_by(moment: Moment, asks: Entry) -> datetime:
    policy, how_urgent = moment.policy, urgency(moment.pathway)
    if how_urgent == Urgency.EMERGENCY:
        return asks.at
    if how_urgent == Urgency.URGENT_24H:
        return asks.at + timedelta(hours=policy.triage_hours_urgent)
    day = add_working_days(civil(asks.at), policy.triage_working_days_routine, moment.pathway.nation)
    return at_time(day, policy.working_day_ends)


def triage_timers(moment: Moment) -> Iterator[Timer]:
    """T-REF-1: nobody classified in time. An emergency has none: its calls go out at once, and wait for no clock."""
    asks = asked_by(moment)
    if asks is None or urgency(moment.pathway) == Urgency.EMERGENCY:
        return
    due = _triage_by(moment, asks)
    met = committed(moment) is not None or bool(started(moment.pathway))
    tells = (Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR)
    yield Timer("T-REF-1", "triage", "asked_at", asks.at, due, civil(due), tells, met=met)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-14D: amber, red, and the end of the window of likely better outcome (3.9). It never blocks."""
    referral = moment.pathway.record(Referral)
    if referral is None:
        return
    policy, presented = moment.policy, referral.presentation_at
    met = bool(started(moment.pathway))
    first = civil(presented)
    coordinator = (Role.MDT_COORDINATOR,)
    for rung, number, tells in (
        ("amber", policy.t14d_amber_day, coordinator),
        ("red", policy.t14d_red_day, coordinator),
    ):
        day = first + timedelta(days=number)
        yield Timer("T-14D", rung, "presentation_at", presented, at_time(day, "00:00"), day, tells, met=met)
    last = first + timedelta(days=policy.window_days)
    after = at_time(last + timedelta(days=1), "00:00")
    yield Timer("T-14D", "past_window", "presentation_at", presented, after, last, coordinator, met=met)
