"""The patient: who it is for a reader who may know, and for everybody else that this is not told."""

from shared.fhir.codes import NUMBER_STATUS, UK_NUMBER_STATUS, code
from shared.fhir.elements import ID, Case, Identity, Json, absent, concept, day, instant, present

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
VERIFICATION = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
SEX_AT_BIRTH = "urn:patency:extension:sex-at-birth"


def patient(case: Case) -> Json:
    """One Patient. `gender` stays out: it means the administrative one, and what is known is sex at birth."""
    newest = case.moment.pathway.entries[-1]
    found = {"resourceType": "Patient", "id": case.patient_id, "meta": {"lastUpdated": instant(newest.at)}}
    told = _told(case.identity) if case.identity else _masked()
    return found | told | {"managingOrganization": case.trust}


def _masked() -> Json:
    return {"identifier": [absent("masked")], "name": [absent("masked")], "_birthDate": absent("masked")}


def _told(who: Identity) -> Json:
    name = {"use": "official", "text": who.name}
    born = {"birthDate": day(who.born_on)} if who.born_on else {"_birthDate": absent("unknown")}
    sex = {"extension": [{"url": SEX_AT_BIRTH, "valueCode": who.sex}]}
    return present({**sex, "identifier": [_number(who)], "name": [name], **born})


def _number(who: Identity) -> Json:
    """The number. Only the NHS number's address was checked; the others go under our own."""
    if who.kind != "nhs_number":
        return {"use": "temp" if who.kind == "temporary" else "usual", "system": ID + who.kind, "value": who.number}
    status = concept(code(UK_NUMBER_STATUS, NUMBER_STATUS[who.number_status]))
    checked = {"url": VERIFICATION, "valueCodeableConcept": status}
    return {"extension": [checked], "use": "official", "system": NHS_NUMBER, "value": who.number}
