"""An arriving Bundle read as a referral: nothing lost on the way, nothing passed over, nothing repeated."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from services.referral.arriving import Arrived, NotReadError, arrive
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Answer, Urgency
from shared.pathway.referral import Referral, RiskFactor
from tests.fhir import sent
from tests.forms import referral as form
from tests.forms.filled import london

Json = dict[str, Any]
PATIENT, REQUEST, PRESENTATION, CONDITION, IMAGING, FINDINGS = range(6)
SECRET = "WALKER-9996510018"


def arrived(bundle: Json) -> Arrived:
    return arrive(json.dumps(bundle).encode())


def wrong(bundle: Json | bytes) -> list[tuple[str, str]]:
    """Every place that is wrong, with FHIR's kind of issue."""
    with pytest.raises(NotReadError) as caught:
        arrive(bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode())
    assert SECRET not in "".join(each.words + each.expression for each in caught.value.wrong)
    return [(each.expression, each.code) for each in caught.value.wrong]


def made_up(seed: int) -> Referral:
    chance = random.Random(seed)  # noqa: S311 -- made-up referrals, the same in every run
    sides = chance.choice([(Side.LEFT,), (Side.RIGHT,), (Side.LEFT, Side.RIGHT)])
    veins = {side: {each: chance.choice(list(Finding)) for each in Segment} for side in sides}
    limbs = [form.limb(side, veins[side], acute_on_chronic=chance.choice(list(Answer))) for side in sides]
    risks = frozenset(chance.sample(list(RiskFactor), chance.randrange(4)))
    return form.referral(*limbs, urgency=chance.choice(list(Urgency)), risk_factors=risks)


def test_what_is_sent_is_the_referral_that_is_entered() -> None:
    for seed in range(30):
        referral = made_up(seed)
        assert arrived(sent.bundle(referral)).pathway.referral() == referral


def test_who_the_patient_is_parts_company_with_the_referral() -> None:
    found = arrived(sent.bundle(form.referral())).pathway
    assert (found.patient.name, found.patient.certainty) == ("Synthetic Alpha", "verified")
    assert "Synthetic" not in found.referral().model_dump_json()


def test_the_same_bundle_is_the_same_request_however_it_is_spaced() -> None:
    bundle = sent.bundle(form.referral())
    one, other = arrived(bundle), arrive(json.dumps(bundle, indent=4).encode())
    assert (one.key, one.digest) == (other.key, other.digest)


def test_another_bundle_under_the_same_identifier_is_another_request() -> None:
    bundle = sent.bundle(form.referral())
    other = sent.bundle(form.referral(), identifier=bundle["identifier"])
    assert arrived(bundle).key == arrived(other).key
    assert arrived(bundle).digest != arrived(other).digest


def of(bundle: Json, entry: int) -> Json:
    found: Json = bundle["entry"][entry]["resource"]
    return found


Change = Callable[[Json], object]
BROKEN: dict[str, tuple[Change, str]] = {
    "an unknown element": (lambda b: of(b, PATIENT).update(gender="male"), "Bundle.entry[0].resource"),
    "an unknown resource": (
        lambda b: b["entry"][0]["resource"].update(resourceType="Basic"),
        "Bundle.entry[0].resource",
    ),
    "no patient": (lambda b: b["entry"].pop(PATIENT), "Bundle.entry[0].resource.subject"),
    "another type of bundle": (lambda b: b.update(type="batch"), "Bundle.type"),
    "no identifier": (lambda b: b.pop("identifier"), "Bundle.identifier"),
    "a status that is none": (lambda b: of(b, REQUEST).update(status="maybe"), "Bundle.entry[1].resource.status"),
    "a reference into nothing": (
        lambda b: of(b, REQUEST).update(subject={"reference": sent.address(99)}),
        "Bundle.entry[1].resource.subject",
    ),
    "a leg that nobody asks for": (
        lambda b: of(b, REQUEST).update(reasonReference=[{"reference": sent.address(1)}]),
        "Bundle.entry[1].resource.reasonReference[0]",
    ),
    "an unknown number system": (
        lambda b: of(b, PATIENT)["identifier"][0].update(system="https://elsewhere.invalid/id"),
        "Bundle.entry[0].resource.identifier[0].system",
    ),
    "a wrong check digit": (
        lambda b: of(b, PATIENT)["identifier"][0].update(value="9996510017"),
        "Bundle.entry[0].resource.identifier[0].value",
    ),
    "a code of no list": (
        lambda b: of(b, FINDINGS)["component"][2].update(valueCodeableConcept=sent.coded("answer", "perhaps")),
        "Bundle.entry[5].resource.component[2].valueCodeableConcept",
    ),
    "a component nobody reads": (
        lambda b: of(b, FINDINGS)["component"][0].update(code=sent.coded("observed", "language")),
        "Bundle.entry[5].resource.component[0].code",
    ),
    "another kind of value": (
        lambda b: of(b, FINDINGS)["component"][0].update(valueString="seven"),
        "Bundle.entry[5].resource.component[0]",
    ),
    "pain of eleven": (
        lambda b: of(b, FINDINGS)["component"][0].update(valueInteger=11),
        "Bundle.entry[5].resource.component[0].valueInteger",
    ),
    "a finding told twice": (
        lambda b: of(b, FINDINGS)["component"].append(of(b, FINDINGS)["component"][0]),
        "Bundle.entry[5].resource.component[26].valueInteger",
    ),
    "the findings of the other leg": (
        lambda b: of(b, FINDINGS).update(bodySite=sent.coded("side", "right")),
        "Bundle.entry[3].resource.bodySite[0]",
    ),
    "both legs at once": (
        lambda b: of(b, CONDITION).update(bodySite=[sent.coded("side", "both")]),
        "Bundle.entry[3].resource.bodySite[0]",
    ),
    "a missing answer": (lambda b: of(b, PRESENTATION)["component"].pop(0), "Bundle"),
}


@pytest.mark.parametrize(("change", "place"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told_by_its_element(change: Change, place: str) -> None:
    bundle = sent.bundle(form.referral())
    change(bundle)
    assert place in [expression for expression, _code in wrong(bundle)]


def test_what_was_sent_is_never_repeated() -> None:
    bundle = sent.bundle(form.referral())
    of(bundle, PATIENT)[SECRET] = SECRET
    of(bundle, PATIENT)["name"] = [{"text": SECRET, "given": [SECRET]}]
    bundle["entry"][1]["fullUrl"] = SECRET
    assert len(wrong(bundle)) >= 3


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'"Bundle"', b"\xff", b'{"resourceType":"Bundle","resourceType":"Bundle"}']
)
def test_what_is_no_bundle_is_refused(raw: bytes) -> None:
    assert wrong(raw) != []


def test_two_legs_that_tell_another_onset_are_a_question_for_a_person() -> None:
    bundle = sent.bundle(form.referral(form.limb(Side.LEFT), form.limb(Side.RIGHT)))
    of(bundle, 6)["onsetDateTime"] = "2026-02-20"
    assert wrong(bundle) == [("Bundle.entry[6].resource", "conflict")]


def test_an_anticoagulant_is_read_from_a_statement() -> None:
    taken = {"drug": "apixaban", "started_at": london("2026-03-02T12:00")}
    referral = form.referral(current_anticoagulant=taken)
    assert arrived(sent.bundle(referral)).pathway.current_anticoagulant == referral.current_anticoagulant
