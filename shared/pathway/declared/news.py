"""News that may come at any time and is heard at once, whoever brings it (clinical.md 4, 5.3; IPG651 2.2, 2.3, 3.5)."""

from shared.pathway import laboratory_rules, news_rules, pregnancy
from shared.pathway.laboratory import LabResultCritical
from shared.pathway.news import (
    CapacityChanged,
    ContactPreferenceChanged,
    NewBleed,
    NewPe,
    PregnancyResult,
    UrgencyChanged,
)
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.pathway.roles import CLINICAL
from shared.pathway.stage import Kind, Rule, Stage, nothing_refuses


def _always(moment: Moment) -> bool:
    del moment
    return True


def _news(record: type[Record], rule: Rule) -> Kind:
    """It is about the patient and no version of the record, and is written down of a closed pathway too."""
    return Kind(record, "referral", CLINICAL, rule, any_version=True, after_closing=True)


STAGE = Stage(
    "news",
    None,
    ("2.1", "2.2", "2.3", "3.5", "1.2"),
    (
        _news(PregnancyResult, pregnancy.refusals),
        _news(UrgencyChanged, news_rules.urgency_refusals),
        _news(NewPe, news_rules.embolism_refusals),
        _news(NewBleed, news_rules.bleed_refusals),
        _news(LabResultCritical, laboratory_rules.critical_refusals),
        _news(CapacityChanged, news_rules.capacity_refusals),
        _news(ContactPreferenceChanged, nothing_refuses),
    ),
    _always,
)
