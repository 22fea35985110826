"""The registry entry of every started procedure (R-REG-1..3, R-REG-5; IPG651 1.3, 1.4)."""

import json

import pytest

from shared.pathway import decide
from shared.pathway.anatomy import Finding, Segment
from shared.pathway.consent import ConsentLine, LineStatus
from shared.pathway.registry_dataset import dataset
from shared.pathway.registry_entry import (
    RegistryAccepted,
    RegistryCorrection,
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryRejected,
    awaits_second_person,
    settled,
    state,
)
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


@pytest.mark.parametrize("record", [accepted(1), REJECTED, CORRECTED, TYPED, SEEN])
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


def test_a_second_manual_entry_is_confirmed_anew() -> None:
    case = ended().sequence(TYPED, SEEN, TYPED)
    assert not settled(case.moment)


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
