"""A story that cannot be played as it is written is refused, with the line, before anything runs."""

import pytest

from tests.scenarios_runner.stories import SHORT, changed, line_of, problems

WRONG = {
    "an unknown key of the story": (("source: a test", "source: a test\nsauce: a test"), "sauce:", "unknown key sauce"),
    "an unknown key of a step": (("    by: triage", "    by: triage\n    why: x"), "why:", "unknown key why"),
    "a missing key of the story": (("trust: RXX\n", ""), "scenario:", "trust is missing"),
    "a key given twice": (("title: Referred", "title: x\ntitle: Referred"), "title: Referred", "stands here twice"),
    "a trust that is not of the training set": (("trust: RXX", "trust: ZZZ"), "trust:", "unknown trust"),
    "a role that does not exist": (("ref: referrer", "ref: surgeon"), "ref: surgeon", "unknown role"),
    "a person who does not hold the role": (
        ("ref: referrer", "ref: {role: referrer, person: rxx-haematologist-1}"),
        "ref: {role",
        "does not hold this role",
    ),
    "more people than the trust has": (
        ("triage: triage_clinician", "triage: triage_clinician\n  other: triage_clinician"),
        "other: triage",
        "nobody left",
    ),
    "somebody who is not of the staff": (("by: triage", "by: nobody"), "by: nobody", "name somebody of the staff"),
    "an unknown record": (("do: classification", "do: klassification"), "do: klass", "unknown record"),
    "a record that only the system writes": (("do: classification", "do: timer_fired"), "do: timer", "unknown record"),
    "an unknown field of a record": (
        ("agrees: true}", "agrees: true, sure: yes}"),
        "with: {limbs: [{side",
        "unknown key",
    ),
    "a missing field of a record": ((", agrees: true}", "}"), "with: {limbs: [{side", "limbs.0.agrees: Field required"),
    "a number out of its limits": (("pain: 7", "pain: 11"), "pain: 11", "limbs.0.symptoms.pain"),
    "a vein that does not exist": (("common_femoral: thr", "comon_femoral: thr"), "comon_femoral", "limbs.0.segments"),
    "a placeholder that stands for nothing": (('"@ref"', '"@nobody"'), "@nobody", "unknown placeholder @nobody"),
    "a day that does not exist": (("start: 2026-03-02T10:15", "start: 2026-02-30T10:15"), "start:", "no such date"),
    "an hour that does not exist": (("at: 2026-03-03T09:00", "at: 2026-03-03T25:00"), "25:00", "no such date"),
    "a day where an instant is needed": (("at: 2026-03-03T09:00", "at: 2026-03-03"), "at: 2026-03-03", "its time"),
    "a step before the one above it": (("at: 2026-03-03T09:00", "at: 2026-03-01T09:00"), "03-01T09", "earlier"),
    "a step before the start": (("start: 2026-03-02T10:15", "start: 2026-03-02T12:00"), "at: 2026-03-02T11", "earlier"),
    "a patient's number with a wrong digit": (('"9996510018"', '"9996510019"'), "patient:", "nhs_number"),
    "a patient's number that may be somebody's": (('"9996510018"', '"9434765919"'), "patient:", "synthetic"),
    "a patient's number that is not quoted": (('"9996510018"', "9996510018"), "patient:", "nhs_number"),
    "an unknown key of the pathway": (("  status: mdt_p", "  stat: mdt_p"), "stat: mdt_p", "unknown key stat"),
    "an unknown status": (("status: mdt_pending", "status: mdt_panding"), "mdt_panding", "unknown word"),
    "an unknown timer": (("status: mdt_pending", "timers: [{id: T-13D}]"), "T-13D", "unknown word"),
    "an unknown timer said to be absent": (
        ("status: mdt_pending", "timers: [{id: T-13D, absent: true}]"),
        "T-13D",
        "unknown word",
    ),
    "an unknown gate": (("status: mdt_pending", "gates: [{id: G99}]"), "G99", "unknown word"),
    "an unknown kind of entry": (("status: mdt_pending", "entries: [{kind: referal}]"), "referal", "unknown word"),
    "an unknown field of an entry's record": (
        ("status: mdt_pending", "entries: [{kind: referral, record: {urgent: yes}}]"),
        "urgent: yes",
        "unknown key urgent",
    ),
    "an empty list of things expected": (("status: mdt_pending", "tasks: []"), "tasks: []", "at least one item"),
    "a paragraph that is not quoted": (
        ("status: mdt_pending", "limbs: [{paragraphs: [1.1]}]"),
        "paragraphs",
        "quote a number",
    ),
    "absent that is not true": (
        ("status: mdt_pending", "tasks: [{kind: consent, absent: false}]"),
        "absent: false",
        "absent can only be true",
    ),
    "a count and absent together": (
        ("status: mdt_pending", "tasks: [{kind: consent, absent: true, count: 1}]"),
        "count: 1",
        "either absent or count",
    ),
    "an unknown proposal": (
        ("status: mdt_pending", "never: [{proposed: surgery}]"),
        "proposed: surgery",
        "unknown proposal",
    ),
    "a record in a step in which nobody writes": (
        ("    by: triage\n    do: classification\n", "    then: {status: referred}\n"),
        "with: {limbs: [{side: left, rec",
        "with goes with do",
    ),
    "refused by nothing": (
        ("    by: triage", "    by: triage\n    expect: {refused: []}"),
        "expect:",
        "name the rules",
    ),
    "an expectation that is no answer": (
        ("    by: triage", "    by: triage\n    expect: fine"),
        "expect:",
        "expect is",
    ),
    "a tag": (("title: Referred", "title: !!python/name:os.system Referred"), "title:", "tags are not part"),
    "broken YAML": (("trust: RXX", "trust: [RXX"), "patient:", "not YAML"),
}


@pytest.mark.parametrize("case", WRONG, ids=[name.replace(" ", "_") for name in WRONG])
def test_what_is_wrong_is_refused_with_its_line(case: str) -> None:
    change, place, words = WRONG[case]
    text = changed(change)
    found = problems(text)
    assert [line for line, said in found if words in said] == [line_of(text, place)], found


def test_the_short_story_itself_is_not_refused() -> None:
    assert problems(SHORT) == []


def test_a_story_without_steps_is_refused() -> None:
    text = SHORT[: SHORT.index("steps:")] + "steps: []\nfinally: {status: referred}\n"
    assert problems(text) == [(line_of(text, "steps: []"), "a story without steps shows nothing")]


def test_a_story_that_expects_nothing_of_the_pathway_is_refused() -> None:
    text = changed(("    then: {status: referred}\n", ""))
    text = text[: text.index("finally:")]
    assert problems(text) == [(line_of(text, "steps:"), "nothing is expected of the pathway: add `then` or `finally`")]


def test_an_empty_then_is_refused() -> None:
    text = changed(("then: {status: referred}", "then: {}"))
    assert problems(text) == [(line_of(text, "then: {}"), "nothing is expected here")]


def test_a_step_in_which_nothing_happens_is_refused() -> None:
    text = changed(("finally:", "  - at: 2026-03-04T09:00\nfinally:"))
    assert problems(text) == [(line_of(text, "03-04T09:00"), "nothing happens here: add do, outside or then")]


def test_a_story_that_does_not_begin_with_its_referral_is_refused() -> None:
    text = changed(("steps:\n", "steps:\n  - at: 2026-03-02T10:30\n    then: {status: referred}\n"))
    assert problems(text) == [(line_of(text, "10:30"), "a story begins with its referral")]


def test_an_unknown_outside_event_is_refused() -> None:
    text = changed(("finally:", "  - {at: 2026-03-04T09:00, outside: pigeon_post}\nfinally:"))
    assert [line for line, said in problems(text) if "unknown outside event" in said] == [line_of(text, "pigeon_post")]


def test_a_body_meant_to_be_malformed_is_left_to_the_desk() -> None:
    change = ("agrees: true}]}", "agrees: 7}]}\n    expect: {status: 422, field: agrees}")
    assert problems(changed(change)) == []
