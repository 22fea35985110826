"""What somebody is stopped for before a record counts, and may go on: unusual, not forbidden (IPG651 3.9, 2.6)."""

from collections.abc import Iterator

from shared.pathway import classification
from shared.pathway.anatomy import Side
from shared.pathway.civil_time import day_number
from shared.pathway.consent import Consent, ConsentLine, LineStatus
from shared.pathway.discharge import Discharge
from shared.pathway.eligibility import ClotAge
from shared.pathway.follow_up import min_until
from shared.pathway.mdt_review import OFFERS, MdtReview
from shared.pathway.procedure import ProcedureStart
from shared.pathway.question import Moment
from shared.pathway.record import Part
from shared.pathway.referral import Referral
from shared.web.pages.shown.instants import day_words
from shared.web.pages.words import spoken


def cautions(moment: Moment, record: Part) -> tuple[tuple[str, str], ...]:
    """Each caution as its code and its words; empty where nothing is unusual."""
    return (*_too_late(moment, record), *_old_clot(moment, record), *_supply(moment, record))


def _treats(record: Part) -> tuple[Side, ...]:
    """The legs for which this record leads to the procedure."""
    if isinstance(record, ProcedureStart):
        return (record.side,)
    if isinstance(record, Consent):
        given = record.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.GIVEN
        return tuple(sorted(record.sides)) if given else ()
    if isinstance(record, MdtReview):
        return tuple(each.side for each in record.decisions if each.outcome in OFFERS)
    return ()


def _too_late(moment: Moment, record: Part) -> Iterator[tuple[str, str]]:
    referral = moment.pathway.record(Referral)
    if referral is None or not _treats(record):
        return
    day = day_number(referral.presentation_at, moment.now)
    if day > moment.policy.window_days:
        yield "past_window", spoken()("caution.past_window", day=day, days=moment.policy.window_days)


def _old_clot(moment: Moment, record: Part) -> Iterator[tuple[str, str]]:
    ages = {each.side: each.clot_age for each in classification.recommendations(moment)}
    for side in _treats(record):
        if ages.get(side) == ClotAge.SUBACUTE:
            yield f"subacute_{side}", spoken()("caution.subacute", side=spoken()(f"side.{side.value}"))


def _supply(moment: Moment, record: Part) -> Iterator[tuple[str, str]]:
    until = min_until(moment)
    plan = record.anticoagulant if isinstance(record, Discharge) else None
    if until is not None and plan is not None and plan.supply_until < until:
        words = spoken()("caution.supply_gap", ends=day_words(plan.supply_until), until=day_words(until))
        yield "supply_gap", words
