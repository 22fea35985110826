"""A patient's identity corrected by a program (hazard H-12): compared, kept apart, and told to nobody in an answer."""

from typing import Any

import pytest

from shared.pathway.identity_changes import IdentityCorrected, IdentityPart
from tests.service.callers import NOWHERE
from tests.service.story import Story, body, kept, new_pathway, synthetic_number

pytestmark = pytest.mark.asyncio(loop_scope="session")
DESK, RECORD = "referral", "identity_corrected"
RIGHT_NUMBER = 400  # far behind the numbers that the stories count up


def correction(referral: dict[str, Any], *parts: IdentityPart, **changes: Any) -> dict[str, Any]:
    record = IdentityCorrected(parts=frozenset(parts), why="Wristband and national record agree")
    return body(record) | {"patient": referral["patient"] | changes}


async def referred(story: Story) -> dict[str, Any]:
    sent = new_pathway()
    await kept(story.refer(sent), 201)
    return sent


async def test_a_corrected_number_is_the_patients_from_then_on(story: Story) -> None:
    sent, number = await referred(story), synthetic_number(RIGHT_NUMBER)
    wanted = correction(sent, IdentityPart.NUMBER, nhs_number=number)
    answer = await story.by("referrer").write(DESK, story.pathway, RECORD, wanted, version=1)
    assert answer.status_code == 200, answer.text
    told = await story.by("referrer").get(DESK, f"/api/pathways/{story.pathway}/patient")
    assert told.json()["nhs_number"] == number


async def test_the_answer_and_the_record_say_nothing_of_who_the_patient_is(story: Story) -> None:
    sent, number = await referred(story), synthetic_number(RIGHT_NUMBER + 1)
    wanted = correction(sent, IdentityPart.NUMBER, nhs_number=number)
    answer = await story.by("referrer").write(DESK, story.pathway, RECORD, wanted, version=1)
    shown = await story.by("referrer").get(DESK, f"/api/pathways/{story.pathway}")
    for text in (answer.text, shown.text):
        assert number not in text
        assert sent["patient"]["nhs_number"] not in text


async def test_what_differs_has_to_be_what_was_named(story: Story) -> None:
    wanted = correction(await referred(story), IdentityPart.NUMBER, name="Synthetic Other")
    answer = await story.by("referrer").write(DESK, story.pathway, RECORD, wanted, version=1)
    assert answer.status_code == 409
    assert [(each["rule"], each["field"]) for each in answer.json()["refusals"]] == [("G1", "parts")]


@pytest.mark.parametrize(("version", "status"), [("", 428), ("*", 428), (9, 412)])
async def test_a_correction_names_the_version_it_was_written_for(story: Story, version: int | str, status: int) -> None:
    wanted = correction(await referred(story), IdentityPart.NAME, name="Synthetic Other")
    answer = await story.by("referrer").write(DESK, story.pathway, RECORD, wanted, version=version)
    assert answer.status_code == status


async def test_without_a_patient_nothing_is_corrected(story: Story) -> None:
    wanted = correction(await referred(story), IdentityPart.NAME)
    del wanted["patient"]
    answer = await story.by("referrer").write(DESK, story.pathway, RECORD, wanted, version=1)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["patient"]


async def test_who_does_not_identify_patients_corrects_nobody(story: Story) -> None:
    wanted = correction(await referred(story), IdentityPart.NAME, name="Synthetic Other")
    answer = await story.by("ward-clinician").write(DESK, story.pathway, RECORD, wanted, version=1)
    assert answer.status_code == 403


async def test_another_trusts_patient_and_nobodys_are_unknown_alike(story: Story) -> None:
    sent = await referred(story)
    wanted = correction(sent, IdentityPart.NAME, name="Synthetic Other")
    stranger = Story(story.desks, "RYY").by("referrer")
    found = [await stranger.write(DESK, each, RECORD, wanted, version=1) for each in (story.pathway, NOWHERE)]
    assert [each.status_code for each in found] == [404, 404]
    assert found[0].json() == found[1].json()
