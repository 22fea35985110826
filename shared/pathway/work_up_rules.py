"""What a work-up has to say (clinical.md 2.1; IPG651 1.4): each referred leg, allergies that do not contradict."""

from collections.abc import Iterator

from shared.pathway.civil_time import civil
from shared.pathway.instruments import villalta
from shared.pathway.laboratory_rules import implausible
from shared.pathway.question import Question
from shared.pathway.referral import sides
from shared.pathway.refusal import Refusal
from shared.pathway.work_up import Allergy, BaselineVillalta, WorkUp


def refusals(question: Question[WorkUp]) -> Iterator[Refusal]:
    """Why this work-up cannot stand.

    Refuses: a day of the future, a leg left out or not referred, severity neither assessed nor explained,
    allergies that contradict each other, a weight whose unit has to be checked. Guidance: 1.4.
    """
    record = question.record
    if record.assessed_at > question.now:
        yield Refusal("R-ELI-2", "assessed_at", "This lies in the future", "1.4")
    if sorted(each.side for each in record.baseline_villalta) != sorted(sides(question.pathway)):
        yield Refusal("R-PTS-1", "baseline_villalta", "Answer for each referred leg once", "1.4")
    for place, leg in enumerate(record.baseline_villalta):
        yield from _severity(leg, f"baseline_villalta.{place}")
    yield from _allergies(record)
    yield from _earlier(question)
    weight = record.weight.value if record.weight else None
    yield from implausible("weight", "weight", "kg", weight, question.policy.plausible_weight)


def _severity(leg: BaselineVillalta, at: str) -> Iterator[Refusal]:
    complete = leg.score is not None and villalta.raw(leg.score) is not None
    if not complete and leg.not_assessed_because is None:
        words = "Fill in every item, or say why the severity of this leg was not assessed"
        yield Refusal("R-PTS-3", f"{at}.not_assessed_because", words, "1.4")


def _allergies(record: WorkUp) -> Iterator[Refusal]:
    alone = record.allergies & {Allergy.NONE_KNOWN, Allergy.UNKNOWN}
    if alone and len(record.allergies) > 1:
        words = "None known, and unknown, each stand alone: choose again"
        yield Refusal("R-PRO-1", "allergies", words, "D")
    if Allergy.DRUGS in record.allergies and record.allergies_in_words is None:
        yield Refusal("R-PRO-1", "allergies_in_words", "Name the drugs", "D")


def _earlier(question: Question[WorkUp]) -> Iterator[Refusal]:
    for place, dvt in enumerate(question.record.previous_dvt):
        if dvt.on is not None and dvt.on > civil(question.now):
            yield Refusal("R-REF-1", f"previous_dvt.{place}.on", "This lies in the future", "2.1")
