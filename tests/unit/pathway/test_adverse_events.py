"""Adverse events: what they ask of whom, by when, and for how long (clinical.md 2.8, R-AE-1..7)."""

from datetime import date

import pytest

from shared.pathway import adverse_event_track, closure, decide
from shared.pathway.adverse_event import AdverseEvent, Contribution, SeriousBecause
from shared.pathway.duties import Task, TaskState
from shared.pathway.endings import PatientDied
from shared.pathway.people import Role
from shared.pathway.procedure_parts import Event
from shared.pathway.trust_news import AuthorisationSuspended
from tests import patients, tracks
from tests.forms import adverse_events as forms
from tests.forms import filters
from tests.forms.filled import london
from tests.unit.pathway.timetable import days

SERIOUS = frozenset({SeriousBecause.REINTERVENTION})


def tasks(case: patients.Case, kind: str) -> dict[str, Task]:
    return {each.key: each for each in decide.tasks(case.moment) if each.kind == kind}


def only(case: patients.Case, kind: str) -> Task:
    (found,) = tasks(case, kind).values()
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"serious_because": SERIOUS},
        {"category": Event.DEATH},
        {"category": Event.WRONG_SIDE_OR_PATIENT},
        {"harm_level": "severe"},
        {"bleed": forms.bleed(isth="major")},
        {"severity_sir": 4},
    ],
)
def test_what_is_serious_is_serious_by_any_sign(changes: dict[str, object]) -> None:
    assert adverse_event_track.serious(forms.adverse_event(**changes))


@pytest.mark.parametrize("changes", [{}, {"harm_level": "moderate"}, {"bleed": forms.bleed()}, {"severity_sir": 3}])
def test_what_shows_no_sign_is_not_serious(changes: dict[str, object]) -> None:
    assert not adverse_event_track.serious(forms.adverse_event(**changes))


def test_a_serious_event_is_an_occasion_to_tell_governance_and_radiology_at_once() -> None:
    case = tracks.harmed(serious_because=SERIOUS)
    assert list(adverse_event_track.occasions(case.moment)) == [("serious_adverse_event", case.now)]
    look = only(case, "adverse_event_seen")
    assert (look.role, look.due_at) == (Role.INTERVENTIONAL_RADIOLOGIST, case.now)
    seen = case.writes(forms.seen(tracks.number(case)), patients.RADIOLOGIST)
    assert only(seen, "adverse_event_seen").state == TaskState.DONE


def test_a_lesser_event_is_no_occasion() -> None:
    case = tracks.harmed()
    assert list(adverse_event_track.occasions(case.moment)) == []
    assert tasks(case, "adverse_event_seen") == {}


def test_a_report_by_the_radiologist_needs_no_second_look() -> None:
    case = patients.ended().when("2026-03-10T09:00")
    case = case.writes(forms.adverse_event(serious_because=SERIOUS), patients.RADIOLOGIST)
    assert only(case, "adverse_event_seen").state == TaskState.DONE


@pytest.mark.parametrize("word", [Contribution.YES, Contribution.POSSIBLY, Contribution.UNKNOWN])
def test_a_device_that_might_have_contributed_is_reported_and_kept(word: Contribution) -> None:
    case = tracks.harmed(**forms.by_device(contributions=forms.contributions(device=word)))
    assert set(tasks(case, "yellow_card")) == {f"{tracks.number(case)}-device"}
    assert only(case, "yellow_card").role == Role.DEVICE_SAFETY_OFFICER
    assert only(case, "device_retained").state == TaskState.OPEN


def test_a_device_without_a_part_in_it_is_not_reported() -> None:
    case = tracks.harmed()
    assert tasks(case, "yellow_card") == tasks(case, "device_retained") == {}


def harmed_by_the_filter() -> patients.Case:
    """The filter tilted; it is inside, and shall come out on 1 April."""
    device = forms.device(udi_di=filters.FILTER, lot=None, serial="SN-1")
    return tracks.harmed(tracks.with_filter(), **forms.by_device(device=device))


def test_nobody_is_asked_to_keep_a_filter_that_is_inside_the_patient() -> None:
    case = harmed_by_the_filter()
    assert tasks(case, "device_retained") == {}
    assert set(tasks(case, "yellow_card")) == {f"{tracks.number(case)}-device"}


def test_a_filter_is_kept_from_the_day_it_is_out() -> None:
    case = harmed_by_the_filter()
    number = tracks.number(case)
    inside = forms.retained(number, retained=False, location=None, quarantined_at=None, why_not="Inside the patient")
    out = case.writes(inside, tracks.OFFICER).when("2026-04-01T12:00").writes(filters.retrieval(), patients.RADIOLOGIST)
    owed = only(out, "device_retained")
    assert (owed.state, owed.due_at) == (TaskState.OPEN, london("2026-04-01T12:00"))
    kept = out.when("2026-04-01T13:00").writes(forms.retained(number), tracks.OFFICER)
    assert only(kept, "device_retained").state == TaskState.DONE


def test_a_report_names_the_scheme_of_its_nation() -> None:
    assert only(tracks.harmed(**forms.by_device()), "yellow_card").why == "Yellow Card scheme (MHRA)"


def test_a_medicine_is_reported_and_no_device_kept() -> None:
    case = tracks.harmed(contributions=forms.contributions(medicine=Contribution.POSSIBLY), medicine="alteplase")
    assert set(tasks(case, "yellow_card")) == {f"{tracks.number(case)}-medicine"}
    assert tasks(case, "device_retained") == {}


def test_a_serious_report_is_due_24_hours_after_it_was_noticed() -> None:
    case = tracks.harmed(**forms.by_device(serious_because=SERIOUS))
    assert only(case, "yellow_card").due_at == london("2026-03-10T18:30")


def test_another_report_is_due_on_the_fifth_working_day() -> None:
    case = tracks.harmed(**forms.by_device())
    assert only(case, "yellow_card").due_at == london("2026-03-16T17:00")
    assert set(days(case, "T-YC").values()) == {"2026-03-16"}


def test_a_report_counts_as_made_when_its_reference_is_entered() -> None:
    case = tracks.harmed(**forms.by_device())
    done = case.writes(forms.yellow_card(tracks.number(case)), tracks.OFFICER)
    assert only(done, "yellow_card").state == TaskState.DONE
    kept = done.writes(forms.retained(tracks.number(case)), tracks.OFFICER)
    assert only(kept, "device_retained").state == TaskState.DONE


def test_the_patient_is_told_in_person_at_once_and_in_writing_within_ten_working_days() -> None:
    case = tracks.harmed(harm_level="moderate")
    number = tracks.number(case)
    due = {key: each.due_at for key, each in tasks(case, "candour").items()}
    assert due == {f"{number}-in_person": london("2026-03-10T17:00"), f"{number}-written": london("2026-03-23T17:00")}
    told = case.writes(forms.candour(number), patients.OPERATOR)
    states = {key: each.state for key, each in tasks(told, "candour").items()}
    assert states == {f"{number}-in_person": TaskState.DONE, f"{number}-written": TaskState.OPEN}


@pytest.mark.parametrize(
    ("changes", "owed"),
    [
        ({"harm_level": "low"}, False),
        ({"harm_level": "low", "notifiable": "yes"}, True),
        ({"harm_level": "moderate"}, True),
        ({"harm_level": "moderate", "notifiable": "no"}, False),
    ],
)
def test_candour_is_owed_as_said_and_where_nobody_said_by_the_harm(changes: dict[str, object], owed: bool) -> None:
    assert adverse_event_track.notifiable(forms.adverse_event(**changes)) is owed


def test_an_event_without_its_end_keeps_the_pathway_open() -> None:
    case = tracks.harmed()
    assert "R-AE-7" in {each.rule for each in closure.guards(case.moment)}
    goes_on = case.writes(forms.outcome(tracks.number(case), outcome="continuing"), patients.WARD)
    assert len(adverse_event_track.unresolved(goes_on.moment)) == 1
    over = goes_on.writes(forms.outcome(tracks.number(case)), patients.WARD)
    assert adverse_event_track.unresolved(over.moment) == ()
    assert "R-AE-7" not in {each.rule for each in closure.guards(over.moment)}


def test_an_event_named_in_the_room_has_to_be_reported() -> None:
    case = patients.ended(events=frozenset({Event.VESSEL_DAMAGE}), no_event=False)
    owed = only(case, "adverse_event")
    assert (owed.key, owed.state) == (f"{tracks.number(case)}-vessel_damage", TaskState.OPEN)
    reported = tracks.harmed(case, category=Event.VESSEL_DAMAGE)
    assert only(reported, "adverse_event").state == TaskState.DONE


def test_another_event_does_not_answer_for_the_one_named_in_the_room() -> None:
    case = patients.ended(events=frozenset({Event.VESSEL_DAMAGE}), no_event=False)
    assert only(tracks.harmed(case, category=Event.OTHER), "adverse_event").state == TaskState.OPEN


def test_a_death_after_the_procedure_has_to_be_reported_and_its_duties_go_on() -> None:
    case = tracks.harmed(harm_level="moderate")
    news = PatientDied(died_on=date(2026, 3, 12), learned_at=london("2026-03-12T09:00"), source="seen_here")
    dead = case.when("2026-03-12T10:00").writes(news, patients.WARD)
    assert {key.partition("-")[2] for key in tasks(dead, "adverse_event")} == {"death"}
    assert {each.state for each in tasks(dead, "candour").values()} == {TaskState.OPEN}
    assert tasks(dead.until("2026-04-20T10:00"), "thirty_day_check") == {}


def test_the_30_day_check_opens_on_day_30_and_its_silence_is_told() -> None:
    case = patients.ended()
    assert days(case, "T-AE30") == {"check": "2026-04-08"}
    assert tasks(case.until("2026-04-07T23:00"), "thirty_day_check") == {}
    late = only(case.until("2026-04-09T10:00"), "thirty_day_check")
    assert late.escalated_to == (Role.REGISTRY_CLERK, Role.INTERVENTIONAL_RADIOLOGIST)


def test_that_nothing_went_wrong_is_said_by_somebody_who_knows() -> None:
    case = patients.ended().until("2026-04-08T10:00")
    nobody = case.writes(forms.thirty_day_check(how="not_reached", no_event=False), patients.WARD)
    assert only(nobody, "thirty_day_check").state == TaskState.OPEN
    said = nobody.writes(forms.thirty_day_check(), patients.WARD)
    assert only(said, "thirty_day_check").state == TaskState.DONE


def test_what_the_check_names_has_to_be_reported() -> None:
    case = patients.ended().until("2026-04-08T10:00")
    case = case.writes(forms.thirty_day_check(no_event=False, events=frozenset({Event.RE_THROMBOSIS})), patients.WARD)
    assert only(case, "adverse_event").key.endswith("-re_thrombosis")


def test_a_second_event_of_the_same_model_asks_governance_about_the_device() -> None:
    seen_before = {"Riptide/device_malfunction": 1}
    case = tracks.harmed(patients.ended().where(device_events=seen_before), **forms.by_device())
    signal = only(case, "device_signal")
    assert signal.role == Role.GOVERNANCE_LEAD
    assert "Riptide" in signal.why
    stopped = case.writes(
        AuthorisationSuspended(scope="device", subject="Riptide", reason="Look", reference="S-1"), patients.LEAD
    )
    assert only(stopped, "device_signal").state == TaskState.DONE


@pytest.mark.parametrize("before", [{}, {"Riptide/bleeding": 5}, {"Gulp/device_malfunction": 5}])
def test_other_models_and_other_harm_are_no_signal(before: dict[str, int]) -> None:
    case = tracks.harmed(patients.ended().where(device_events=before), **forms.by_device())
    assert tasks(case, "device_signal") == {}


@pytest.mark.parametrize(
    ("wall", "phase"),
    [
        ("2026-03-09T08:00", "before"),
        ("2026-03-09T10:00", "intra"),
        ("2026-03-09T20:00", "within_24h"),
        ("2026-03-10T10:00", "within_30d"),
        ("2026-04-08T23:00", "within_30d"),
        ("2026-04-09T01:00", "later"),
    ],
)
def test_the_phase_is_counted_from_the_procedure(wall: str, phase: str) -> None:
    event: AdverseEvent = forms.adverse_event(onset_at=london(wall))
    assert adverse_event_track.phase(patients.ended().pathway, event) == phase
