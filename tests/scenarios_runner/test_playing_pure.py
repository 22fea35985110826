"""Playing on the pure core: the acceptance stories pass, and a play cannot pass without showing anything."""

from pathlib import Path

import pytest

from deploy.scenarios.__main__ import STORIES, main, stories
from deploy.scenarios.beginnings import FOLDER
from deploy.scenarios.reading import story as read_story
from shared.pathway.gates import CHECKS
from tests.scenarios_runner.stories import SHORT, changed, failed, played

NOTICE = """
  - {at: 2026-03-04T09:00, outside: governance_notice_delivered}
finally:"""


@pytest.mark.parametrize("path", [*stories(), *sorted(FOLDER.glob("*.yaml"))], ids=lambda path: path.stem)
def test_a_story_passes(path: Path) -> None:
    assert failed(path.read_text(encoding="utf-8")) == []


def test_the_acceptance_stories_of_this_release_are_there() -> None:
    assert {path.stem for path in STORIES.glob("*.yaml")} >= {"A1", "A2", "A2b", "A3", "A4", "A5"}


# clinical.md 4: what must be handled in any state.
EVENTS = (
    "patient_died",
    "consent_withdrawn",
    "capacity_changed",
    "urgency_changed",
    "new_imaging",
    "new_bleed",
    "new_pe",
    "pregnancy_result",
    "lab_result_critical",
    "device_recall",
    "authorisation_suspended",
    "identity_corrected",
    "patient_merged",
    "transferred_out",
    "transfer_accepted",
    "opened_in_error",
    "anticoag_stopped_elsewhere",
    "filter_removed_elsewhere",
    "study_closed",
    "guidance_superseded",
    "contact_preference_changed",
    "staff_left",
)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_story_in_which_it_happens(event: str) -> None:
    told = read_story(STORIES / "events" / f"{event}.yaml")
    assert event in {step.do for step in told.steps if not step.begun and step.wanted.accepted}


@pytest.mark.parametrize("gate", sorted(CHECKS))
def test_every_gate_has_a_story_in_which_it_refuses(gate: str) -> None:
    told = read_story(STORIES / "gates" / f"{gate}.yaml")
    refused = {each.rule for step in told.steps for each in step.wanted.refused}
    assert refused & {gate, "R-FIL-1" if gate == "G9" else gate}


@pytest.mark.parametrize("gate", sorted(CHECKS))
def test_every_gates_story_ends_with_a_start_unless_the_patient_said_no(gate: str) -> None:
    told = read_story(STORIES / "gates" / f"{gate}.yaml")
    started = any(step.do == "procedure_start" and step.wanted.accepted for step in told.steps)
    assert started != (gate == "G7")


def test_a_wrong_expectation_fails() -> None:
    assert failed(changed(("  status: mdt_pending", "  status: ready"))) == ["status: ready | mdt_pending"]


def test_a_refusal_that_does_not_come_fails_and_ends_the_play() -> None:
    text = changed(("agrees: true}]}", "agrees: true}]}\n    expect: {refused: [R-ELI-3]}"))
    found = failed(text)
    assert found == [
        "classification by triage clinician: refused by R-ELI-3 | accepted",
        "the story goes on to its end | 0 steps left out",
    ]


OTHER_CLASS = "recommended: research_only, agrees: true}]}\n    expect: "


def with_refusal(expected: str) -> str:
    """The short story with a classification that is refused by R-ELI-3, paragraph 1.1."""
    text = changed(("recommended: special_arrangements, agrees: true}]}", OTHER_CLASS + expected))
    return text.replace("  status: mdt_pending", "  status: referred")


def test_a_refusal_with_its_paragraph_and_field_passes() -> None:
    expected = '{refused: [{rule: R-ELI-3, paragraph: "1.1", field: limbs.0.recommended}]}'
    assert failed(with_refusal(expected)) == []


def test_a_refusal_by_another_rule_fails() -> None:
    assert failed(with_refusal("{refused: [R-ELI-4]}"))[0].endswith("| refused by R-ELI-3 limbs.0.recommended (1.1)")


def test_a_refusal_for_another_paragraph_fails() -> None:
    assert len(failed(with_refusal('{refused: [{rule: R-ELI-3, paragraph: "3.8"}]}'))) == 2


def test_a_role_that_may_not_write_a_record_is_answered_403() -> None:
    text = changed(("    by: triage", "    by: ref\n    expect: {status: 403}"))
    assert failed(text.replace("  status: mdt_pending", "  status: referred")) == []


def test_a_malformed_record_is_answered_422_with_its_field() -> None:
    change = ("agrees: true}]}", "agrees: 7}]}\n    expect: {status: 422, field: agrees}")
    assert failed(changed(change, ("  status: mdt_pending", "  status: referred"))) == []


def test_an_outside_event_that_nothing_waits_for_fails() -> None:
    found = failed(changed(("finally:", NOTICE)))
    assert found[0] == "governance_notice_delivered | nothing was waiting for this"


def test_what_must_never_be_is_seen_also_between_two_steps() -> None:
    story = changed(("  status: mdt_pending", "  never: [{timers: [{id: T-14D, rung: amber, state: fired}]}]"))
    later = story.replace("finally:", "  - {at: 2026-04-30T09:00, then: {status: mdt_pending}}\nfinally:")
    assert len(failed(later)) == 1
    assert failed(story) == []


def test_a_second_referral_of_the_same_leg_is_refused() -> None:
    first = SHORT[SHORT.index("  - at: 2026-03-02T11:00") : SHORT.index("    then: {status: referred}")]
    again = first.replace("T11:00", "T12:00", 1) + "    expect: {refused: [R-REF-1]}\n"
    text = changed(("  - at: 2026-03-03T09:00", again + "  - at: 2026-03-03T09:00"))
    assert failed(text) == []


def test_every_step_and_every_expectation_is_in_the_table() -> None:
    assert [check.expected for check in played(SHORT)] == [
        "referral by referrer: accepted",
        "status: referred",
        "classification by triage clinician: accepted",
        "status: mdt_pending",
    ]


def test_the_command_ends_with_1_on_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(changed(("  status: mdt_pending", "  status: ready")), encoding="utf-8")
    assert main([str(wrong)]) == 1
    assert "status: ready  mdt_pending  FAIL" in capsys.readouterr().out


def test_the_command_plays_nothing_when_one_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(SHORT, encoding="utf-8")
    bad.write_text(changed(("trust: RXX", "trust: ZZZ")), encoding="utf-8")
    assert main([str(good), str(bad)]) == 1
    assert f"{bad}:4: unknown trust" in capsys.readouterr().out.replace("\n", "")


def test_the_command_ends_with_0_when_everything_is_as_expected(tmp_path: Path) -> None:
    good = tmp_path / "good.yaml"
    good.write_text(SHORT, encoding="utf-8")
    assert main([str(good)]) == 0


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main([str(tmp_path / "missing.yaml")]) == 1
