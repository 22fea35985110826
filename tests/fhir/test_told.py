"""What is told of a pathway: two independent judges, our own checks, and the stories word for word."""

import json
from dataclasses import replace
from functools import cache

import pytest

from shared.fhir import checks
from shared.fhir.codes import TABLE, UnknownCodeError, code, own
from shared.fhir.elements import Case, Json
from shared.fhir.everything import RESOURCES, resources
from shared.fhir.own_lists import OCCASIONS
from shared.pathway.adverse_event import AdverseEvent
from shared.pathway.decide import next_entry
from shared.pathway.procedure_parts import Event
from shared.web.pages.words import spoken
from tests.fhir import golden, independent
from tests.fhir.played import ACCEPTANCE, PATIENT_ID, ended, referred, states, told
from tests.forms import adverse_events as event_form
from tests.ledger.acting import WARD

MADE_UP = 60


def harmed(event: Event) -> Case:
    """The first story, with one more adverse event of this kind."""
    case = ended("A1")
    record: AdverseEvent = event_form.adverse_event(category=event)
    entry = next_entry(case.moment, record, WARD)
    return replace(case, moment=replace(case.moment, pathway=case.moment.pathway.with_entry(entry)))


@pytest.mark.parametrize("name", ACCEPTANCE)
def test_every_state_of_a_story_is_r4b_and_keeps_our_own_rules(name: str) -> None:
    found = [told(case) for case in states(name)]
    assert len(found) >= 9
    for bundle in (*found, told(replace(ended(name), identity=None))):
        assert independent.judge(bundle) == []
        assert checks.all_of(checks.of_bundle(bundle)) == ()


def test_every_made_up_referral_is_r4b_and_keeps_our_own_rules() -> None:
    for seed in range(MADE_UP):
        bundle = told(referred(seed))
        assert independent.judge(bundle) == []
        assert checks.all_of(checks.of_bundle(bundle)) == ()


@pytest.mark.parametrize("event", Event)
def test_every_kind_of_harm_is_r4b_and_keeps_our_own_rules(event: Event) -> None:
    bundle = told(harmed(event))
    assert independent.judge(bundle) == []
    assert checks.all_of(checks.of_bundle(bundle)) == ()
    assert one(bundle, "AdverseEvent")["event"]["coding"][0]["code"] == event.value


def test_the_stories_and_what_was_made_up_hold_every_type_but_that_of_a_study() -> None:
    bundles = [*map(told, map(ended, ACCEPTANCE)), told(harmed(Event.BLEEDING))]
    found = {each["resource"]["resourceType"] for bundle in bundles for each in bundle["entry"]}
    assert set(RESOURCES) - found == {"ResearchSubject"}


@pytest.mark.parametrize("name", ACCEPTANCE)
def test_a_story_is_told_as_it_was_reviewed(name: str) -> None:
    assert list(golden.differences(name)) == []


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_schema_of_r4_has_the_elements_that_r4b_has(kind: str) -> None:
    """The JSON schema is R4's: it may stand in because these types did not change."""
    ours = {name for name in independent.definitions()[kind]["properties"] if not name.startswith("_")}
    fields = independent.model(kind).model_fields
    theirs = {each.alias or name for name, each in fields.items()}
    theirs = {name for name in theirs if not name.startswith("_") and not name.endswith("__ext")}
    assert ours - {"resourceType"} == theirs - {"resourceType", "resource_type", "fhir_comments"}


def one(bundle: Json, kind: str) -> Json:
    found: Json = next(each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == kind)
    return found


def test_who_may_not_know_is_told_that_it_is_masked() -> None:
    case = ended("A1")
    known, masked = told(case), told(replace(case, identity=None))
    assert one(known, "Patient")["identifier"][0]["value"] == "9996510018"
    assert one(masked, "Patient")["name"] == [
        {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
    ]
    assert case.identity is not None
    written = json.dumps(masked)
    for secret in (case.identity.number, case.identity.name, "1979-11-20"):
        assert secret not in written
    assert "identifier" not in one(masked, "ImagingStudy")  # an accession number leads to the patient


def test_what_people_wrote_in_words_stays_in_the_house() -> None:
    case = ended("A1")
    written = json.dumps(told(case))
    words = [w for each in case.moment.pathway.entries for w in _free_text(each.record.model_dump())]
    assert len(words) > 10
    assert [each for each in words if each in written] == []


def _free_text(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in _free_text(part)]
    if isinstance(value, list | tuple):
        return [each for part in value for each in _free_text(part)]
    return [value] if isinstance(value, str) and len(value.split()) >= 4 else []


def test_an_official_code_is_told_only_where_somebody_checked_it() -> None:
    written = json.dumps([told(ended(name)) for name in ACCEPTANCE])
    unchecked = [each for each in TABLE.values() if not each.verified]
    assert len(unchecked) >= 5
    assert [each.code for each in unchecked if f'"{each.code}"' in written] == []
    assert "397363009" in written  # the common femoral vein was checked
    assert "opcs" not in written.lower()


def test_each_leg_says_its_side_in_words() -> None:
    for seed in range(20):
        for each in resources(referred(seed)):
            if each["resourceType"] == "Condition":
                side = each["code"]["text"].rpartition(", ")[2].split()[0]
                assert all(side in site["text"] for site in each["bodySite"])


def test_a_withdrawal_is_told_as_inactive_denied_consent() -> None:
    found = [each["resource"] for each in told(ended("A4"))["entry"] if each["resource"]["resourceType"] == "Consent"]
    given = [each for each in found if each["provision"]["code"][0]["text"] == "withdrawn"]
    assert {(each["status"], each["provision"]["type"]) for each in given} == {("inactive", "deny")}


def test_a_filter_that_came_out_is_no_active_flag() -> None:
    bundle = told(ended("A1"))
    assert (one(bundle, "Flag")["status"], one(bundle, "DeviceUseStatement")["status"]) == ("inactive", "completed")
    assert one(bundle, "Flag")["period"]["end"] == "2026-04-01"


def test_governance_is_told_only_what_the_list_of_occasions_has() -> None:
    say = spoken()
    assert all(say(f"notice_about.{each}") for each in OCCASIONS)
    assert {own("occasion", each).code for each in OCCASIONS} == set(OCCASIONS)


@cache
def first_story() -> str:
    return json.dumps(told(ended("A1")))


def planted(kind: str, **changes: object) -> tuple[str, ...]:
    """What our checks say of a Bundle with one resource changed."""
    bundle = json.loads(first_story())
    one(bundle, kind).update(changes)
    return checks.all_of(checks.of_bundle(bundle))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("Condition", {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "128053003"}]}}),
        ("Condition", {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}]}}),
        ("Task", {"code": {"coding": [{"system": "urn:patency:code:task", "code": "nonsense"}]}}),
        ("Task", {"code": {"coding": [{"code": "classification"}]}}),
        ("Procedure", {"code": {"coding": [{"system": "https://fhir.hl7.org.uk/Id/opcs-4", "code": "L79.1"}]}}),
        ("Procedure", {"status": None}),
        ("Procedure", {"reasonReference": [{"reference": "Condition/somewhere"}]}),
        ("Consent", {"policyRule": {}}),
        ("Flag", {"id": "a/b"}),
        ("Device", {"note": []}),
        ("Communication", {"about": [{"reference": "Patient/9996510018"}]}),
    ],
)
def test_a_planted_fault_is_found(kind: str, changes: dict[str, object]) -> None:
    assert planted(kind) == ()
    assert planted(kind, **changes) != ()


def test_a_number_in_an_address_is_found() -> None:
    bundle = told(ended("A2"))
    bundle["link"] = [{"relation": "self", "url": "http://x/fhir/Task?patient=9996510026"}]
    assert checks.all_of(checks.of_bundle(bundle)) != ()


def test_a_fault_never_repeats_what_was_wrong() -> None:
    assert "9996510018" not in "".join(planted("Communication", about=[{"reference": "Patient/9996510018"}]))


def broken(**changes: object) -> Json:
    task = one(told(ended("A4")), "Task")
    return {name: value for name, value in (task | changes).items() if value is not None}


def test_an_element_that_fhir_does_not_have_is_refused_by_both_judges() -> None:
    assert independent.schema_errors(broken(surprise=1)) != []
    with pytest.raises(ValueError, match="surprise"):
        independent.parse(broken(surprise=1))


def test_a_status_that_fhir_does_not_have_is_refused_by_the_schema() -> None:
    assert independent.schema_errors(broken(status="nonsense")) != []


def test_a_missing_element_is_refused_by_the_models() -> None:
    with pytest.raises(ValueError, match="intent"):
        independent.parse(broken(intent=None))


def test_a_code_that_is_in_no_list_cannot_be_told() -> None:
    with pytest.raises(UnknownCodeError, match="unknown system"):
        code("http://elsewhere.invalid", "1")
    with pytest.raises(UnknownCodeError, match="urn:patency:code:side"):
        own("side", "both")


def test_two_resources_of_one_pathway_never_share_an_id() -> None:
    for name in ACCEPTANCE:
        ids = [(each["resourceType"], each["id"]) for each in resources(ended(name))]
        assert len(set(ids)) == len(ids)
        assert PATIENT_ID in {each for _kind, each in ids}
