"""The leg, said once more before it counts (hazard H-01): on consent, MDT review and the start of a procedure."""

from shared.pathway.anatomy import Side
from shared.pathway.consent import Consent
from shared.pathway.mdt_review import MdtReview
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Part

FIELD = "side_again"
ANSWERS = ("left", "right", "both")


def asked_again(record: Part) -> str:
    """The one right answer, of `ANSWERS`; "" for a record on which the leg is not asked again."""
    found = _sides(record)
    return "" if not found else "both" if len(found) > 1 else next(iter(found)).value


def _sides(record: Part) -> frozenset[Side]:
    if isinstance(record, ProcedureStart):
        return frozenset({record.side})
    if isinstance(record, Consent):
        return record.sides
    if isinstance(record, MdtReview):
        return frozenset(each.side for each in record.decisions)
    return frozenset()


def wrong_side(record: Part, answer: str) -> str:
    """The key of what is wrong with the second answer; "" when it is right or was not asked."""
    right = asked_again(record)
    if not right or answer == right:
        return ""
    return "side_again.differs" if answer in ANSWERS else "side_again.choose"
