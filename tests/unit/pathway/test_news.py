"""News that may come at any time: who brings it, in which state, and what hardly ever refuses it (clinical.md 4)."""

from collections.abc import Callable

import pytest

from shared.pathway.record import Record
from shared.pathway.referral import communication_needs
from shared.pathway.stages import KINDS
from tests.forms.before_mdt import (
    capacity_changed,
    contact_preference,
    critical_result,
    new_bleed,
    new_pe,
    pregnancy_result,
    urgency_changed,
)
from tests.forms.filled import london
from tests.patients import Case, arrived, classified, discharged, ended, iliofemoral_left, offered, started

NEWS: dict[str, Callable[[], Record]] = {
    "pregnancy_result": pregnancy_result,
    "urgency_changed": urgency_changed,
    "new_pe": new_pe,
    "new_bleed": new_bleed,
    "lab_result_critical": critical_result,
    "capacity_changed": capacity_changed,
    "contact_preference_changed": contact_preference,
}
STATES: dict[str, Callable[[], Case]] = {
    "referred": lambda: iliofemoral_left().when("2026-03-03T12:00"),
    "classified": classified,
    "offered": offered,
    "under way": started,
    "afterwards": ended,
    "at home": discharged,
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize("news", NEWS.values(), ids=NEWS)
def test_news_is_taken_in_every_state(news: Callable[[], Record], state: Callable[[], Case]) -> None:
    assert state().refused(news()) == set()


@pytest.mark.parametrize("kind", NEWS)
def test_news_waits_for_no_version_and_for_no_open_pathway(kind: str) -> None:
    assert KINDS[kind].any_version
    assert KINDS[kind].after_closing


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (new_pe(found_at=london("2026-03-03T12:01")), "found_at"),
        (new_bleed(found_at=london("2026-03-03T12:01")), "found_at"),
        (capacity_changed(noticed_at=london("2026-03-03T12:01")), "noticed_at"),
    ],
)
def test_news_of_the_future_is_refused(record: Record, field: str) -> None:
    case = iliofemoral_left().when("2026-03-03T12:00")
    assert {name for _rule, name, _paragraph in case.refused(record)} == {field}


def test_how_the_patient_communicates_is_as_last_said() -> None:
    case = iliofemoral_left()
    before, after = communication_needs(case.pathway), communication_needs(case.writes(contact_preference()).pathway)
    assert before is not None
    assert after is not None
    assert (before.language, after.language) == ("English", "Welsh")
    assert communication_needs(arrived().pathway) is None
