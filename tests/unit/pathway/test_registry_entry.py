"""The registry entry of every started procedure (R-REG-1..3, R-REG-5; IPG651 1.3, 1.4)."""

import json

import pytest

from shared.pathway import decide
from shared.pathway.anatomy import Finding, Segment
from shared.pathway.consent import ConsentLine, LineStatus
from shared.pathway.duties import TaskState
from shared.pathway.people import Role
from shared.pathway.registry_by_hand import (
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryManualWithdrawal,
    awaits_second_person,
)
from shared.pathway.registry_dataset import dataset
from shared.pathway.registry_entry import RegistryAccepted, RegistryCorrection, RegistryRejected, settled, state
from tests.forms.consent import lines, withdrawal
from tests.forms.filled import london
from tests.forms.procedure import end, start
from tests.forms.referral import new_imaging
from tests.patients import CLERK, SECOND_CLERK, Case, consented, discharged, ended, on_the_day, registered, started
from tests.patients_again import prepared_again

PROCEDURE = "p-1.1"
REJECTED = RegistryRejected(procedure_id=PROCEDURE, dataset_version=1, code="missing-lot")
CORRECTED = RegistryCorrection(procedure_id=PROCEDURE, what_was_wrong="Lot number added")
TYPED = RegistryManualEntry(procedure_id=PROCEDURE, external_reference="V-1", entered_at=london("2026-03-09T11:00"))
SEEN = RegistryManualConfirmation(procedure_id=PROCEDURE, seen_in_registry=True)


def accepted(version: int) -> RegistryAccepted:
    return RegistryAccepted(procedure_id=PROCEDURE, dataset_version=version, receipt="R-1")


TAKEN_BACK = RegistryManualWithdrawal(
    procedure_id=PROCEDURE, reason="Typed into the wrong centre, deleted there", not_in_registry=True
)


def tasks_by_hand(case: Case) -> set[str]:
    """What people owe about this entry because it was made by hand."""
    asked = {"registry_manual_confirmation", "registry_update_by_hand"}
    return {each.kind for each in decide.tasks(case.moment) if each.kind in asked and each.state == TaskState.OPEN}


def owed(case: Case) -> list[str]:
    return [each.key for each in decide.owed(case.moment) if each.kind == "registry_entry"]


def test_nothing_is_owed_before_a_procedure_starts() -> None:
    assert owed(on_the_day()) == []
    assert settled(on_the_day().moment)


def test_a_started_procedure_keeps_the_registry_unsettled() -> None:
    assert not settled(started().moment)
    assert state(started().moment, PROCEDURE) == "owed"


def test_the_dataset_is_owed_when_the_procedure_has_ended() -> None:
    assert owed(started()) == []
    assert owed(ended()) == ["p-1.1.v1"]
    assert state(ended().moment, PROCEDURE) == "draft"


def test_a_receipt_settles_it() -> None:
    assert owed(registered()) == []
    assert settled(registered().moment)
    assert state(registered().moment, PROCEDURE) == "accepted"


def test_a_rejection_is_work_for_the_clerk_and_sends_nothing_by_itself() -> None:
    case = ended().writes(REJECTED)
    assert state(case.moment, PROCEDURE) == "rejected"
    assert owed(case) == []
    assert "registry_correction" in {each.kind for each in decide.tasks(case.moment)}


def test_a_correction_owes_the_next_version() -> None:
    case = ended().sequence(REJECTED, CORRECTED)
    assert state(case.moment, PROCEDURE) == "corrected"
    assert owed(case) == ["p-1.1.v2"]
    assert owed(case.writes(accepted(2))) == []


def test_discharge_owes_an_update_of_an_accepted_entry() -> None:
    assert owed(discharged()) == ["p-1.1.v2"]
    assert owed(discharged().writes(accepted(2))) == []


def test_a_correction_of_what_was_not_rejected_is_refused() -> None:
    assert registered().refused(CORRECTED) == {("R-REG-3", "procedure_id", "1.3")}


@pytest.mark.parametrize("record", [accepted(1), REJECTED, CORRECTED, TYPED, SEEN, TAKEN_BACK])
def test_a_record_about_an_unknown_procedure_is_refused(record: RegistryAccepted) -> None:
    assert on_the_day().refused(record) == {("R-REG-1", "procedure_id", "1.3")}


def test_a_manual_entry_needs_a_second_person() -> None:
    case = ended().writes(TYPED, CLERK)
    assert not settled(case.moment)
    assert case.refused(SEEN, CLERK) == {("R-REG-3", "", "1.3")}
    assert case.refused(SEEN, SECOND_CLERK) == set()


def test_a_confirmed_manual_entry_settles_it() -> None:
    case = ended().sequence(TYPED, SEEN)
    assert state(case.moment, PROCEDURE) == "manual_entry_confirmed"
    assert settled(case.moment)
    assert owed(case) == []


def test_a_confirmation_of_nothing_is_refused() -> None:
    assert ended().refused(SEEN) == {("R-REG-3", "procedure_id", "1.3")}


def test_a_second_manual_entry_is_confirmed_anew_and_the_first_still_stands() -> None:
    case = ended().sequence(TYPED, SEEN).writes(TYPED, CLERK)
    assert tasks_by_hand(case) == {"registry_manual_confirmation"}
    assert settled(case.moment)
    assert case.refused(SEEN, CLERK) == {("R-REG-3", "", "1.3")}
    assert tasks_by_hand(case.writes(SEEN)) == set()


def test_an_update_still_owed_survives_the_start_of_the_next_procedure() -> None:
    assert owed(prepared_again(discharged(), "2026-03-12T09:00").writes(start())) == ["p-1.1.v2"]


def test_each_procedure_has_its_own_entry_and_its_own_timers() -> None:
    case = prepared_again(ended(), "2026-03-09T12:00").writes(start()).when("2026-03-09T13:00")
    case = case.writes(end(ended_at=case.now))
    assert owed(case) == ["p-1.1.v1", "p-1.2.v1"]
    keys = [view.timer.key for view in decide.timers(case.moment)]
    assert len(keys) == len(set(keys))


def test_the_dataset_says_where_how_bad_and_how_old_but_not_who() -> None:
    found = dataset(ended().moment, PROCEDURE)
    assert (found["age_years"], found["pain"], found["segments"]["common_femoral"]) == (46, 7, "thrombosed")
    assert (found["presentation_on"], found["procedure_on"]) == ("2026-03-02", "2026-03-09")
    assert not {"name", "nhs_number", "date_of_birth"} & set(found)
    assert json.loads(json.dumps(found)) == found


def test_refusing_identifiable_data_changes_the_payload_and_not_the_duty() -> None:
    reluctant = consented(lines=lines(registry_identifiable_data=LineStatus.REFUSED))
    case = ended(started(reluctant))
    assert owed(case) == ["p-1.1.v1"]
    assert dataset(case.moment, PROCEDURE)["identifiable"] is False
    assert dataset(ended().moment, PROCEDURE)["identifiable"] is True


def test_what_is_sent_under_one_key_stays_the_same_whatever_is_written_since() -> None:
    case = ended()
    later = case.when("2026-03-09T15:00").writes(new_imaging(segments={Segment.POPLITEAL: Finding.CLEAR}))
    assert owed(later) == owed(case) == ["p-1.1.v1"]
    assert dataset(later.moment, PROCEDURE) == dataset(case.moment, PROCEDURE)


def test_withdrawing_identifiable_data_owes_a_version_that_says_so() -> None:
    line = frozenset({ConsentLine.REGISTRY_IDENTIFIABLE_DATA})
    case = registered().when("2026-03-10T09:00").writes(withdrawal(told_at=london("2026-03-10T09:00"), lines=line))
    assert owed(case) == ["p-1.1.v2"]
    assert dataset(case.moment, PROCEDURE)["identifiable"] is False


def test_what_is_typed_in_by_hand_is_not_sent_as_well() -> None:
    case = ended().writes(TYPED)
    assert owed(case) == []
    assert awaits_second_person(case.moment, PROCEDURE)
    assert not awaits_second_person(case.writes(SEEN).moment, PROCEDURE)


def test_the_second_procedure_is_owed_while_it_goes_on_though_the_first_has_ended() -> None:
    case = prepared_again(ended(), "2026-03-09T12:00").writes(start()).when("2026-03-09T13:00")
    assert [state(case.moment, name) for name in ("p-1.1", "p-1.2")] == ["draft", "owed"]
    with pytest.raises(ValueError, match="has not ended"):
        dataset(case.moment, "p-1.2")


def test_an_unconfirmed_manual_entry_that_is_withdrawn_is_owed_automatically_again() -> None:
    case = ended().sequence(TYPED, TAKEN_BACK)
    assert owed(case) == ["p-1.1.v1"]
    assert tasks_by_hand(case) == set()
    assert settled(case.writes(accepted(1)).moment)


def test_what_is_withdrawn_can_be_typed_in_again() -> None:
    case = ended().sequence(TYPED, TAKEN_BACK, TYPED)
    assert owed(case) == []
    assert settled(case.writes(SEEN).moment)


def test_what_is_withdrawn_cannot_be_confirmed_nor_withdrawn_twice() -> None:
    case = ended().sequence(TYPED, TAKEN_BACK)
    assert case.refused(SEEN) == case.refused(TAKEN_BACK) == {("R-REG-3", "procedure_id", "1.3")}


@pytest.mark.parametrize("confirmed_by", [SEEN, accepted(1)], ids=["a second person", "a receipt"])
def test_what_was_confirmed_is_not_withdrawn(confirmed_by: RegistryAccepted) -> None:
    case = ended().sequence(TYPED, confirmed_by)
    assert case.refused(TAKEN_BACK) == {("R-REG-3", "procedure_id", "1.3")}


def test_an_update_typed_in_before_the_registry_took_it_can_be_withdrawn() -> None:
    case = discharged().writes(TYPED, CLERK)
    assert owed(case) == []
    assert tasks_by_hand(case) == {"registry_manual_confirmation"}
    assert owed(case.writes(TAKEN_BACK)) == ["p-1.1.v2"]


def by_hand_then_home() -> Case:
    """Typed in on the day and seen by a second person; then the patient went home."""
    return discharged(ended().sequence(TYPED, SEEN))


def test_a_change_after_a_confirmed_manual_entry_is_a_persons_to_enter_by_a_day() -> None:
    case = by_hand_then_home()
    assert owed(case) == []
    (task,) = [each for each in decide.tasks(case.moment) if each.kind == "registry_update_by_hand"]
    went_home = case.pathway.entries[-1].at
    assert (task.role, task.key, task.opened_at) == (Role.REGISTRY_CLERK, PROCEDURE, went_home)
    assert task.due_at is not None
    assert 11 <= (task.due_at - went_home).days <= 14
    assert settled(case.moment)


def test_the_update_is_done_when_it_was_typed_in_and_seen() -> None:
    case = by_hand_then_home()
    typed = TYPED.model_copy(update={"entered_at": case.now})
    assert tasks_by_hand(case.writes(typed)) == {"registry_manual_confirmation"}
    assert tasks_by_hand(case.sequence(typed, SEEN)) == set()


def test_what_was_typed_in_before_a_change_does_not_hold_it_though_written_down_later() -> None:
    case = by_hand_then_home().sequence(TYPED, SEEN)
    assert tasks_by_hand(case) == {"registry_update_by_hand"}


def test_an_untouched_manual_entry_owes_no_update() -> None:
    assert tasks_by_hand(ended().sequence(TYPED, SEEN)) == set()
