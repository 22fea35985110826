"""Discharge and the 3-month anticoagulation review (IPG651 2.6). Silence never stops a drug: it asks louder."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from shared.pathway.choices import Answer
from shared.pathway.civil_time import add_months, at_time, civil, roll_back
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.referral import Referral, RiskFactor
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, Line, Words


class AnticoagulationReview(Record):
    """A clinician's decision about the anticoagulant, made with the patient (R-ACO-1)."""

    kind: ClassVar[str] = "anticoagulation_review"

    attended_on: date = asked("When was the patient reviewed?")
    drug: Line | None = asked("Anticoagulant taken now", default=None)
    missed_doses: Answer = asked("Were doses missed?")
    bleeding_since: Literal["none", "crnm", "major", "unknown"] = asked("Bleeding since the procedure (ISTH)")
    provoked: Literal["provoked_factor_gone", "provoked_factor_present", "unprovoked", "unknown"] = asked(
        "Was the DVT provoked?"
    )
    stent_in_place: Answer = asked("Is there a venous stent?")
    filter_in_situ: Answer = asked("Is a vena cava filter still inside?")
    post_thrombotic_syndrome: Answer = asked("Are there signs of post-thrombotic syndrome?")
    recurrence: Answer = asked("Another clot since?")
    decision: Literal["continue_same", "change_drug", "reduce_dose", "stop", "refer"] = asked("Decision")
    decision_maker: Code = asked("Who decides?", hint="Staff directory id")
    rationale: Words = asked("Why?")
    patient_discussed: bool = asked("Was this discussed with the patient?")
    stopped_early_because: Literal["contraindication", "bleeding"] | None = asked("Why before 3 months?", default=None)
    co_signed_by: Code | None = asked("Haematologist who agrees", hint="Staff directory id", default=None)
    next_review_due: date | None = asked("Next review", default=None)


MAY_DECIDE = frozenset(
    {
        Role.ANTICOAG_CLINIC,
        Role.HAEMATOLOGIST,
        Role.VASCULAR_SURGEON,
        Role.INTERVENTIONAL_RADIOLOGIST,
        Role.PROCEDURALIST,
        Role.WARD_CLINICIAN,
        Role.REFERRER,
    }
)
"""Clinicians who may decide to stop an anticoagulant. Clerks, coordinators and machines may not."""


def min_until(moment: Moment) -> date | None:
    """Anticoagulation lasts at least until this day: the latest procedure plus calendar months (IPG651 2.6)."""
    begun = started(moment.pathway)
    return add_months(civil(begun[-1].at), moment.policy.anticoagulation_months) if begun else None


def discharge_refusals(question: Question[Discharge]) -> Iterator[Refusal]:
    """Every reason why this discharge is not complete (R-DIS-1). Guidance: 2.6, 3.3."""
    record, pathway = question.record, question.pathway
    if not pathway.every(ProcedureEnd) or under_way(pathway):
        yield Refusal("R-DIS-1", "", "There is no finished procedure to be discharged after", "2.6")
        return
    if not pathway.every(ProcedureEnd)[-1].at <= record.discharged_at <= question.now:
        yield Refusal("R-DIS-1", "discharged_at", "The discharge lies between the procedure and now", "2.6")
    complete = {
        "anticoagulant": record.anticoagulant is not None or record.anticoagulant_contraindication is not None,
        "review_booked_on": record.review_booked_on is not None,
        "adverse_events": record.no_adverse_event_so_far != bool(record.adverse_events),
        "gp_letter_sent_at": record.gp_letter_sent_at is not None,
        "patient_letter_document": record.patient_letter_document is not None,
        "warnings_given": record.warnings_given,
        "filter_in_situ": record.filter_in_situ in {Answer.YES, Answer.NO},
    }
    until = min_until(question.moment)
    if record.review_booked_on and until and not civil(record.discharged_at) < record.review_booked_on <= until:
        words = f"Book the review before the minimum of anticoagulation ends on {until.isoformat()}"
        yield Refusal("R-DIS-1", "review_booked_on", words, "2.6")
    yield from (
        Refusal("R-DIS-1", field, DISCHARGE_WORDS[field], "2.6") for field, said in complete.items() if not said
    )


DISCHARGE_WORDS = {
    "anticoagulant": "Write down the anticoagulant plan, or why there is none",
    "review_booked_on": "Book the 3-month review before the patient leaves",
    "adverse_events": "Either name adverse events, or assert that there were none",
    "gp_letter_sent_at": "Send the GP letter",
    "patient_letter_document": "Give the patient their own copy",
    "warnings_given": "Warn about bleeding, breathlessness and change of leg colour",
    "filter_in_situ": "Say whether a filter is inside",
}


def review_refusals(question: Question[AnticoagulationReview]) -> Iterator[Refusal]:
    """Why this review cannot stand.

    Refuses: a review without a procedure, a stop that was not discussed, that comes before the minimum
    without a reason, or that two prompts forbid without a haematologist (R-ACO-1, R-ACO-2).
    """
    review, until = question.record, min_until(question.moment)
    if until is None or under_way(question.pathway):
        yield Refusal("R-ACO-1", "", "There is no finished procedure to review", "2.6")
        return
    if review.attended_on > civil(question.now):
        yield Refusal("R-ACO-1", "attended_on", "This lies in the future", "2.6")
    if review.decision == "stop":
        yield from _stop(question, until)
    elif review.next_review_due is None:
        yield Refusal("R-ACO-4", "next_review_due", "While treatment goes on, book the next review", "2.6")
    elif not review.attended_on < review.next_review_due <= _within_a_year(question):
        words = f"Book it within {question.policy.review_yearly_months} months of this review"
        yield Refusal("R-ACO-4", "next_review_due", words, "2.6")


def _within_a_year(question: Question[AnticoagulationReview]) -> date:
    return add_months(question.record.attended_on, question.policy.review_yearly_months)


def _stop(question: Question[AnticoagulationReview], until: date) -> Iterator[Refusal]:
    review = question.record
    if not review.patient_discussed:
        yield Refusal("R-ACO-1", "patient_discussed", "Discuss stopping with the patient first", "2.6")
    if not question.facts.staff.get(review.decision_maker, frozenset()) & MAY_DECIDE:
        yield Refusal("R-ACO-1", "decision_maker", "Name a clinician of this trust who decides", "2.6")
    if review.attended_on < until and review.stopped_early_because is None:
        words = f"At least until {until.isoformat()}: an earlier stop needs bleeding or a contraindication"
        yield Refusal("R-ACO-1", "decision", words, "2.6")
    found = tuple(prompts(question.moment, review))
    haematologist = Role.HAEMATOLOGIST in question.facts.staff.get(review.co_signed_by or "", frozenset())
    second = haematologist and review.co_signed_by != review.decision_maker
    if len(found) >= question.policy.co_sign_prompts and not second:
        yield Refusal(
            "R-ACO-2", "co_signed_by", f"A second clinician, a haematologist, has to agree: {', '.join(found)}", "2.6"
        )


def prompts(moment: Moment, review: AnticoagulationReview) -> Iterator[str]:
    """What speaks for going on, to be seen before a stop (R-ACO-2). An unknown speaks too."""
    referral = moment.pathway.record(Referral)
    risks = referral.risk_factors if referral else frozenset()
    answers = {
        "unprovoked": review.provoked in {"unprovoked", "unknown"},
        "active cancer": RiskFactor.ACTIVE_CANCER in risks,
        "stent": review.stent_in_place != Answer.NO,
        "filter still inside": review.filter_in_situ != Answer.NO,
        "previous venous thromboembolism": RiskFactor.PREVIOUS_VTE in risks,
        "thrombophilia": RiskFactor.THROMBOPHILIA in risks,
        "post-thrombotic syndrome": review.post_thrombotic_syndrome != Answer.NO,
    }
    yield from (words for words, speaks in answers.items() if speaks)


def reviewed(moment: Moment) -> Entry | None:
    """The review that answers for the latest procedure; None while it is owed."""
    begun, entry = started(moment.pathway), moment.pathway.latest(AnticoagulationReview)
    if not begun or entry is None or entry.seq < begun[-1].seq or not isinstance(entry.record, AnticoagulationReview):
        return None
    until = min_until(moment)
    early = until is not None and entry.record.attended_on < until - timedelta(days=moment.policy.review_opens_days)
    return None if early and entry.record.decision != "stop" else entry


def settled(moment: Moment) -> bool:
    return not started(moment.pathway) or reviewed(moment) is not None


def discharge_tasks(moment: Moment) -> Iterator[Task]:
    ended = moment.pathway.latest(ProcedureEnd)
    if ended is None or under_way(moment.pathway):
        return
    left = moment.pathway.latest(Discharge)
    state = TaskState.DONE if left is not None and left.seq > ended.seq else TaskState.OPEN
    yield Task("discharge", Role.WARD_CLINICIAN, ended.at, None, state=state)


def tasks(moment: Moment) -> Iterator[Task]:
    """The review: opens before the minimum ends, due a week before it, escalated when it is reached (R-ACO-1).

    A supply that ends before the minimum: at once (R-DIS-3).
    """
    until, policy, nation = min_until(moment), moment.policy, moment.pathway.nation
    if until is None or under_way(moment.pathway):
        return
    opens = at_time(until - timedelta(days=policy.review_opens_days), "00:00")
    state = TaskState.DONE if reviewed(moment) else TaskState.OPEN
    if moment.now >= opens or state == TaskState.DONE:
        late = moment.now >= at_time(until, "00:00") and state == TaskState.OPEN
        due = at_time(roll_back(until - timedelta(days=policy.review_due_days), nation), policy.working_day_ends)
        told = (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD) if late else ()
        yield Task(
            "anticoagulation_review",
            Role.ANTICOAG_CLINIC,
            opens,
            due,
            state=state,
            escalated_to=told,
            why=CONTINUE,
        )
    yield from _supply_tasks(moment, until)


CONTINUE = "Treatment continues until a clinician has reviewed it with the patient"


def _supply_tasks(moment: Moment, until: date) -> Iterator[Task]:
    left, supply = _supply(moment)
    if left is None or supply is None:
        return
    state = TaskState.DONE if reviewed(moment) else TaskState.OPEN
    check = _supply_check_on(moment, supply)
    if supply < until:
        yield Task(
            "supply_gap",
            Role.ANTICOAG_CLINIC,
            left.at,
            left.at,
            state=state,
            why="The supply ends before the minimum of 3 months",
        )
    if moment.now >= at_time(check, "00:00"):
        due = at_time(supply, moment.policy.working_day_ends)
        yield Task("supply_check", Role.ANTICOAG_CLINIC, at_time(check, "00:00"), due, state=state)


def _supply(moment: Moment) -> tuple[Entry | None, date | None]:
    left = moment.pathway.latest(Discharge)
    if left is None or not isinstance(left.record, Discharge) or left.record.anticoagulant is None:
        return None, None
    return left, left.record.anticoagulant.supply_until


def _supply_check_on(moment: Moment, supply: date) -> date:
    return roll_back(supply - timedelta(days=moment.policy.supply_check_days), moment.pathway.nation)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-3M from the latest procedure, T-SUP from the end of the supply, T-1Y from the last decision.

    None of them ever stops a drug.
    """
    until, begun = min_until(moment), started(moment.pathway)
    if until is not None and begun:
        yield from _three_months(moment, until, civil(begun[-1].at))
    _left, supply = _supply(moment)
    if supply is not None:
        day = _supply_check_on(moment, supply)
        met = reviewed(moment) is not None
        yield Timer(
            "T-SUP",
            "check",
            "supply_until",
            supply,
            at_time(day, "00:00"),
            day,
            (Role.ANTICOAG_CLINIC,),
            met=met,
        )
    entry = reviewed(moment)
    if entry is not None and isinstance(entry.record, AnticoagulationReview) and entry.record.next_review_due:
        day, decided = entry.record.next_review_due, entry.record.attended_on
        yield Timer("T-1Y", "review", "decided_on", decided, at_time(day, "00:00"), day, (Role.ANTICOAG_CLINIC,))


def _three_months(moment: Moment, until: date, anchor: date) -> Iterator[Timer]:
    policy, met = moment.policy, reviewed(moment) is not None
    opens = until - timedelta(days=policy.review_opens_days)
    due = roll_back(until - timedelta(days=policy.review_due_days), moment.pathway.nation)
    clinic = (Role.ANTICOAG_CLINIC,)
    louder = (Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD)
    rungs: tuple[tuple[str, date, datetime, tuple[Role, ...]], ...] = (
        ("opens", opens, at_time(opens, "00:00"), clinic),
        ("due", due, at_time(due, policy.working_day_ends), clinic),
        ("escalate", until, at_time(until, "00:00"), louder),
    )
    for rung, day, at, tells in rungs:
        yield Timer("T-3M", rung, "procedure_on", anchor, at, day, tells, met=met)
