"""A call in an emergency without quorum, and the full MDT that looks back (R-MDT-6; IPG651 3.5, 3.8)."""

from typing import Any

import pytest

from shared.pathway import decide
from shared.pathway.duties import TaskState
from shared.pathway.mdt_offer import decision, standing_offer
from shared.pathway.mdt_review import Attempt, MdtReview, MeetingType, Outcome
from shared.pathway.retrospective import settled, to_look_back_on
from tests.forms.filled import filled, london
from tests.forms.mdt_review import attendees, decided, mdt_review, sign_off
from tests.forms.procedure import end, start
from tests.forms.the_day import breaking
from tests.patients import SPECIALISTS, SURGEON, Case, classified, iliofemoral_left, limb_under_threat


def attempt(**changes: Any) -> Attempt:
    given = {"specialty": "haematologist", "tried_at": london("2026-03-03T12:20"), "how": "phone", "reached": False}
    return filled(Attempt, given, changes)


def at_night() -> Case:
    return classified(limb_under_threat()).when("2026-03-03T12:50")


def call(**changes: Any) -> MdtReview:
    given = {
        "meeting_type": MeetingType.AD_HOC_CALL,
        "met_at": london("2026-03-03T12:50"),
        "attendees": attendees("vs-1", "ir-1"),
        "attempts": (attempt(),),
    }
    return mdt_review(**(given | changes))


def back(**changes: Any) -> MdtReview:
    given = {"meeting_type": MeetingType.RETROSPECTIVE, "met_at": london("2026-03-04T12:00")}
    return mdt_review(decided(Outcome.ALTERNATIVE), **(given | changes))


def treated() -> Case:
    """Treated on Tuesday 3 March at 13:15 after a call that the haematologist could not join."""
    case = at_night().writes(call()).writes(breaking("G4", "G7", "G9", "G12")).when("2026-03-03T13:15")
    return case.writes(start())


def test_a_call_without_a_specialty_that_was_not_reached_stands_in_an_emergency() -> None:
    assert at_night().refused(call()) == set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"attempts": ()}, ("R-MDT-6", "attempts", "3.5")),
        ({"attempts": (attempt(tried_at=london("2026-03-03T12:21")),)}, ("R-MDT-6", "attempts", "3.5")),
        ({"attempts": (attempt(specialty="vascular_surgeon"),)}, ("R-MDT-6", "attempts", "3.5")),
        ({"meeting_type": MeetingType.SCHEDULED}, ("R-MDT-1", "attendees", "3.8")),
    ],
)
def test_a_call_without_quorum_needs_its_attempts(changes: dict[str, Any], refused: tuple[str, str, str]) -> None:
    assert at_night().refused(call(**changes)) == {refused}


def test_without_an_emergency_a_call_needs_its_quorum() -> None:
    calm = classified(iliofemoral_left()).when("2026-03-03T12:50")
    assert calm.refused(call()) == {("R-MDT-1", "attendees", "3.8")}


def test_a_call_without_quorum_offers_nothing_until_g4_is_broken() -> None:
    case = at_night().writes(call())
    assert standing_offer(case.moment) is None
    assert "G4" in {rule for rule, _f, _p in case.refused(start())}
    assert treated().pathway.entries[-1].kind == "procedure_start"


def test_only_those_who_took_part_are_asked_to_sign() -> None:
    signs = [each.role for each in decide.tasks(at_night().writes(call()).moment) if each.kind == "mdt_sign_off"]
    assert sorted(signs) == ["interventional_radiologist", "vascular_surgeon"]


def test_the_full_mdt_is_due_by_the_end_of_the_next_working_day() -> None:
    case = treated()
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "retrospective_mdt")
    (timer,) = (view for view in decide.timers(case.moment) if view.timer.rung == "retrospective_mdt")
    assert task.due_at == timer.timer.due_at == london("2026-03-04T17:00")
    assert (task.state, timer.state) == (TaskState.OPEN, "pending")
    assert not settled(case.moment)


def test_looking_back_is_over_with_the_third_signature_and_offers_nothing() -> None:
    case = treated().when("2026-03-03T14:00").writes(end(ended_at=london("2026-03-03T14:00")))
    case = case.when("2026-03-04T12:00").writes(back())
    (task,) = (each for each in decide.tasks(case.moment) if each.kind == "retrospective_mdt")
    assert task.state == TaskState.DONE
    assert not settled(case.moment)
    seq = case.pathway.version
    for who in SPECIALISTS:
        case = case.writes(sign_off(seq), who)
    assert settled(case.moment)
    assert decision(case.moment) is None


def test_an_objection_looking_back_counts_as_having_looked() -> None:
    case = treated().when("2026-03-04T12:00").writes(back())
    seq = case.pathway.version
    case = case.writes(sign_off(seq, agrees=False, objection="I would have given the drug"), SURGEON)
    for who in SPECIALISTS[1:]:
        case = case.writes(sign_off(seq), who)
    assert settled(case.moment)


def test_looking_back_needs_its_quorum_and_something_to_look_back_on() -> None:
    late = treated().when("2026-03-04T12:00")
    assert late.refused(back(attendees=attendees("vs-1", "ir-1"))) == {("R-MDT-1", "attendees", "3.8")}
    assert at_night().when("2026-03-04T12:00").refused(back()) == {("R-MDT-6", "meeting_type", "3.8")}
    early = back(met_at=london("2026-03-03T13:00"))
    assert late.refused(early) == {("R-MDT-6", "meeting_type", "3.8")}


def test_a_start_under_a_full_mdt_owes_no_look_back() -> None:
    case = at_night().writes(breaking("G7", "G9", "G12"))
    assert to_look_back_on(case.moment) == ()
    assert to_look_back_on(treated().moment) != ()
