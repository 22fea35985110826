"""Mail system and registry in a story: at once, or when and how the story says."""

from deploy.scenarios.__main__ import STORIES
from tests.scenarios_runner.stories import failed

A1 = (STORIES / "A1.yaml").read_text(encoding="utf-8")
DELIVERED = A1[A1.index("  - at: 2026-03-05T15:40") : A1.index("  - at: 2026-03-05T16:10")]
RECEIPT = A1[A1.index("  - at: 2026-03-10T10:00") : A1.index("  - at: 2026-03-10T11:00")]
ONE_SENT = "    - {kind: governance_notice_sent, count: 1}\n"

BOUNCED_FIRST = """\
  - at: 2026-03-05T15:30
    outside: governance_notice_bounced
    then:
      gates: [{id: G5, state: shut}]
      notices:
        - delivered_at: null
          dispatches:
            - {to: governance_lead, failed_at: 2026-03-05T15:30}
            - {to: deputy_governance_lead, reason: bounced, sent_at: 2026-03-05T15:30, delivered_at: null}
"""

ALL_BOUNCE = """\
  - at: 2026-03-05T15:40
    outside: governance_notice_bounced
    then:
      notices: [{delivered_at: null, dispatches: [{to: medical_director, failed_at: 2026-03-05T15:40}]}]
      tasks: [{kind: tell_governance_in_person, role: mdt_coordinator}]
"""

REJECTED_FIRST = """\
  - at: 2026-03-09T12:00
    outside: registry_rejected
    then:
      tracks: [{kind: registry, state: rejected}]
      tasks: [{kind: registry_correction, role: registry_clerk, state: open}]
  - at: 2026-03-09T15:00
    by: clerk
    do: registry_correction
    with: {procedure_id: "@procedure:1", what_was_wrong: A vein was missing}
    then: {tracks: [{kind: registry, state: corrected, dataset_version: 2}]}
"""


def a1_with(*changes: tuple[str, str]) -> str:
    text = A1
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


BOUNCED_THEN_DELIVERED = a1_with(
    (DELIVERED, BOUNCED_FIRST + DELIVERED), (ONE_SENT, "    - {kind: governance_notice_sent, count: 2}\n")
)

REJECTED_THEN_ACCEPTED = a1_with(
    (RECEIPT, REJECTED_FIRST + RECEIPT.replace("dataset_version: 1", "dataset_version: 2")),
    ("  clinic: anticoag_clinic\n", "  clinic: anticoag_clinic\n  clerk: registry_clerk\n"),
    ("state: accepted, dataset_version: 2}]", "state: accepted, dataset_version: 3}]"),
)

WITHOUT_OUTSIDE = a1_with(
    (DELIVERED, ""),
    (RECEIPT, ""),
    ("          delivered_at: null # sent is not delivered\n", "          delivered_at: 2026-03-05T15:20\n"),
    ("sent_at: 2026-03-05T15:20, delivered_at: null}", "sent_at: 2026-03-05T15:20}"),
    ('{id: G5, state: shut, paragraph: "1.2"}', "{id: G5, state: open}"),
    ("state: draft, dataset_version: 1}", "state: accepted, dataset_version: 1}"),
    ("role: registry_clerk, state: open, due_on", "role: registry_clerk, state: done, due_on"),
    ("  notices: [{number: 1, delivered_at: 2026-03-05T15:40}, {", "  notices: [{delivered_at: 2026-03-05T15:20}, {"),
)


def test_a_notice_that_bounced_goes_to_the_deputy_and_is_delivered_when_the_story_says() -> None:
    assert failed(BOUNCED_THEN_DELIVERED) == []


def test_after_the_last_bounce_everything_sent_later_bounces_too() -> None:
    text = a1_with((A1[A1.index(DELIVERED) : A1.index("finally:")], ALL_BOUNCE))
    text = text[: text.index("finally:")]
    assert failed(text) == []


def test_a_rejected_entry_is_corrected_and_accepted_when_the_story_says() -> None:
    assert failed(REJECTED_THEN_ACCEPTED) == []


def test_an_outside_world_that_is_not_in_the_story_answers_at_once() -> None:
    assert failed(WITHOUT_OUTSIDE) == []
