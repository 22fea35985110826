"""Whether the patient is pregnant, as far as anybody knows (clinical.md 2.1, G11; IPG651 2.1)."""

from collections.abc import Iterator

from shared.pathway.choices import Pregnancy
from shared.pathway.civil_time import civil
from shared.pathway.news import PregnancyResult
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal

POSITIVE = frozenset({Pregnancy.PREGNANT, Pregnancy.POSSIBLE})
"""What makes a patient one about whom the guidance says nothing (R-REF-4)."""


def status(moment: Moment) -> Pregnancy:
    """The newest word on it: the last test or statement, else the referral; unknown before both."""
    result, referral = moment.pathway.record(PregnancyResult), moment.pathway.record(Referral)
    if result is not None:
        return result.status
    return referral.pregnancy_status if referral else Pregnancy.UNKNOWN


def must_be_asked(moment: Moment) -> bool:
    """Whether sex and age leave a pregnancy possible. An age nobody knows leaves it possible (hazard H-22)."""
    facts, policy = moment.facts, moment.policy
    age = facts.age_years
    return facts.sex != "male" and (age is None or policy.pregnancy_age_from <= age <= policy.pregnancy_age_to)


def excluded(moment: Moment) -> bool:
    """Whether pregnancy is excluded, which G11 asks for: said so, or not applicable where it need not be asked."""
    found = status(moment)
    return found == Pregnancy.NOT_PREGNANT or (found == Pregnancy.NOT_APPLICABLE and not must_be_asked(moment))


def news(moment: Moment) -> Iterator[Entry]:
    """The results that found a pregnancy, or the suspicion of one, where there was none before."""
    referral = moment.pathway.record(Referral)
    before = referral.pregnancy_status if referral else Pregnancy.UNKNOWN
    for entry in moment.pathway.every(PregnancyResult):
        if isinstance(entry.record, PregnancyResult):
            if entry.record.status in POSITIVE and entry.record.status != before:
                yield entry
            before = entry.record.status


def refusals(question: Question[PregnancyResult]) -> Iterator[Refusal]:
    """Why this result cannot stand.

    Refuses: a test of tomorrow, `not applicable` where it has to be asked. Guidance: 2.1.
    """
    record = question.record
    if record.tested_on is not None and record.tested_on > civil(question.now):
        yield Refusal("G11", "tested_on", "This lies in the future", "2.1")
    if record.status == Pregnancy.NOT_APPLICABLE and must_be_asked(question.moment):
        yield Refusal("G11", "status", "Say whether this patient is pregnant, or that it is unknown", "2.1")
