"""A referral as another system would send it: the Bundle that the referral desk reads, written independently of it."""

from typing import Any
from uuid import UUID, uuid4

from shared.pathway.anatomy import Segment
from shared.pathway.referral import LimbRecord, Referral
from shared.web import answers
from tests.ledger.acting import patient

Json = dict[str, Any]
OWN = "urn:patency:code:"
CODED = {
    "onset_certainty": "onset-certainty",
    "pregnancy_status": "pregnancy",
    "pulmonary_embolism": "embolism",
    "haemodynamic_instability": "answer",
    "risk_factor": "risk-factor",
    "tenderness": "answer",
    "redness": "answer",
    "acute_on_chronic": "answer",
    "rutherford_limb_status": "rutherford",
    "side_in_report": "side",
}
PRIORITY = {"routine_urgent": "urgent", "urgent_24h": "asap", "emergency_limb_or_life": "stat"}


def address(number: int) -> str:
    return f"urn:uuid:{UUID(int=number)}"


def coded(name: str, member: str) -> Json:
    return {"coding": [{"system": OWN + name, "code": member}]}


def component(name: str, **value: Any) -> Json:
    return {"code": coded("observed", name), **value}


def answered(name: str, member: str) -> Json:
    return component(name, valueCodeableConcept=coded(CODED.get(name, "answer"), member))


def bundle(referral: Referral, **changes: Any) -> Json:
    """`referral` of a new patient, as a transaction with an identifier of its own. Everything refers by urn:uuid."""
    plain = answers.written(referral)
    told = [_patient(), _request(plain), _presentation(plain), *_medicine(plain)]
    for number, limb in enumerate(referral.limbs):
        told += _leg(10 * (number + 1), limb, plain)
    entries = [{"fullUrl": at, "resource": each, "request": _posted(each)} for at, each in told]
    named = {"system": "https://sender.invalid/referrals", "value": str(uuid4())}
    return {"resourceType": "Bundle", "type": "transaction", "identifier": named, "entry": entries} | changes


def _posted(resource: Json) -> Json:
    return {"method": "POST", "url": resource["resourceType"]}


def _subject() -> Json:
    return {"reference": address(1)}


def _patient() -> tuple[str, Json]:
    who = patient()
    checked = {
        "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
        "valueCodeableConcept": {
            "coding": [
                {"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01"}
            ]
        },
    }
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": who.nhs_number, "extension": [checked]}
    return address(1), {
        "resourceType": "Patient",
        "extension": [{"url": "urn:patency:extension:sex-at-birth", "valueCode": who.sex.value}],
        "identifier": [number],
        "name": [{"text": who.name}],
        "birthDate": who.date_of_birth.isoformat() if who.date_of_birth else None,
    }


def _request(plain: Json) -> tuple[str, Json]:
    legs = [{"reference": address(10 * (number + 1))} for number in range(len(plain["limbs"]))]
    return address(2), {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "priority": PRIORITY[plain["urgency"]],
        "subject": _subject(),
        "reasonReference": legs,
    }


def _presentation(plain: Json) -> tuple[str, Json]:
    embolism, needs = plain["pulmonary_embolism"], plain["communication_needs"]
    told = [
        component("presentation_at", valueDateTime=plain["presentation_at"]),
        answered("onset_certainty", plain["onset_certainty"]),
        answered("pregnancy_status", plain["pregnancy_status"]),
        answered("pulmonary_embolism", embolism["state"]),
        answered("haemodynamic_instability", embolism["haemodynamic_instability"]),
        *(answered("risk_factor", each) for each in plain["risk_factors"]),
        component("language", valueString=needs["language"]),
        component("interpreter_needed", valueBoolean=needs["interpreter_needed"]),
    ]
    if plain["anticoagulant_contraindication"]:
        told.append(component("anticoagulant_contraindication", valueString=plain["anticoagulant_contraindication"]))
    return address(3), _observed("presentation", told)


def _observed(name: str, told: list[Json], **more: Any) -> Json:
    found = {"resourceType": "Observation", "status": "final", "code": coded("observed", name), "subject": _subject()}
    return found | more | {"component": told}


def _medicine(plain: Json) -> list[tuple[str, Json]]:
    taken = plain["current_anticoagulant"]
    if taken is None:
        return []
    statement = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": taken["drug"]},
        "subject": _subject(),
        "effectivePeriod": {"start": taken["started_at"]},
    }
    return [(address(4), statement)]


def _leg(number: int, limb: LimbRecord, plain: Json) -> list[tuple[str, Json]]:
    """The leg as Condition, its study, and what was found: the vein's code is SNOMED CT's where that was checked."""
    site = coded("side", limb.side.value)
    condition = {
        "resourceType": "Condition",
        "bodySite": [site],
        "subject": _subject(),
        "recordedDate": plain["diagnosis_confirmed_at"],
    }
    if plain["symptom_onset_date"]:
        condition["onsetDateTime"] = plain["symptom_onset_date"]
    study = answers.written(limb.imaging)
    imaging = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "identifier": [{"system": "https://sender.invalid/accessions", "value": study["accession"]}],
        "modality": coded("modality", study["modality"])["coding"],
        "subject": _subject(),
        "started": study["performed_at"],
        "interpreter": [{"identifier": {"system": "https://sender.invalid/staff", "value": study["reporter"]}}],
    }
    derived = [{"reference": address(number + 1)}]
    found = _observed("leg_findings", list(_findings(limb)), bodySite=site, derivedFrom=derived)
    return [(address(number), condition), (address(number + 1), imaging), (address(number + 2), found)]


def _findings(limb: LimbRecord) -> list[Json]:
    plain = answers.written(limb)
    symptoms = plain["symptoms"]
    swelling = {"value": symptoms["swelling_difference_cm"], "unit": "cm"}
    return [
        component("pain", valueInteger=symptoms["pain"]),
        component("swelling_difference_cm", valueQuantity=swelling),
        answered("tenderness", symptoms["tenderness"]),
        answered("redness", symptoms["redness"]),
        answered("acute_on_chronic", plain["acute_on_chronic"]),
        answered("rutherford_limb_status", plain["rutherford_limb_status"]),
        answered("side_in_report", plain["imaging"]["side_in_report"]),
        *(answered(sign, member) for sign, member in plain["phlegmasia_signs"].items()),
        *(_vein(Segment(vein), finding) for vein, finding in plain["segments"].items()),
    ]


def _vein(vein: Segment, finding: str) -> Json:
    official = {Segment.COMMON_FEMORAL: "397363009", Segment.POPLITEAL: "56849005"}.get(vein)
    code = (
        {"coding": [{"system": "http://snomed.info/sct", "code": official}]} if official else coded("vein", vein.value)
    )
    return {"code": code, "valueCodeableConcept": coded("finding", finding)}
