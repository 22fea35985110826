"""Whether a consent stands (IPG651 1.2, 1.1): informed, about this leg and plan, young enough, not withdrawn."""

from collections.abc import Iterator

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.civil_time import add_days, civil
from shared.pathway.consent import (
    Consent,
    ConsentLine,
    ConsentWithdrawn,
    InformationItem,
    LineStatus,
    ResearchEnrolment,
)
from shared.pathway.duties import Task, TaskState, Timer
from shared.pathway.mdt_offer import decision, overtaken, standing_offer
from shared.pathway.mdt_review import Outcome
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, started
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal


def withdrawn(moment: Moment) -> bool:
    """Whether the patient's last word was to withdraw. No gate and no break-glass passes this."""
    said, taken = moment.pathway.latest(ConsentWithdrawn), moment.pathway.latest(Consent)
    return said is not None and (taken is None or said.seq > taken.seq)


def standing(moment: Moment) -> Consent | None:
    """The consent that stands now: given, not withdrawn or too old (T-CON), later than the last material change.

    None otherwise.
    """
    entry = moment.pathway.latest(Consent)
    if entry is None or withdrawn(moment) or not isinstance(entry.record, Consent):
        return None
    taken = entry.record
    too_old = moment.now >= add_days(taken.signed_at, moment.policy.consent_valid_days)
    if too_old or overtaken(moment, entry.seq) or not _about_present_offer(moment, entry):
        return None
    return taken if taken.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.GIVEN else None


def _about_present_offer(moment: Moment, entry: Entry) -> bool:
    offer = decision(moment)
    return offer is None or entry.seq > offer.seq


def refused(moment: Moment) -> bool:
    """Whether the patient, asked about the present offer, said no to the procedure."""
    entry = moment.pathway.latest(Consent)
    if entry is None or not isinstance(entry.record, Consent) or not _about_present_offer(moment, entry):
        return False
    return entry.record.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.REFUSED


def declined(moment: Moment) -> bool:
    """Whether the patient withdrew from the present offer. A later offer may be talked about anew."""
    said = moment.pathway.latest(ConsentWithdrawn)
    return said is not None and withdrawn(moment) and _about_present_offer(moment, said)


def covers(taken: Consent, line: ConsentLine) -> bool:
    return taken.lines.get(line) == LineStatus.GIVEN


def refusals(question: Question[Consent]) -> Iterator[Refusal]:
    """Every reason why this consent cannot stand.

    Refuses: consent without an offer, for another leg or device, with something not discussed, without
    current written information, without an interpreter, with capacity in doubt. Guidance: 1.2, 3.7.
    """
    taken = question.record
    if taken.signed_at > question.now:
        yield Refusal("R-CON-1", "signed_at", "This lies in the future", "1.2")
    if taken.lines.get(ConsentLine.PMT_PROCEDURE, LineStatus.NOT_ASKED) == LineStatus.REFUSED:
        return  # a refusal needs no preconditions: the patient has decided
    said = question.pathway.latest(ConsentWithdrawn)
    if said is not None and taken.signed_at <= said.at:
        yield Refusal("R-CON-5", "signed_at", "The patient withdrew after this was signed: ask again", "1.2")
    yield from _about_the_plan(question)
    yield from _informed(question)
    yield from _interpreted(question)
    if taken.capacity_doubted != Answer.NO:
        words = "Assess capacity for this decision first; this release cannot record a best-interests decision"
        yield Refusal("R-CON-1", "capacity_doubted", words, "1.2")


def _about_the_plan(question: Question[Consent]) -> Iterator[Refusal]:
    taken, offer = question.record, standing_offer(question.moment)
    if offer is None:
        yield Refusal("G4", "", "There is no MDT offer in force to consent to", "3.8")
        return
    if taken.signed_at < offer.review.met_at:
        yield Refusal("R-CON-4", "signed_at", "This was signed before the MDT met about the plan", "1.2")
    for side in sorted(taken.sides):
        limb = offer.offer(side)
        if limb is None or limb.plan is None:
            yield Refusal("R-CON-4", "sides", f"The MDT made no offer for the {side} leg", "3.8")
        elif limb.plan.device_class != taken.device_class:
            yield Refusal("R-CON-4", "device_class", "The MDT planned another kind of device", "3.6")
        elif limb.outcome == Outcome.OFFER_IN_RESEARCH and not covers(taken, ConsentLine.RESEARCH_PARTICIPATION):
            yield Refusal(
                "R-ELI-1",
                "lines",
                "This leg is offered in research only: ask for research participation",
                "1.1",
            )


def _informed(question: Question[Consent]) -> Iterator[Refusal]:
    taken = question.record
    if missing := sorted(set(InformationItem) - taken.discussed - set(taken.not_discussed_because)):
        words = ", ".join(item.replace("_", " ") for item in missing)
        yield Refusal("R-CON-1", "discussed", f"Discuss, or give a reason for: {words}", "1.2")
    leaflet = taken.written_information
    if leaflet is None:
        yield Refusal(
            "R-CON-1",
            "written_information",
            "Give the trust's written information before the signature",
            "1.2",
        )
    elif leaflet.given_at > taken.signed_at:
        yield Refusal(
            "R-CON-1",
            "written_information.given_at",
            "Written information is given before the signature",
            "1.2",
        )
    elif question.facts.leaflets.get(leaflet.document_id) != leaflet.version:
        words = "This is not the version of this leaflet in use"
        yield Refusal("R-CON-1", "written_information.version", words, "1.2")
    if not taken.nice_information.given and taken.nice_information.reason_not_given is None:
        words = "Say why NICE's information for the public was not given"
        yield Refusal("R-CON-1", "nice_information.reason_not_given", words, "1.2")


def _interpreted(question: Question[Consent]) -> Iterator[Refusal]:
    referral, interpreter = question.pathway.record(Referral), question.record.interpreter
    needed = interpreter.needed or (referral is not None and referral.communication_needs.interpreter_needed)
    if needed and interpreter.interpreter_id is None and interpreter.reason_without is None:
        yield Refusal("R-CON-2", "interpreter.interpreter_id", "Name the interpreter, or say why there was none", "1.2")


def withdrawal_refusals(question: Question[ConsentWithdrawn]) -> Iterator[Refusal]:
    """Nothing refuses a withdrawal (R-CON-5)."""
    del question
    yield from ()


def enrolment_refusals(question: Question[ResearchEnrolment]) -> Iterator[Refusal]:
    """Why this enrolment cannot stand.

    Refuses: a study that is not open here, another ethics reference, a patient not screened eligible.
    Guidance: 1.1.
    """
    record, study = question.record, question.facts.studies.get(question.record.study_id)
    if study is None or not study.open_on_site:
        yield Refusal("R-ELI-1", "study_id", "This study is not open at this site", "1.1")
    elif study.ethics_reference != record.ethics_reference:
        yield Refusal("R-ELI-1", "ethics_reference", "The study register has another ethics reference", "1.1")
    if record.screened_eligible != Answer.YES:
        yield Refusal("R-ELI-1", "screened_eligible", "The patient must have been screened eligible", "1.1")


def settled(moment: Moment) -> bool:
    """Whether the patient has decided: a consent stands, or was refused or withdrawn."""
    return standing(moment) is not None or refused(moment) or declined(moment)


def missing_lines(moment: Moment, taken: Consent, side: Side) -> Iterator[ConsentLine]:
    """Adjuncts that the plan for one leg contains and the patient did not agree to (R-CON-4)."""
    offer = decision(moment)
    limb = offer.offer(side) if offer else None
    if limb is None or limb.plan is None:
        return
    planned = {
        ConsentLine.THROMBOLYSIS: limb.plan.lysis_mode != LysisMode.NONE,
        ConsentLine.IVC_FILTER: limb.plan.filter_planned,
        ConsentLine.ANGIOPLASTY_STENT: limb.plan.stent_if_lesion,
    }
    yield from (line for line, wanted in planned.items() if wanted and not covers(taken, line))


def tasks(moment: Moment) -> Iterator[Task]:
    """Talking with the patient, while an offer stands; due before the offer lapses. A withdrawal: tell the team."""
    offer = standing_offer(moment)
    if offer is not None and not declined(moment):
        state = TaskState.DONE if settled(moment) else TaskState.OPEN
        yield Task("consent", Role.CONSENT_TAKER, offer.decided_at, offer.lapses_at, state=state)
    said = moment.pathway.latest(ConsentWithdrawn)
    if said is not None and withdrawn(moment):
        stopped = moment.pathway.latest(ProcedureEnd)
        state = TaskState.DONE if stopped is not None and stopped.seq > said.seq else TaskState.OPEN
        words = "Consent was withdrawn: stop, cancel the slot"
        yield Task("stop_procedure", Role.PROCEDURALIST, said.at, said.at, key=str(said.seq), state=state, why=words)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-CON: a consent older than its days is taken again."""
    entry = moment.pathway.latest(Consent)
    if entry is None or not isinstance(entry.record, Consent):
        return
    signed = entry.record.signed_at
    due = add_days(signed, moment.policy.consent_valid_days)
    over = bool(started(moment.pathway)) or withdrawn(moment) or refused(moment)
    yield Timer("T-CON", "re_consent", "signed_at", signed, due, civil(due), (Role.CONSENT_TAKER,), met=over)
