"""The gate of every release: this code still does what it did in every history that was ever captured."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.steps import Step
from shared.pathway.choices import ClosingReason
from tests.replay.capture import kept
from tests.replay.planted import PLANTED
from tests.replay.stored import FOLDER, Stored, broken, read, stored, texts
from workflows.filter_retrieval import FilterRetrieval
from workflows.pathway import PatientPathway

HISTORIES = stored()
OUTCOMES = {"retrieved", "permanent_by_decision", "died", "transferred_accepted"}
COMMANDS = {
    "EVENT_TYPE_MARKER_RECORDED",
    "EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "EVENT_TYPE_TIMER_STARTED",
    "EVENT_TYPE_TIMER_CANCELED",
    "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
    "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED",
    "EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
    "EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
    "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED",
}
# What may stand in a history: ids, closed lists, instants, our own few words.
HARMLESS = re.compile(r"[\w./:+ -]{0,120}")
IDENTIFYING = re.compile(r"\b\d{3} ?\d{3} ?\d{4}\b|synthetic|\b(?:19|20)\d\d-\d\d-\d\d\b(?!T)|@", re.IGNORECASE)


def said(kind: str, field: str) -> set[str]:
    """Every plain text in one attribute of the events of this kind, over all histories."""
    return {
        text
        for each in HISTORIES
        for event in each.events
        if event["eventType"] == kind
        for attributes in event.values()
        if isinstance(attributes, dict)
        for text in texts(attributes.get(field))
    }


def leaves(text: str) -> Iterator[str]:
    """The plain texts within a payload of JSON; any other text is one by itself."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict | list):
        yield from (leaf for each in texts(found) for leaf in leaves(each))
    else:
        yield found if isinstance(found, str) else text


async def test_every_stored_history_is_replayed_by_this_code() -> None:
    assert await broken(HISTORIES, [PatientPathway, FilterRetrieval]) == {}


@pytest.mark.parametrize("unsafe", PLANTED)
async def test_an_unsafe_change_turns_the_gate_red(unsafe: str) -> None:
    found = await broken(HISTORIES[::4], PLANTED[unsafe])
    assert found
    assert set(found.values()) <= {"NondeterminismError"}


def test_every_step_and_every_ending_is_in_a_stored_history() -> None:
    steps = said("EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "searchAttributes")
    assert {text.strip('"') for text in steps} >= set(Step)
    endings = {
        re.sub(r'.*"reason":"(\w+)".*', r"\1", text)
        for text in said("EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED", "result")
    }
    assert endings >= {*ClosingReason, *OUTCOMES}


def test_every_kind_of_command_and_every_errand_is_in_a_stored_history() -> None:
    assert {event["eventType"] for each in HISTORIES for event in each.events} >= COMMANDS
    assert said("EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", "activityType") == {"send_governance_notice", "enter_in_registry"}
    assert {each.kind for each in HISTORIES} == {"PatientPathway", "FilterRetrieval"}


def test_no_history_says_anything_about_a_patient() -> None:
    found = {leaf for each in HISTORIES for text in texts(each.events) for leaf in leaves(text)}
    assert len(found) > 100
    assert [text for text in found if not HARMLESS.fullmatch(text)] == []
    assert [text for text in found if IDENTIFYING.search(text)] == []


def test_a_patient_in_a_history_would_be_found() -> None:
    planted = ["943 476 5919", "Synthetic Alpha", "1979-11-20", "someone@example.invalid"]
    assert [text for text in planted if IDENTIFYING.search(text)] == planted


def test_a_history_names_no_machine() -> None:
    assert {event.get("identity") for each in HISTORIES for event in each.events} == {None}
    found = {
        attributes["identity"]
        for each in HISTORIES
        for event in each.events
        for attributes in event.values()
        if isinstance(attributes, dict) and "identity" in attributes
    }
    assert found == {"worker"}


def test_capturing_adds_what_is_new_and_writes_no_file_again(tmp_path: Path) -> None:
    first = read(next(FOLDER.glob("referral-1.json")))
    other = Stored(first.name.rpartition("-")[0], first.workflow_id, first.events[:-1])
    again = Stored("referral", first.workflow_id, first.events)

    assert [path.name for path in kept((again,), tmp_path)] == ["referral-1.json"]
    before = (tmp_path / "referral-1.json").read_bytes()

    assert kept((again,), tmp_path) == []
    assert [path.name for path in kept((other,), tmp_path)] == ["referral-2.json"]
    assert (tmp_path / "referral-1.json").read_bytes() == before
