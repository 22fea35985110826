"""Reading the bleeding risk (IPG651 2.3, 2.4): what forbids a thrombolytic drug here, and what the MDT has to weigh.

Thrombectomy alone stays open whatever these say.
"""

from collections.abc import Iterator

from shared.pathway.bleeding_risk import AbsoluteContraindication, BleedingRisk, RelativeContraindication
from shared.pathway.choices import Answer
from shared.pathway.question import Moment, Question
from shared.pathway.refusal import Refusal

WORDS: dict[AbsoluteContraindication, str] = {
    AbsoluteContraindication.ACTIVE_BLEEDING_OR_DIC: "active bleeding or disseminated intravascular coagulation",
    AbsoluteContraindication.STROKE_NEUROSURGERY_OR_HEAD_INJURY_WITHIN_3_MONTHS: (
        "stroke, neurosurgery or head injury within 3 months"
    ),
    AbsoluteContraindication.ANTICOAGULATION_CONTRAINDICATED: "an absolute contraindication to anticoagulants",
}


def lysis_contraindicated(moment: Moment) -> tuple[str, ...]:
    """Why no thrombolytic drug may be planned or given here (R-PRO-3, G8), in words; empty when nothing forbids it.

    An item that is `yes`, `unknown` or was left out forbids it, and so does a checklist nobody filled in.
    """
    risk = moment.pathway.record(BleedingRisk)
    if risk is None:
        return ("the thrombolysis checklist is not filled in",)
    return tuple(_why(WORDS[item], risk.absolute.get(item)) for item in _not_excluded(risk))


def _not_excluded(risk: BleedingRisk) -> Iterator[AbsoluteContraindication]:
    return (item for item in AbsoluteContraindication if risk.absolute.get(item) != Answer.NO)


def _why(words: str, answer: Answer | None) -> str:
    return words if answer == Answer.YES else f"not excluded: {words}"


def to_acknowledge(moment: Moment) -> tuple[RelativeContraindication, ...]:
    """The relative contraindications that are present, which the MDT has to acknowledge before it plans the drug."""
    risk = moment.pathway.record(BleedingRisk)
    if risk is None:
        return ()
    return tuple(item for item in RelativeContraindication if risk.relative.get(item) == Answer.YES)


def refusals(question: Question[BleedingRisk]) -> Iterator[Refusal]:
    """Why this assessment cannot stand. What is left out is not refused: it counts as not assessed.

    Refuses: an assessment of the future. Guidance: 2.3, 2.4.
    """
    if question.record.assessed_at > question.now:
        yield Refusal("R-PRO-3", "assessed_at", "This lies in the future", "2.3")
