"""Why a consent, its confirmation on the day or an enrolment cannot stand (IPG651 1.2, 3.7, 1.1)."""

from collections.abc import Iterator
from datetime import timedelta

from shared.pathway import breaking
from shared.pathway.capacity import best_interests_refusals, doubts
from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.consent import (
    Consent,
    ConsentConfirmed,
    ConsentLine,
    InformationItem,
    LineStatus,
    ResearchEnrolment,
)
from shared.pathway.consent_rules import covers, standing, withdrawals
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.mdt_review import Outcome
from shared.pathway.news import CapacityChanged
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import communication_needs, sides
from shared.pathway.refusal import Refusal


def refusals(question: Question[Consent]) -> Iterator[Refusal]:
    """Every reason why this consent cannot stand.

    Refuses: consent without an offer, for another leg or device, with something not discussed, without
    current written information, without an interpreter, with a doubt about capacity that nobody settled, by
    somebody under 18 whom nobody reviewed. Guidance: 1.2, 3.7.
    """
    taken = question.record
    if taken.signed_at > question.now:
        yield Refusal("R-CON-1", "signed_at", "This lies in the future", "1.2")
    if taken.lines.get(ConsentLine.PMT_PROCEDURE, LineStatus.NOT_ASKED) == LineStatus.REFUSED:
        return  # a refusal needs no preconditions: the patient has decided
    said = withdrawals(question.moment)
    if said and taken.signed_at <= said[-1].at:
        yield Refusal("R-CON-5", "signed_at", "The patient withdrew after this was signed: ask again", "1.2")
    yield from _about_the_plan(question)
    if taken.how == "verbal_emergency" and not emergency(question.moment):
        yield Refusal("R-CON-1", "how", "Only in an emergency is consent by word of mouth enough", "1.2")
    yield from _informed(question)
    yield from _interpreted(question)
    yield from _able_to_decide(question)
    yield from _old_enough(question)


def emergency(moment: Moment) -> bool:
    """Whether the emergency is clinically true (G14), not only called one."""
    return breaking.emergency(moment, *sides(moment.pathway))


def _able_to_decide(question: Question[Consent]) -> Iterator[Refusal]:
    """Capacity is presumed; a doubt is settled before anybody decides, and research is no choice made for others."""
    taken, now = question.record, question.now
    yield from doubts(taken.capacity_doubted, taken.capacity, taken.best_interests, now)
    changed = question.pathway.record(CapacityChanged)
    if changed is not None and changed.has_capacity != Answer.YES and taken.capacity_doubted == Answer.NO:
        words = "The team wrote down that the patient may not be able to decide: assess it"
        yield Refusal("R-CON-1", "capacity_doubted", words, "1.2")
    if taken.best_interests is not None:
        yield from best_interests_refusals(taken.best_interests, now, emergency=emergency(question.moment))
        if taken.best_interests.decision_maker not in question.facts.staff:
            words = "Name somebody of this trust's staff directory"
            yield Refusal("R-CON-1", "best_interests.decision_maker", words, "1.2")
    if _lacking(taken) and covers(taken, ConsentLine.RESEARCH_PARTICIPATION):
        words = "Nobody is put into research who cannot decide it themselves"
        yield Refusal("R-CON-1", "lines", words, "1.1")


def _lacking(taken: Consent) -> bool:
    return taken.best_interests is not None or (taken.capacity is not None and taken.capacity.lacking)


def _old_enough(question: Question[Consent]) -> Iterator[Refusal]:
    age = question.facts.age_years
    if age is not None and age < question.policy.adult_age and question.record.young_person is None:
        words = "Under 18 another law applies: somebody who knows it reviews this first"
        yield Refusal("R-REF-4", "young_person", words, "D")


def _about_the_plan(question: Question[Consent]) -> Iterator[Refusal]:
    taken, offer = question.record, standing_offer(question.moment)
    if offer is None and _by_word_of_mouth(question):
        return  # nobody waits for a meeting where limb or life cannot (IPG651 3.5); gate G4 speaks for itself
    if offer is None:
        yield Refusal("G4", "", "There is no MDT offer in force to consent to", "3.8")
        return
    if taken.signed_at < offer.review.met_at:
        yield Refusal("R-CON-4", "signed_at", "This was signed before the MDT met about the plan", "1.2")
    for side in sorted(taken.sides):
        limb = offer.offer(side)
        if limb is None or limb.plan is None:
            yield Refusal("R-CON-4", "sides", f"The MDT made no offer for the {side.upper()} leg", "3.8")
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
    if _by_word_of_mouth(question):
        return
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


def _by_word_of_mouth(question: Question[Consent]) -> bool:
    """In an emergency a patient may consent aloud: paper is not waited for (IPG651 3.5)."""
    return question.record.how == "verbal_emergency" and emergency(question.moment)


def _interpreted(question: Question[Consent]) -> Iterator[Refusal]:
    known, interpreter = communication_needs(question.pathway), question.record.interpreter
    needed = interpreter.needed or (known is not None and known.interpreter_needed)
    if needed and interpreter.interpreter_id is None and interpreter.reason_without is None:
        yield Refusal("R-CON-2", "interpreter.interpreter_id", "Name the interpreter, or say why there was none", "1.2")


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


def confirmation_refusals(question: Question[ConsentConfirmed]) -> Iterator[Refusal]:
    """Why this confirmation cannot stand.

    Refuses: no consent to confirm, another leg, a time that is not now, an answer that is none. A patient who no
    longer agrees has withdrawn: that is written down as such. Guidance: 1.2.
    """
    record, taken = question.record, standing(question.moment)
    if taken is None:
        yield Refusal("R-CON-3", "", "There is no consent in force to confirm", "1.2")
    elif record.side not in taken.sides:
        yield Refusal("R-CON-3", "side", "The consent is about the other leg", "D")
    if record.confirmed_at > question.now:
        yield Refusal("R-CON-3", "confirmed_at", "This lies in the future", "1.2")
    elif civil(record.confirmed_at) != civil(question.now):
        yield Refusal("R-CON-3", "confirmed_at", "It is asked on the day of the procedure, which is today", "1.2")
    if record.still_agrees == Answer.NO:
        yield Refusal(
            "R-CON-5", "still_agrees", "Write this down as a withdrawal of consent: it takes one click", "1.2"
        )
    elif record.still_agrees != Answer.YES:
        yield Refusal("R-CON-3", "still_agrees", "Ask the patient", "1.2")


def hours_to_consider(taken: Consent) -> float | None:
    """Hours between the written information and the signature; None when nothing written was given."""
    leaflet = taken.written_information
    return None if leaflet is None else (taken.signed_at - leaflet.given_at) / timedelta(hours=1)


def little_time_to_consider(moment: Moment, entry: Entry) -> bool:
    """Whether the patient had less time than suggested. It is flagged and blocks nothing (R-CON-1)."""
    if not isinstance(entry.record, Consent) or emergency(moment):
        return False
    hours = hours_to_consider(entry.record)
    return hours is None or hours < moment.policy.consider_hours
