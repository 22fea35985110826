"""`/fhir` on PostgreSQL: who is let in to what, what is told, what is written down about it."""

import json
from typing import Any

import asyncpg
import httpx
import pytest

from shared.fhir import checks
from shared.ledger.relationships import Reached, related
from shared.pathway.anatomy import Side
from shared.pathway.people import Role
from tests.database import Postgres
from tests.fhir import conftest, independent, sent
from tests.fhir.conftest import Fhir
from tests.forms import referral as form
from tests.ledger.acting import opened, patient
from tests.pages.visitors import House
from tests.service.callers import NOWHERE
from tests.service.story import Story, kept

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


def everything(pathway: str) -> str:
    return f"CarePlan/{pathway}/$everything"


def told(answer: httpx.Response, status: int = 200) -> Json:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: Json = answer.json()
    return found


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    found = told(answer, status)
    assert found["resourceType"] == "OperationOutcome"
    assert found["issue"][0]["code"] == code
    assert independent.schema_errors(found) == []
    return found


async def test_a_whole_pathway_is_told_as_r4b(house: House, story: Story) -> None:
    await story.treated()
    bundle = told(await Fhir(house, "proceduralist").get(everything(story.pathway)))
    assert independent.judge(bundle) == []
    assert checks.all_of(checks.of_bundle(bundle)) == ()
    kinds = {each["resource"]["resourceType"] for each in bundle["entry"]}
    assert {"Procedure", "Consent", "Communication", "Task", "Device", "Provenance"} <= kinds
    assert bundle["total"] == len(bundle["entry"])


async def test_a_clinician_is_told_who_it_is_and_an_auditor_is_not(house: House) -> None:
    who = patient()
    pathway = await opened(lambda _: house.ledgers["referral"], patient=who)
    known = (await Fhir(house, "triage-clinician").get(everything(pathway))).text
    masked = (await Fhir(house, "auditor").get(everything(pathway))).text
    assert who.nhs_number
    assert (who.nhs_number in known, who.nhs_number in masked) == (True, False)
    assert '"valueCode": "masked"' in masked


async def test_each_look_is_written_down(house: House, postgres: Postgres) -> None:
    pathway = await opened(lambda _: house.ledgers["referral"])
    reader = Fhir(house, "triage-clinician")
    told(await reader.get(everything(pathway)))
    plan = told(await reader.get(f"CarePlan/{pathway}"))
    told(await reader.get("Task", patient=plan["subject"]["reference"]))
    connection = await asyncpg.connect(postgres.superuser_dsn)
    try:
        rows = await connection.fetch("SELECT action, kind FROM audit WHERE pathway_id = $1 ORDER BY id", pathway)
    finally:
        await connection.close()
    looks = [(row["action"], row["kind"]) for row in rows if row["action"] == "read"]
    assert looks == [("read", None), ("read", "patient"), ("read", None), ("read", "patient"), ("read", "Task")]


async def test_every_role_is_let_in_by_its_relationship_alone(house: House) -> None:
    pathway = await opened(lambda _: house.ledgers["referral"])
    allowed, expected = set(), {Role.REFERRER, Role.PROCEDURALIST}  # wrote it; is asked to be ready in an emergency
    for role in set(Role) - {Role.PATENCY, Role.MAIL_SYSTEM}:
        answer = await Fhir(house, role.value.replace("_", "-")).get(everything(pathway))
        assert answer.status_code in {200, 403}
        if answer.status_code == 200:
            allowed.add(role)
        if related(role, {Reached.REFERRED, Reached.OPEN}, "front_door"):
            expected.add(role)
    assert allowed >= {Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR, Role.AUDITOR, Role.REFERRER}
    assert allowed <= expected


async def test_without_a_relationship_nothing_is_told_or_listed(house: House) -> None:
    pathway = await opened(lambda _: house.ledgers["referral"])
    plan = told(await Fhir(house, "triage-clinician").get(f"CarePlan/{pathway}"))
    stranger = Fhir(house, "haematologist")
    refused(await stranger.get(f"CarePlan/{pathway}"), 403, "forbidden")
    listed = told(await stranger.get("Task", patient=plan["subject"]["reference"]))
    assert "entry" not in listed


async def test_another_trusts_pathway_is_as_unknown_as_one_that_nobody_has(house: House) -> None:
    pathway = await opened(lambda _: house.ledgers["referral"])
    other = Fhir(house, "triage-clinician", trust="ryy")
    for path in ("CarePlan/{}", "CarePlan/{}/$everything", "Task/{}.0123456789abcdef"):
        theirs, nobodys = await other.get(path.format(pathway)), await other.get(path.format(NOWHERE))
        refused(theirs, 404, "not-found")
        assert theirs.text == nobodys.text


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("", "Task", 403),
        ("user/*.rs", "Task", 200),
        ("system/Task.rs", "Task", 200),
        ("user/Task.s", "Task", 200),
        ("user/Task.read", "Task", 200),
        ("user/Task.r", "Task", 403),
        ("user/Task.write", "Task", 403),
        ("user/Consent.rs", "Task", 403),
        ("patient/*.rs", "Task", 403),
        ("user/Task.rs?status=requested", "Task", 403),
        ("user/Task.sr", "Task", 403),
        ("user/*.rs", "CarePlan/{}/$everything", 200),
        ("user/CarePlan.rs user/Patient.rs", "CarePlan/{}/$everything", 403),
        ("user/CarePlan.rs", "CarePlan/{}", 200),
        (["user/Task.rs"], "Task", 200),
        (7, "Task", 403),
    ],
)
async def test_a_scope_opens_what_it_names_and_nothing_else(house: House, scope: Any, path: str, status: int) -> None:
    conftest.GRANTED["tried"] = scope
    pathway = await opened(lambda _: house.ledgers["referral"])
    answer = await Fhir(house, "triage-clinician", "tried").get(path.format(pathway))
    assert answer.status_code == status


async def test_a_token_without_any_scope_and_no_token_are_told_apart(house: House) -> None:
    refused(await Fhir(house, "triage-clinician", "").get("Task"), 403, "forbidden")
    refused(await Fhir(house, "nobody-of-this-house").get("Task"), 401, "login")


async def test_a_scope_gives_nobody_a_role(house: House) -> None:
    refused(await Fhir(house, "ops").get("Task"), 403, "forbidden")
    refused(await Fhir(house, "ward-clinician").post(sent.bundle(form.referral())), 403, "forbidden")


async def test_what_the_server_says_of_itself_claims_nothing(house: House) -> None:
    statement = told(await Fhir(house, "nobody").get("metadata"))
    assert "No conformance to UK Core" in statement["description"]
    independent.parse(statement)
    errors = independent.schema_errors(statement)
    assert all("4.3.0" in each for each in errors)  # R4's schema knows no later version of FHIR
    assert {each["type"] for each in statement["rest"][0]["resource"]} >= {"CarePlan", "Task", "AdverseEvent"}


async def test_an_address_that_is_none_is_said_as_fhir_says_it(house: House) -> None:
    refused(await Fhir(house, "triage-clinician").get("Medication"), 404, "not-found")


async def listed(reader: Fhir, kind: str, **asked: Any) -> tuple[list[Json], int]:
    """Every resource of a search through all its pages, and how many pages there were."""
    found: list[Json] = []
    pages = 0
    while True:
        page = told(await reader.get(kind, **asked))
        found += [each["resource"] for each in page.get("entry", [])]
        pages += 1
        links = {each["relation"]: each["url"] for each in page["link"]}
        if "next" not in links:
            return found, pages
        asked = dict(httpx.URL(links["next"]).params)


async def test_a_search_in_pages_misses_nothing_and_repeats_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.fhir.searching.LOOKED_AT", 1)
    ledger, who = house.ledgers["referral"], patient()
    left = await opened(lambda _: ledger, patient=who)
    right = await opened(lambda _: ledger, patient=who, referral=form.referral(form.limb(Side.RIGHT)))
    reader = Fhir(house, "triage-clinician")
    plan = told(await reader.get(f"CarePlan/{left}"))
    whose = plan["subject"]["reference"]
    assert told(await reader.get(f"CarePlan/{right}"))["subject"]["reference"] == whose
    whole, _pages = await listed(reader, "Task", patient=whose)
    single, pages = await listed(reader, "Task", patient=whose, _count=1)
    assert single == whole
    assert pages >= len(whole)
    assert {each["focus"]["reference"] for each in whole} == {f"CarePlan/{left}", f"CarePlan/{right}"}


async def test_a_search_by_status_id_and_time(house: House, story: Story) -> None:
    await story.prepared()
    reader = Fhir(house, "mdt-coordinator")
    whose = told(await reader.get(f"CarePlan/{story.pathway}"))["subject"]["reference"]
    asked = {"subject": whose}
    consents, _ = await listed(reader, "Consent", **asked)
    assert {each["status"] for each in consents} == {"active", "rejected"} or {e["status"] for e in consents} == {
        "active"
    }
    assert (await listed(reader, "Consent", **asked, status="draft"))[0] == []
    one, _ = await listed(reader, "Consent", _id=consents[0]["id"])
    assert one == [consents[0]]
    assert told(await reader.get(f"Consent/{consents[0]['id']}")) == consents[0]
    changed = consents[0]["meta"]["lastUpdated"]
    assert (await listed(reader, "Consent", **asked, _lastUpdated=f"ge{changed}"))[0] == consents
    assert (await listed(reader, "Consent", **asked, _lastUpdated=f"lt{changed}"))[0] == []


@pytest.mark.parametrize(
    "query",
    [
        {"name": "Walker"},
        {"patient.identifier": "9996510018"},
        {"_count": "0"},
        {"_count": "201"},
        {"_count": "\u0661"},
        {"_lastUpdated": "yesterday"},
        {"_lastUpdated": "ge2026-02-30"},
        {"_after": "nonsense"},
        {"_id": "a b"},
        {"status": "DROP TABLE"},
        {"patient": "x' OR 'a'='a"},
        {"_format": "xml"},
    ],
)
async def test_what_is_not_understood_is_refused_and_not_passed_over(house: House, query: dict[str, str]) -> None:
    answer = await Fhir(house, "triage-clinician").get("Task", **query)
    refused(answer, 400, "not-supported")
    assert all(value not in answer.text for value in query.values() if len(value) > 3)


async def test_a_referral_that_arrives_opens_one_pathway_however_often_it_is_sent(house: House) -> None:
    bundle = sent.bundle(form.referral())
    referrer = Fhir(house, "referrer")
    first, again = await referrer.post(bundle), await referrer.post(bundle)
    opened_as = told(first, 201)
    assert opened_as["type"] == "transaction-response"
    assert independent.schema_errors(opened_as) == []
    assert first.text == again.text
    where = opened_as["entry"][0]["response"]["location"]
    plan = told(await Fhir(house, "triage-clinician").get(where))
    assert plan["status"] == "active"


async def test_another_referral_under_the_same_identifier_is_refused(house: House) -> None:
    bundle = sent.bundle(form.referral())
    told(await Fhir(house, "referrer").post(bundle), 201)
    other = sent.bundle(form.referral(), identifier=bundle["identifier"])
    refused(await Fhir(house, "referrer").post(other), 422, "duplicate")


async def test_what_the_rules_refuse_is_told_by_the_element(house: House) -> None:
    bundle = sent.bundle(form.referral(form.limb(imaging=form.imaging(side_in_report=Side.RIGHT))))
    issue = refused(await Fhir(house, "referrer").post(bundle), 409, "business-rule")["issue"][0]
    number = next(i for i, each in enumerate(bundle["entry"]) if each["resource"].get("derivedFrom"))
    place = next(
        i
        for i, each in enumerate(bundle["entry"][number]["resource"]["component"])
        if each["code"]["coding"][0]["code"] == "side_in_report"
    )
    assert issue["expression"] == [f"Bundle.entry[{number}].resource.component[{place}].valueCodeableConcept"]
    assert "G10" in issue["details"]["text"]


async def test_what_is_malformed_is_told_by_the_element_and_never_repeated(house: House) -> None:
    bundle = sent.bundle(form.referral())
    bundle["entry"][0]["resource"]["identifier"][0]["value"] = "9996510017"
    answer = await Fhir(house, "referrer").post(bundle)
    found = refused(answer, 422, "value")
    assert found["issue"][0]["expression"] == ["Bundle.entry[0].resource.identifier[0].value"]
    assert "9996510017" not in answer.text


async def test_a_body_of_another_kind_or_size_is_refused(house: House) -> None:
    referrer = Fhir(house, "referrer")
    refused(await referrer.post({}, **{"Content-Type": "application/json"}), 415, "not-supported")
    huge = await referrer.post(b" " * (256 * 1024 + 1))
    assert huge.status_code == 413


async def test_the_same_referral_by_form_and_by_bundle_is_the_same_record(house: House, story: Story) -> None:
    await kept(story.refer(), 201)
    answer = told(await Fhir(house, "referrer").post(sent.bundle(form.referral())), 201)
    arrived = Story(house.apps)
    arrived.pathway = answer["entry"][0]["response"]["location"].removeprefix("CarePlan/")
    records = [(await each.look())["entries"][0]["record"] for each in (story, arrived)]
    assert json.dumps(records[0]) == json.dumps(records[1])
