"""One patient from referral to the 3-month review through HTTP, each desk on its own database role."""

from typing import Any

import pytest

from deploy.local.people import people
from services.desks import DESKS
from shared.pathway.choices import ClosingReason
from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from tests.forms import follow_up as follow_up_form
from tests.forms.generated import generated
from tests.service.callers import NOWHERE
from tests.service.story import Story, body, consent, kept, new_pathway

HELD = {role for each in people() if each.trust == "RXX" for role in each.roles} | {Role.MAIL_SYSTEM}
WITH_A_PATIENT = {"identity_corrected"}  # its body says who the patient is, as an opening does

pytestmark = pytest.mark.asyncio(loop_scope="session")


def one(listed: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    found = [each for each in listed if wanted.items() <= each.items()]
    assert len(found) == 1, (wanted, found)
    return found[0]


async def test_a_referral_shows_the_class_of_the_leg_and_the_14_days(story: Story) -> None:
    await kept(story.refer(), 201)
    told = await story.look()
    assert (told["status"], told["step"], told["version"], told["trust"]) == ("referred", "referral", 1, "RXX")
    assert told["window"] == {"day": 1, "ends_on": "2026-03-16", "state": "inside"}
    assert told["now"].startswith("2026-03-03T09:00:0")
    leg = one(told["limbs"], side="left")
    assert (leg["class"], leg["ng158_site"], leg["let_class"]) == ("special_arrangements", "proximal", ["II", "III"])
    assert one(told["tasks"], kind="classification")["role"] == "triage_clinician"


async def test_nothing_about_a_pathway_says_who_the_patient_is(story: Story) -> None:
    sent = new_pathway()
    await kept(story.refer(sent), 201)
    shown = (await story.by("mdt-coordinator").get("mdt_review", f"/api/pathways/{story.pathway}")).text
    for secret in (sent["patient"]["name"], sent["patient"]["nhs_number"], sent["patient"]["date_of_birth"]):
        assert secret not in shown


async def test_a_clinician_is_told_who_the_patient_is(story: Story) -> None:
    sent = new_pathway()
    await kept(story.refer(sent), 201)
    answer = await story.by("ir-nurse").get("procedure", f"/api/pathways/{story.pathway}/patient")
    told = {name: value for name, value in answer.json().items() if value is not None}
    assert (answer.status_code, told) == (200, sent["patient"])


async def test_every_gate_that_can_open_before_the_day_is_open_once_all_is_prepared(story: Story) -> None:
    await story.prepared()
    told = await story.look()
    assert told["status"] == "ready"
    shut = {each["id"] for each in told["gates"] if each["state"] != "open"}
    assert shut == {"G1", "G10", "G12", "G13"}  # made at sign in, but for the blood of the last two days
    notice = one(told["notices"], number=1)
    assert notice["acknowledged_by"] == "rxx-governance-lead-1"
    assert notice["delivered_at"] is not None


async def test_a_treated_patient_is_followed_up_by_calendar_months(story: Story) -> None:
    await story.followed_up()
    told = await story.look("anticoag-clinic")
    assert told["status"] == "long_term_followup"
    assert told["anticoagulation"] == {
        "min_until": "2026-06-09",
        "decision": "continue_same",
        "next_review_due": "2027-06-01",
    }
    assert one(told["timers"], id="T-REG", rung="submit")["due_on"] == "2026-03-23"
    assert one(told["tracks"], kind="registry")["procedure_id"] == f"{story.pathway}.1"
    assert one(told["tasks"], kind="anticoagulation_review", state="done")["due_on"] == "2026-06-02"
    assert told["window"]["day"] == 7


async def test_a_pathway_is_shown_as_it_stood(story: Story) -> None:
    await story.treated()
    then = await story.look(at="2026-03-04T12:00:00Z")
    assert (then["version"], then["status"], then["now"]) == (2, "mdt_pending", "2026-03-04T12:00:00Z")
    assert [each["kind"] for each in then["entries"]] == ["referral", "classification"]


async def test_before_it_was_opened_a_pathway_is_unknown(story: Story) -> None:
    await kept(story.refer(), 201)
    path = f"/api/pathways/{story.pathway}"
    answer = await story.by("referrer").get("referral", path, at="2026-03-01T00:00:00Z")
    assert answer.status_code == 404


async def test_a_patient_who_declines_is_handed_over_and_the_pathway_closes(story: Story) -> None:
    await story.offered()
    await story.at("2026-03-06T10:00:00Z")
    no = consent() | {"lines": {"pmt_procedure": "refused"}}
    await kept(story.write("consent", "consent-taker", "consent", no))
    give = follow_up_form.hand_over(ClosingReason.PATIENT_DECLINED, to_person="rxx-anticoag-clinic-1")
    await kept(story.write("mdt_review", "mdt-coordinator", "standard_care_handoff", body(give)))
    take = body(follow_up_form.accepted_handover())
    await kept(story.write("follow_up", "anticoag-clinic", "handoff_accepted", take))
    end = body(follow_up_form.closure(ClosingReason.PATIENT_DECLINED))
    await kept(story.write("mdt_review", "mdt-coordinator", "closure", end))
    told = await story.look()
    assert (told["status"], told["closing_reason"]) == ("closed", "patient_declined")
    assert {task["kind"] for task in told["tasks"]} == {"governance_acknowledgement"}  # reading it outlives the pathway


async def test_every_record_a_person_may_write_is_taken_by_its_desk(story: Story) -> None:
    """What no rule lets stand here is refused by its rule (409): the database role had no part in it."""
    await story.followed_up()
    written = {each["kind"] for each in (await story.look())["entries"]}
    answers = {}
    for kind in (kind for kind in KINDS.values() if kind.desk and kind.name not in written | WITH_A_PATIENT):
        who = next(role for role in sorted(kind.roles) if role in HELD).value.replace("_", "-")
        answer = await story.write(kind.desk, who, kind.name, body(generated(kind.record)))
        answers[kind.name] = answer.status_code
    assert {kind: status for kind, status in answers.items() if status not in {200, 409}} == {}
    assert set(answers.values()) == {200, 409}


async def test_the_next_role_finds_its_task_in_its_worklist(story: Story) -> None:
    await kept(story.refer(), 201)
    listed = await worklist(story, "triage-clinician", "triage_clinician")
    task = one(listed, pathway_id=story.pathway)
    assert (task["kind"], task["sides"], task["due_on"]) == ("classification", ["left"], "2026-03-04")


async def test_a_worklist_comes_in_pages_that_miss_nothing(story: Story) -> None:
    opened = set()
    for _ in range(3):
        await kept(story.refer(), 201)
        opened.add(story.pathway)
    listed = await worklist(story, "triage-clinician", "triage_clinician", limit="2")
    found = [each["pathway_id"] for each in listed]
    assert opened <= set(found)
    assert len(found) == len(set(found))


async def worklist(story: Story, who: str, role: str, **asked: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await story.by(who).get("front_door", "/api/worklist", role=role, **asked, **after)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        listed += told["items"]
        if told["after"] is None:
            return listed
        after = {"after": told["after"]}


@pytest.mark.parametrize("after", ["nonsense", "W10=", "eyJhIjoxfQ==", "\u0661"])
async def test_a_page_nobody_gave_is_422(story: Story, after: str) -> None:
    answer = await story.by("triage-clinician").get("referral", "/api/worklist", role="triage_clinician", after=after)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


@pytest.mark.parametrize("desk", [desk for desk in DESKS if desk != "operations"])
async def test_every_desk_shows_the_same_pathway(story: Story, desk: str) -> None:
    await kept(story.refer(), 201)
    answer = await story.by("mdt-coordinator").get(desk, f"/api/pathways/{story.pathway}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    unknown = await story.by("mdt-coordinator").get(desk, f"/api/pathways/{NOWHERE}")
    assert unknown.status_code == 404
