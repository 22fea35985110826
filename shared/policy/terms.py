"""The terms of the policy: every figure the rules use, with its type, its unit and the rule it belongs to."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Term:
    """What an entry has to be: filed under `rule`, in `unit`, within the limits (both included).

    A limit stands where the figure is not ours to choose: IPG651 says 14 days, and at least 3 months.
    """

    rule: str
    unit: str
    at_least: int = 1
    at_most: int = 10_000


@dataclass(frozen=True, slots=True)
class Plausible:
    """The values a measurement may have before someone is asked to check it (both ends belong to it)."""

    low: float
    high: float
    unit: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as written: `source` is where the figure comes from, `owner` the role that answers for it."""

    rule: str
    key: str
    value: object
    unit: str
    source: str
    owner: str
    why: str


def _days(rule: str) -> Term:
    return Term(rule, "days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The figures of one trust's practice, checked. Day counts are civil days in Europe/London.

    `version` is the date of the document; `entries` are its lines as written, for whoever wants to know why.
    """

    version: str
    entries: tuple[Entry, ...]

    triage_hours_urgent: Annotated[int, Term("T-REF-1", "hours")]
    triage_working_days_routine: Annotated[int, Term("T-REF-1", "working_days")]
    adult_age: Annotated[int, Term("R-REF-4", "years", at_least=18)]
    pregnancy_age_from: Annotated[int, Term("G11", "years", at_least=0)]
    pregnancy_age_to: Annotated[int, Term("G11", "years")]

    t14d_amber_day: Annotated[int, _days("T-14D")]
    t14d_red_day: Annotated[int, _days("T-14D")]
    window_days: Annotated[int, Term("T-14D", "days", at_least=14, at_most=14)]
    acute_days: Annotated[int, _days("R-ELI")]
    subacute_days: Annotated[int, _days("R-ELI")]

    imaging_max_age_hours: Annotated[int, Term("R-MDT-2", "hours")]
    mdt_due_working_days: Annotated[int, Term("T-MDT", "working_days")]
    mdt_latest_day: Annotated[int, _days("T-MDT")]
    offer_valid_days: Annotated[int, _days("T-OFFER")]
    working_day_ends: Annotated[str, Term("R-MDT-6", "clock")]

    notice_send_minutes: Annotated[int, Term("T-GOV", "minutes")]
    notice_undelivered_hours: Annotated[int, Term("T-GOV", "hours")]
    notice_ack_working_days: Annotated[tuple[int, ...], Term("T-GOV", "working_days")]
    emergency_notice_hours: Annotated[int, Term("T-EMG", "hours")]

    consider_hours: Annotated[int, Term("R-CON-1", "hours")]
    consent_valid_days: Annotated[int, _days("T-CON")]

    registry_draft_days: Annotated[int, _days("T-REG")]
    registry_submit_days: Annotated[int, _days("T-REG")]

    anticoagulation_months: Annotated[int, Term("T-3M", "months", at_least=3)]
    review_opens_days: Annotated[int, _days("T-3M")]
    review_due_days: Annotated[int, _days("T-3M")]
    supply_check_days: Annotated[int, _days("T-SUP")]
    review_yearly_months: Annotated[int, Term("T-1Y", "months", at_most=12)]
    co_sign_prompts: Annotated[int, Term("R-ACO-2", "prompts")]

    plausible_hb: Annotated[Plausible, Term("PLAUSIBLE", "g/L")]
    plausible_creatinine: Annotated[Plausible, Term("PLAUSIBLE", "umol/L")]
    plausible_platelets: Annotated[Plausible, Term("PLAUSIBLE", "10^9/L")]
    plausible_weight: Annotated[Plausible, Term("PLAUSIBLE", "kg")]


# Figures that only make sense in this order.
ORDERED = (
    ("t14d_amber_day", "t14d_red_day", "window_days"),
    ("mdt_latest_day", "window_days"),
    ("acute_days", "subacute_days"),
    ("registry_draft_days", "registry_submit_days"),
    ("review_due_days", "review_opens_days"),
    ("pregnancy_age_from", "pregnancy_age_to"),
)
