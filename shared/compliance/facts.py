"""One pathway as one row of plain facts, for audit (IPG651 1.1, "audit or research"; clinical.md 2.13).

Derived from the entries alone: the same entries give the same row, whenever it is asked. No name, number, birth date
or free text is in it.
"""

from dataclasses import dataclass
from datetime import date

from shared.compliance.afterwards import Afterwards, afterwards, carded, second_looks
from shared.compliance.answers import Verdict
from shared.compliance.selection import Leg, legs
from shared.compliance.treatment import Treatment, decided, final, offers, treatments
from shared.pathway.choices import Embolism
from shared.pathway.civil_time import civil
from shared.pathway.classification import Classification
from shared.pathway.closure import Closure
from shared.pathway.consent import Consent, ConsentLine, LineStatus
from shared.pathway.consent_rules import withdrawals
from shared.pathway.identity_changes import facts_about_patient
from shared.pathway.life_events import opened_in_error
from shared.pathway.question import Moment
from shared.pathway.referral import Referral, communication_needs

ENGLISH = "english"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathwayFacts:
    """What is counted about one pathway. `counted` False: it was opened in error, and is in no figure."""

    considered_on: date
    counted: bool
    legs: tuple[Leg, ...]
    age_years: int | None
    sex: str
    english: bool
    interpreter: bool
    embolism: str
    classified: bool
    decided: bool
    offered: bool
    consented: bool
    withdrawn: bool
    closed_for: str | None
    treatments: tuple[Treatment, ...]
    afterwards: Afterwards
    second_looks: Verdict | None
    carded: Verdict | None


def facts(moment: Moment) -> PathwayFacts | None:
    """The row of this pathway; None before its referral. It is the same whatever `moment.now` is."""
    opened = moment.pathway.latest(Referral)
    if opened is None or not isinstance(opened.record, Referral):
        return None
    patient, needs = facts_about_patient(moment), communication_needs(moment.pathway)
    reviews = tuple(review for _seq, review in decided(moment))
    closing = moment.pathway.record(Closure)
    return PathwayFacts(
        considered_on=civil(opened.at),
        counted=opened_in_error(moment) is None,
        legs=legs(moment, opened.record),
        age_years=patient.age_years,
        sex=patient.sex,
        english=needs is None or needs.language.strip().casefold() == ENGLISH,
        interpreter=needs is not None and needs.interpreter_needed,
        embolism=Embolism(opened.record.pulmonary_embolism.state).value,
        classified=moment.pathway.latest(Classification) is not None,
        decided=any(final(each) for each in reviews),
        offered=any(offers(each) for each in reviews),
        consented=any(_agreed(entry.record) for entry in moment.pathway.every(Consent)),
        withdrawn=bool(withdrawals(moment)),
        closed_for=closing.reason.value if closing else None,
        treatments=treatments(moment),
        afterwards=afterwards(moment),
        second_looks=second_looks(moment),
        carded=carded(moment),
    )


def _agreed(record: object) -> bool:
    return isinstance(record, Consent) and record.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.GIVEN
