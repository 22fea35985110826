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
    count: int | None = None  # how many values a list has, where the rules name each of them
    among: frozenset[int] = frozenset()  # the only values that the rules know, where they know only some


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

    material_hb_fall: Annotated[int, Term("R-MDT-5", "g/L")]
    material_platelets: Annotated[int, Term("R-MDT-5", "10^9/L")]
    material_inr: Annotated[float, Term("R-MDT-5", "ratio")]
    material_creatinine_times: Annotated[float, Term("R-MDT-5", "times")]

    imaging_max_age_hours: Annotated[int, Term("R-MDT-2", "hours")]
    mdt_due_working_days: Annotated[int, Term("T-MDT", "working_days")]
    mdt_latest_day: Annotated[int, _days("T-MDT")]
    offer_valid_days: Annotated[int, _days("T-OFFER")]
    reach_minutes: Annotated[int, Term("R-MDT-6", "minutes")]
    working_day_ends: Annotated[str, Term("R-MDT-6", "clock")]

    notice_send_minutes: Annotated[int, Term("T-GOV", "minutes")]
    notice_undelivered_hours: Annotated[int, Term("T-GOV", "hours")]
    notice_ack_working_days: Annotated[tuple[int, ...], Term("T-GOV", "working_days", count=2)]
    notice_director_working_days: Annotated[int, Term("T-GOV", "working_days")]
    quiet_from: Annotated[str, Term("T-GOV", "clock")]
    quiet_until: Annotated[str, Term("T-GOV", "clock")]
    emergency_notice_hours: Annotated[int, Term("T-EMG", "hours")]
    break_glass_review_hours: Annotated[int, Term("T-EMG", "hours")]
    break_glass_hours: Annotated[int, Term("G14", "hours")]
    bloods_max_age_hours: Annotated[int, Term("G12", "hours")]
    write_up_hours: Annotated[int, Term("R-PRO-1", "hours")]

    consider_hours: Annotated[int, Term("R-CON-1", "hours")]
    consent_valid_days: Annotated[int, _days("T-CON")]

    transfer_accept_hours: Annotated[int, Term("T-XFER", "hours")]
    authorisation_warning_days: Annotated[tuple[int, ...], Term("T-AUTH", "days", at_least=0)]

    registry_draft_days: Annotated[int, _days("T-REG")]
    registry_submit_days: Annotated[int, _days("T-REG")]

    anticoagulation_months: Annotated[int, Term("T-3M", "months", at_least=3)]
    review_opens_days: Annotated[int, _days("T-3M")]
    review_due_days: Annotated[int, _days("T-3M")]
    supply_check_days: Annotated[int, _days("T-SUP")]
    review_yearly_months: Annotated[int, Term("T-1Y", "months", at_most=12)]
    co_sign_prompts: Annotated[int, Term("R-ACO-2", "prompts")]
    treatment_months: Annotated[int, Term("T-3M", "months", at_least=3)]
    contact_within_days: Annotated[int, _days("R-ACO-5")]
    contact_attempts_patient: Annotated[int, Term("R-ACO-5", "attempts")]
    contact_attempts_lost: Annotated[int, Term("R-PTS-5", "attempts")]
    visit_months: Annotated[tuple[int, ...], Term("T-LT", "months", among=frozenset({6, 12, 24, 60}))]
    visit_window_days: Annotated[int, _days("T-LT")]
    referral_villalta: Annotated[int, Term("R-PTS-4", "points", at_most=33)]
    referral_within_days: Annotated[int, _days("R-PTS-4")]

    filter_plan_hours: Annotated[int, Term("R-FIL-1", "hours")]
    filter_review_days: Annotated[int, _days("T-FIL")]
    filter_target_days: Annotated[int, _days("T-FIL")]
    filter_amber_days: Annotated[int, _days("T-FIL")]
    filter_red_days: Annotated[int, _days("T-FIL")]
    filter_critical_days: Annotated[int, _days("T-FIL")]
    filter_ifu_margin_days: Annotated[int, _days("T-FIL")]
    filter_again_days: Annotated[int, _days("T-FIL")]

    laboratory_check_hours: Annotated[tuple[int, ...], Term("T-LABS", "hours")]
    laboratory_window_hours: Annotated[int, Term("T-LABS", "hours")]
    aki_creatinine_times: Annotated[float, Term("R-PRO-5", "times")]
    aki_creatinine_rise: Annotated[int, Term("R-PRO-5", "umol/L")]

    yellow_card_serious_hours: Annotated[int, Term("T-YC", "hours")]
    yellow_card_working_days: Annotated[int, Term("T-YC", "working_days")]
    candour_in_person_working_days: Annotated[int, Term("T-DOC", "working_days")]
    candour_written_working_days: Annotated[int, Term("T-DOC", "working_days")]
    device_signal_events: Annotated[int, Term("R-AE-6", "events", at_least=2)]
    device_signal_days: Annotated[int, _days("R-AE-6")]
    adverse_event_check_days: Annotated[int, _days("T-AE30")]

    small_numbers_below: Annotated[int, Term("AUDIT", "people", at_least=2, at_most=20)]

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
    ("filter_review_days", "filter_target_days", "filter_amber_days", "filter_red_days", "filter_critical_days"),
    ("review_due_days", "review_opens_days"),
    ("contact_attempts_patient", "contact_attempts_lost"),
    ("pregnancy_age_from", "pregnancy_age_to"),
)
