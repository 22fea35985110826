"""A short story that is in order, for tests that change one thing in it."""

import asyncio

from deploy.scenarios.expectations import Check
from deploy.scenarios.never import Watch
from deploy.scenarios.playing import play
from deploy.scenarios.pure import PureStage
from deploy.scenarios.reading import parsed
from deploy.scenarios.written import StoryRefused

SHORT = """\
scenario: short
title: Referred and classified
source: a test
trust: RXX
patient: {nhs_number: "9996510018", name: Synthetic Test, date_of_birth: 1979-11-20, sex: male}
start: 2026-03-02T10:15
staff:
  ref: referrer
  triage: triage_clinician
steps:
  - at: 2026-03-02T11:00
    by: ref
    do: referral
    with:
      presentation_at: 2026-03-02T10:15
      diagnosis_confirmed_at: 2026-03-02T10:50
      limbs:
        - side: left
          segments: {common_femoral: thrombosed}
          imaging:
            modality: duplex
            performed_at: 2026-03-02T10:40
            accession: ACC-1
            reporter: "@ref"
            side_in_report: left
          acute_on_chronic: no
          symptoms: {pain: 7, swelling_difference_cm: 4.5, tenderness: yes, redness: no}
          phlegmasia_signs:
            oedema: yes
            cyanosis: no
            blistering: no
            ischaemia: no
            motor_or_sensory_loss: no
            pulses_absent: no
      pregnancy_status: not_applicable
      pulmonary_embolism: {state: none, haemodynamic_instability: no}
      risk_factors: []
      urgency: urgent_24h
      communication_needs: {language: English, interpreter_needed: false}
    then: {status: referred}
  - at: 2026-03-03T09:00
    by: triage
    do: classification
    with: {limbs: [{side: left, recommended: special_arrangements, agrees: true}]}
finally:
  status: mdt_pending
"""


def changed(*changes: tuple[str, str]) -> str:
    """The short story with each first text replaced by its second, which may be several lines."""
    text = SHORT
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the story"
        text = text.replace(old, new)
    return text


def problems(text: str) -> list[tuple[int, str]]:
    """Why this story is refused, with lines; empty when it is not."""
    try:
        parsed(text)
    except StoryRefused as refused:
        return list(refused.problems)
    return []


def line_of(text: str, words: str) -> int:
    """The line on which these words stand."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


async def _played(text: str) -> list[Check]:
    story = parsed(text)
    watch = Watch(story.never)
    return [check async for check in play(story, PureStage(story, watch.see), watch)]


def played(text: str) -> list[Check]:
    """Every check of this story on the pure core."""
    return asyncio.run(_played(text))


def failed(text: str) -> list[str]:
    """What was expected and did not come, as `expected | seen`."""
    return [f"{check.expected} | {check.seen}" for check in played(text) if not check.passed]
