"""The draft of a report: filled in from the record, routed by nation, naming no patient (R-AE-4)."""

from dataclasses import replace

import pytest

from shared.pathway import decide, yellow_card_draft
from shared.pathway.adverse_event import Contribution
from shared.pathway.yellow_card_draft import Draft
from tests import patients, tracks
from tests.forms import adverse_events as forms
from tests.forms import filters


def harmed() -> patients.Case:
    return tracks.harmed(**forms.by_device(incident_number="DATIX-1"))


def drafted(case: patients.Case, number: int | None = None, subject: str = "device") -> Draft:
    found = yellow_card_draft.draft(case.moment, number or tracks.number(case), subject)
    assert found is not None
    return found


def test_what_the_record_knows_stands_in_the_draft() -> None:
    found = drafted(harmed())
    assert (found.state, found.reference) == ("drafted", None)
    assert (found.trust, found.nation, found.place) == ("RXX", "england", "IR 2")
    assert (found.patient_age_years, found.patient_sex) == (46, "male")
    assert found.device is not None
    assert (found.device.model, found.device.lot, found.device.marking) == ("Riptide", "L-1", "ukca")
    assert found.local_incident_number == "DATIX-1"
    assert not found.manufacturer_told


@pytest.mark.parametrize(
    ("nation", "route"),
    [
        ("england", "Yellow Card"),
        ("wales", "Yellow Card"),
        ("scotland", "Health Facilities Scotland"),
        ("northern_ireland", "NIAIC"),
    ],
)
def test_a_device_is_reported_where_its_nation_reports(nation: str, route: str) -> None:
    case = harmed()
    moved = replace(case, pathway=replace(case.pathway, nation=nation))
    assert route in drafted(moved, tracks.number(case)).route
    assert "Yellow Card" in drafted(moved, tracks.number(case), "medicine").route


def test_the_reference_is_the_one_a_person_entered() -> None:
    case = harmed()
    number = tracks.number(case)
    sent = case.writes(forms.yellow_card(number, manufacturer_told=True), tracks.OFFICER)
    found = drafted(sent, number)
    assert (found.state, found.reference, found.manufacturer_told) == ("submitted_ref", "YC-1", True)


def test_where_the_device_is_kept_stands_in_the_draft() -> None:
    case = harmed()
    number = tracks.number(case)
    kept = drafted(case.writes(forms.retained(number), tracks.OFFICER), number)
    assert kept.device is not None
    assert kept.device.location == "Locked cupboard, IR 2"


def test_a_filter_stands_in_the_draft_as_what_it_is_and_where_it_is() -> None:
    device = forms.device(udi_di=filters.FILTER, lot=None, serial="SN-1")
    case = tracks.harmed(tracks.with_filter(), **forms.by_device(device=device))
    number = tracks.number(case)
    found = drafted(case, number).device
    assert found is not None
    assert (found.kind, found.location) == ("vena_cava_filter", "inside_patient")
    out = drafted(case.when("2026-04-01T12:00").writes(filters.retrieval(), patients.RADIOLOGIST), number).device
    assert out is not None
    assert (out.kind, out.location) == ("vena_cava_filter", None)


def test_where_nobody_named_the_device_the_only_one_of_the_procedure_stands() -> None:
    unsure = forms.contributions(device=Contribution.UNKNOWN)
    found = drafted(tracks.harmed(**forms.by_device(contributions=unsure, device=None)))
    assert found.device is not None
    assert (found.device.model, found.device.marking) == ("Riptide", "unknown")


def test_an_event_that_is_none_has_no_draft() -> None:
    assert yellow_card_draft.draft(harmed().moment, 1, "device") is None


def test_every_task_of_a_report_has_its_draft() -> None:
    case = harmed()
    owed = [each for each in decide.tasks(case.moment) if each.kind == "yellow_card"]
    assert [yellow_card_draft.of_task(case.moment, each) for each in owed] == [drafted(case)]
