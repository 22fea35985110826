"""Of what it may be said that it was written on paper first (H-10): sheet, time and writer."""

from datetime import timedelta
from typing import Any

from shared.pathway import back_entry
from shared.pathway.back_entry import BackEntered
from shared.pathway.people import PATENCY
from shared.pathway.question import Question
from tests.forms.filled import london
from tests.patients import WARD, Case, discharged


def on_paper(case: Case, **changes: Any) -> list[str]:
    given: dict[str, Any] = {"entry": case.pathway.version, "written_at": case.now, "written_by": "ward-1"}
    asked = Question(case.moment, BackEntered(sheet="7F-12", **(given | changes)), WARD)
    return [each.field for each in back_entry.refusals(asked)]


def test_an_entry_may_have_been_on_paper_first() -> None:
    case = discharged()
    assert on_paper(case, written_at=case.now - timedelta(hours=5)) == []


def test_an_entry_that_does_not_exist_was_not_on_paper() -> None:
    assert on_paper(discharged(), entry=99) == ["entry"]


def test_what_a_machine_entered_was_not_on_paper() -> None:
    case = discharged()
    machine = next(each for each in case.pathway.entries if each.by == PATENCY)
    assert on_paper(case, entry=machine.seq, written_at=london("2026-03-03T09:00")) == ["entry"]


def test_a_sheet_written_after_its_entry_is_refused() -> None:
    case = discharged()
    assert on_paper(case, written_at=case.now + timedelta(minutes=1)) == ["written_at"]


def test_a_sheet_of_somebody_unknown_is_refused() -> None:
    assert on_paper(discharged(), written_by="nobody-1") == ["written_by"]
