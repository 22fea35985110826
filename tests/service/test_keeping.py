"""What is kept, once, against which version; and what is answered when it is not."""

import asyncio
from typing import Any

import pytest

from tests.forms import consent as consent_form
from tests.forms import referral as referral_form
from tests.service.callers import NOWHERE
from tests.service.story import Story, body, kept, new_pathway, review_form

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGREED = body(referral_form.classification())
DISAGREED = body(referral_form.classification(referral_form.agreement(agrees=False, reason="Another study first")))


async def classify(story: Story, sent: Any = None, **headers: Any) -> Any:
    return await story.write("referral", "triage-clinician", "classification", sent or AGREED, **headers)


async def entries(story: Story) -> int:
    return len((await story.look())["entries"])


async def test_a_kept_record_says_its_version_and_time(story: Story) -> None:
    await kept(story.refer(), 201)
    answer = await kept(classify(story))
    assert answer.headers["etag"] == '"2"'
    assert answer.json() | {"at": ""} == {"pathway_id": story.pathway, "version": 2, "at": ""}
    assert answer.json()["at"].startswith("2026-03-03T09:00:")


async def test_the_same_key_again_gets_the_same_answer_and_writes_nothing(story: Story) -> None:
    await kept(story.refer(), 201)
    first = await kept(classify(story, version=1, **{"Idempotency-Key": "once"}))
    again = await kept(classify(story, version=1, **{"Idempotency-Key": "once"}))
    assert again.content == first.content
    assert await entries(story) == 2


async def test_the_same_key_with_another_body_is_422(story: Story) -> None:
    await kept(story.refer(), 201)
    await kept(classify(story, **{"Idempotency-Key": f"{story.pathway}/k"}))
    answer = await classify(story, DISAGREED, **{"Idempotency-Key": f"{story.pathway}/k"})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]
    assert await entries(story) == 2


async def test_opening_twice_with_one_key_opens_once(story: Story) -> None:
    sent = new_pathway()
    first = await kept(story.refer(sent, key="open-once"), 201)
    again = await kept(story.refer(sent, key="open-once"), 201)
    assert again.content == first.content


async def test_opening_another_with_the_same_key_is_422(story: Story) -> None:
    await kept(story.refer(key="open-two"), 201)
    assert (await story.refer(key="open-two")).status_code == 422


async def test_one_key_sent_twenty_times_at_once_writes_once(story: Story) -> None:
    await kept(story.refer(), 201)
    key = {"Idempotency-Key": f"{story.pathway}/storm"}
    answers = await asyncio.gather(*(classify(story, version=1, **key) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert await entries(story) == 2


async def test_of_ten_who_write_on_one_version_one_is_kept_and_nine_are_stale(story: Story) -> None:
    await kept(story.refer(), 201)
    answers = await asyncio.gather(*(classify(story, version=1) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 9]


async def test_a_stale_version_is_412_with_the_present_one(story: Story) -> None:
    await story.classified()
    answer = await classify(story, version=1)
    assert (answer.status_code, answer.json()["version"], answer.headers["etag"]) == (412, 2, '"2"')
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_withdrawal_needs_no_version(story: Story) -> None:
    await kept(story.refer(), 201)
    await kept(
        story.write("consent", "ward-clinician", "consent_withdrawn", body(consent_form.withdrawal()), version="*")
    )


async def test_refusals_come_all_at_once_with_rule_field_and_paragraph(story: Story) -> None:
    await story.classified()
    await story.at("2026-03-05T14:00:00Z")
    alone = [{"person": "rxx-vascular-surgeon-1", "presence": "phone"}]
    sent = review_form() | {"attendees": alone, "options_considered": ["no_action"]}
    answer = await story.write("mdt_review", "mdt-coordinator", "mdt_review", sent)
    assert answer.status_code == 409
    refusals = answer.json()["refusals"]
    assert {(each["rule"], each["field"], each["paragraph"]) for each in refusals} == {
        ("R-MDT-1", "attendees", "3.8"),
        ("R-MDT-1", "options_considered", "2.3"),
    }
    assert all(each["reason"] for each in refusals)
    assert await entries(story) == 2


async def test_a_second_open_pathway_for_the_same_leg_is_refused(story: Story) -> None:
    sent = new_pathway()
    await kept(story.refer(sent), 201)
    answer = await story.refer(sent)
    assert answer.status_code == 409
    assert {each["rule"] for each in answer.json()["refusals"]} == {"R-REF-1"}


async def test_another_trusts_pathway_is_answered_exactly_like_one_that_does_not_exist(story: Story) -> None:
    await kept(story.refer(), 201)
    stranger = Story(story.desks, "RYY")
    for who, desk, rest in (("mdt-coordinator", "mdt_review", ""), ("referrer", "referral", "/patient")):
        theirs = await stranger.by(who).get(desk, f"/api/pathways/{story.pathway}{rest}")
        nobodys = await stranger.by(who).get(desk, f"/api/pathways/{NOWHERE}{rest}")
        nonsense = await stranger.by(who).get(desk, f"/api/pathways/1{rest}")
        assert theirs.status_code == 404
        assert theirs.content == nobodys.content == nonsense.content
        assert theirs.headers == nobodys.headers == nonsense.headers


async def test_writing_to_another_trusts_pathway_is_404_as_well(story: Story) -> None:
    await kept(story.refer(), 201)
    stranger = Story(story.desks, "RYY")
    for pathway in (story.pathway, NOWHERE, "1"):
        stranger.pathway = pathway
        answer = await stranger.write("referral", "triage-clinician", "classification", AGREED, version=1)
        assert answer.status_code == 404
    moved = await stranger.by("referrer").send(
        "front_door", f"/api/training/pathways/{story.pathway}/clock", {"to": "2026-03-09T00:00:00Z"}
    )
    assert moved.status_code == 404


async def test_a_clock_does_not_go_back(story: Story) -> None:
    await kept(story.refer(), 201)
    assert (await story.at("2026-03-05T00:00:00Z")).status_code == 200
    answer = await story.at("2026-03-04T00:00:00Z")
    assert (answer.status_code, answer.json()["refusals"][0]["field"]) == (409, "to")


async def test_a_clock_moves_to_the_year_2100_and_no_further(story: Story) -> None:
    await kept(story.refer(), 201)
    assert (await story.at("2101-01-01T00:00:00Z")).status_code == 422
    assert (await story.at("2100-12-31T00:00:00Z")).status_code == 200
    assert (await story.look())["window"]["state"] == "past_window"


async def test_a_mouthful_of_unreadable_text_never_reaches_the_database(story: Story) -> None:
    await kept(story.refer(), 201)
    for text in ("\0", "\ud800", "a\u202e\0"):
        sent = DISAGREED | {"limbs": [DISAGREED["limbs"][0] | {"reason": text}]}
        answer = await classify(story, sent)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["limbs.0.reason"]
