"""Stories that go on from a beginning: what they take over, what they change, and what is refused."""

from deploy.scenarios.reading import parsed
from tests.scenarios_runner.stories import failed, line_of, problems

STORY = """\
scenario: short
title: Goes on from a beginning
source: a test
begins: offered
patient: {nhs_number: "9996510018", name: Synthetic Test, date_of_birth: 1979-11-20, sex: male}
but:
  mdt_review: {decisions: [{plan: {access_vein: jugular}}]}
  work_up: {functional_status: "1"}
steps:
  - at: 2026-03-06T11:00
    by: taker
    do: consent
    like: ready
    with: {interpreter: {needed: true, interpreter_id: INT-1}}
finally:
  entries:
    - {kind: mdt_review, record: {bleeding_risk_summary: Low}}
    - {kind: work_up, record: {functional_status: "1"}}
    - {kind: consent, record: {device_class: rheolytic}}
"""


def test_a_story_goes_on_from_its_beginning_with_what_it_says_otherwise() -> None:
    assert failed(STORY) == []


def test_a_change_reaches_the_depth_it_names_and_leaves_the_rest() -> None:
    review = next(step for step in parsed(STORY).steps if step.do == "mdt_review")
    assert review.body is not None
    (decision,) = review.body.plain()["decisions"]
    assert (decision["outcome"], decision["plan"]["access_vein"]) == ("offer_special_arrangements", "jugular")
    assert decision["plan"]["device_class"] == "rheolytic"


def test_what_is_left_out_is_not_there() -> None:
    told = parsed(STORY.replace('work_up: {functional_status: "1"}', "bloods: left_out"))
    assert [step.do for step in told.steps].count("bloods") == 0


def test_a_record_that_is_like_one_of_a_beginning_says_what_that_says_and_its_own() -> None:
    body = parsed(STORY).steps[-1].body
    assert body is not None
    assert body.plain()["interpreter"] == {"needed": True, "interpreter_id": "INT-1"}
    assert body.plain()["what_matters"] == "Back on the ladder at work by the summer"


def test_a_story_may_have_people_of_its_own() -> None:
    told = parsed(STORY.replace("steps:\n", "staff: {nurse: ir_nurse}\nsteps:\n"))
    assert {"nurse", "ref"} <= told.staff.keys()


def test_an_unknown_beginning_is_refused_on_its_line() -> None:
    text = STORY.replace("begins: offered", "begins: nowhere")
    ((line, words),) = problems(text)
    assert line == line_of(text, "begins:")
    assert "ready" in words


def test_a_change_of_what_the_beginning_has_not_got_is_refused_on_its_line() -> None:
    text = STORY.replace("  work_up: {", "  procedure_end: {")
    assert problems(text) == [(line_of(text, "procedure_end"), "the beginning has no procedure_end")]


def test_a_record_like_none_of_the_beginning_is_refused() -> None:
    text = STORY.replace("like: ready", "like: offered")
    assert problems(text) == [(line_of(text, "like:"), "the beginning offered has no consent")]


def test_a_change_that_no_desk_would_take_is_refused() -> None:
    ((_, words),) = problems(STORY.replace("access_vein: jugular", "access_vein: elbow"))
    assert words.startswith("in the beginning offered: ")


def test_changes_without_a_beginning_are_refused() -> None:
    text = STORY.replace("begins: offered\n", "")
    assert problems(text) == [(line_of(text, "but:"), "`but` changes a beginning: name it with begins")]


def test_a_beginning_that_fails_is_shown() -> None:
    text = STORY.replace("plan: {access_vein: jugular}", "outcome: offer_in_research")
    assert failed(text)[0].startswith("in the beginning offered: mdt_review by mdt coordinator: accepted | refused by")
