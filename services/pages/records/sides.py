"""The leg, said once more before it counts (hazard H-01): on consent, MDT review and the start of a procedure."""

from collections.abc import Collection, Iterator
from itertools import chain

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


NAMED = ("side", "sides", "side_marked")  # the puncture and the words of a report are no leg to be treated


def named(part: Part) -> frozenset[Side]:
    """Every leg that a record is about, in it or in any of its parts."""
    return frozenset(_named(part))


def _named(value: object) -> Iterator[Side]:
    if isinstance(value, Side):
        yield value
    elif isinstance(value, tuple | frozenset):
        yield from chain.from_iterable(map(_named, value))
    elif isinstance(value, Part):
        fields = ((name, getattr(value, name)) for name in type(value).model_fields)
        yield from chain.from_iterable(_named(each) for name, each in fields if _asked(name, each))


def _asked(name: str, value: object) -> bool:
    """Whether what stands in this field says which leg the record is about, itself or in its parts."""
    return name in NAMED or isinstance(value, Part | tuple)


def not_referred(part: Part, referred: Collection[Side]) -> frozenset[Side]:
    """The legs that these answers are about, and the referral is not (hazard H-01)."""
    return named(part) - frozenset(referred)
