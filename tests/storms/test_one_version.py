"""F9 and F8: of many who write on one version one is kept, and of many who sign one for each specialty.

Nobody is overwritten, nobody fills two places, and the record can be written on afterwards.
"""

import json
from collections import Counter
from typing import Any

import asyncpg
import pytest

from shared.web import answers
from tests.forms import mdt_review as mdt_form
from tests.forms import referral as referral_form
from tests.ledger.acting import TRIAGE, opened
from tests.pages.visitors import House
from tests.service.story import Story, body, kept
from tests.storms.at_once import Sent, by, many, storm, whole

pytestmark = pytest.mark.asyncio(loop_scope="session")
SAVERS = 50
KEPT, REFUSED, STALE = 200, 409, 412
DUAL = "rxx-dual-vs-ir"  # holds two of the three specialties
SIGNERS = (
    ("rxx-vascular-surgeon-1", "vascular_surgeon"),
    ("rxx-interventional-radiologist-1", "interventional_radiologist"),
    ("rxx-haematologist-1", "haematologist"),
    (DUAL, "vascular_surgeon"),
    (DUAL, "interventional_radiologist"),
)
CASES = 200 if whole() else 4


def classification(pathway_id: str, words: str, version: int = 1) -> Sent:
    record = referral_form.classification(referral_form.agreement(agrees=False, reason=words))
    told = json.dumps(answers.written(record)).encode()
    return by(TRIAGE.person, f"/api/pathways/{pathway_id}/classification", told, **{"If-Match": f'"{version}"'})


async def test_of_fifty_savers_one_wins_and_the_record_can_be_written_on_afterwards(
    house: House, anything: asyncpg.Connection
) -> None:
    pathway_id, desk = await opened(lambda _: house.ledgers["referral"]), house.apps["referral"]
    found = await storm(desk, *(classification(pathway_id, f"Saver {number}") for number in range(SAVERS)))
    assert Counter(each.status_code for each in found) == {KEPT: 1, STALE: SAVERS - 1}
    stale = [each for each in found if each.status_code == STALE]
    assert {(each.json()["version"], each.headers["etag"]) for each in stale} == {(2, '"2"')}
    assert await anything.fetchval("SELECT count(*) FROM entry WHERE pathway_id = $1", pathway_id) == 2
    (after,) = await storm(desk, classification(pathway_id, "The next day", version=2))
    assert (after.status_code, after.json()["version"]) == (KEPT, 3)


async def reviewed(house: House) -> Story:
    """A patient whose MDT review waits for three signatures; four people attended who could give them."""
    story = Story(house.apps)
    await story.classified()
    await story.at("2026-03-05T14:00:00Z")
    people = dict.fromkeys(person for person, _role in SIGNERS)
    review = body(mdt_form.mdt_review(attendees=mdt_form.attendees(*people)))
    await kept(story.write("mdt_review", "mdt-coordinator", "mdt_review", review))
    return story


def signature(story: Story, person: str, role: str, review: int) -> Sent:
    told = json.dumps({"review": review, "agrees": True}).encode()
    where = f"/api/pathways/{story.pathway}/mdt_sign_off"
    return by(person, where, told, **{"If-Match": "*", "Patency-Role": role})


def signed(shown: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["by_person"], each["by_role"]) for each in shown["entries"] if each["kind"] == "mdt_sign_off"]


@pytest.mark.parametrize("case", range(CASES))
async def test_three_specialties_sign_once_each_and_one_person_never_twice(house: House, case: int) -> None:
    story = await reviewed(house)
    start = case % len(SIGNERS)  # each comes first in some case
    hands = [*SIGNERS[start:], *SIGNERS[:start]] * many()
    found = await storm(house.apps["mdt_review"], *(signature(story, *hand, story.version) for hand in hands))
    assert Counter(each.status_code for each in found) == {KEPT: 3, REFUSED: len(hands) - 3}
    shown = await story.look()
    people, roles = zip(*signed(shown), strict=True)
    assert (len(set(people)), sorted(roles)) == (3, sorted({role for _person, role in SIGNERS}))
    waiting = [each for each in shown["tasks"] if each["kind"] == "mdt_sign_off" and each["state"] == "open"]
    assert (waiting, len(shown["notices"])) == ([], 1)


async def test_what_was_signed_while_a_newer_review_came_counts_for_one_of_them_only(house: House) -> None:
    story = await reviewed(house)
    old = story.version
    again = body(mdt_form.mdt_review(attendees=mdt_form.attendees(*dict.fromkeys(each for each, _role in SIGNERS))))
    newer = by("rxx-mdt-coordinator-1", f"/api/pathways/{story.pathway}/mdt_review", json.dumps(again).encode())
    newer = Sent(newer.path, newer.body, {**newer.headers, "If-Match": f'"{old}"'})
    hands = [signature(story, *hand, old) for hand in SIGNERS[:3]]
    answers_given = await storm(house.apps["mdt_review"], hands[0], newer, *hands[1:])
    assert {each.status_code for each in answers_given} <= {KEPT, REFUSED, STALE}
    shown = await story.look()
    late = [each for each in shown["entries"] if each["kind"] == "mdt_sign_off" and each["seq"] > newest(shown)]
    assert [each for each in late if each["record"]["review"] != newest(shown)] == []


def newest(shown: dict[str, Any]) -> int:
    """The entry number of the review that is to be signed now."""
    return max(int(each["seq"]) for each in shown["entries"] if each["kind"] == "mdt_review")
