"""Who the patient of an arriving referral is. Read into `patient` alone, as a new pathway takes it (hazard H-12)."""

from shared.fhir import inbound_shape as shape
from shared.fhir.codes import NUMBER_STATUS, UK_NUMBER_STATUS
from shared.fhir.elements import ID
from shared.fhir.inbound_reading import Reading, Wrong
from shared.fhir.patient import NHS_NUMBER, SEX_AT_BIRTH, VERIFICATION

NUMBERS = {NHS_NUMBER: "nhs_number", f"{ID}chi": "chi", f"{ID}hc_number": "hc_number", f"{ID}temporary": "temporary_id"}
STATUS = {code: words for words, code in NUMBER_STATUS.items()}


def patient(found: Reading, who: shape.Patient, at: str) -> None:
    """Writes down who the patient is: one number, the name as text, birth date, sex at birth."""
    number = who.identifier[0]
    kind = NUMBERS.get(number.system)
    if kind is None:
        words = "Use the system of NHS, CHI or H&C numbers, or of temporary ids"
        found.wrong.append(Wrong(f"{at}.identifier[0].system", words, "code-invalid"))
        return
    found.where["patient"] = at
    found.put(f"patient.{kind}", number.value, f"{at}.identifier[0].value")
    found.put(
        "patient.number_status", _status(found, number, f"{at}.identifier[0]"), f"{at}.identifier[0].extension[0]"
    )
    found.put("patient.name", who.name[0].text, f"{at}.name[0].text")
    if who.birthDate is not None:
        found.put("patient.date_of_birth", who.birthDate.isoformat(), f"{at}.birthDate")
    found.put("patient.sex", _sex(found, who, at), f"{at}.extension[0]")


def _status(found: Reading, number: shape.Identifier, at: str) -> str:
    """What is known of the number. Nothing said means: present, and not traced."""
    if not number.extension:
        return "number_present_but_not_traced"
    told = number.extension[0]
    codings = told.valueCodeableConcept.coding if told.valueCodeableConcept else ()
    known = [STATUS.get(each.code) for each in codings if each.system == UK_NUMBER_STATUS]
    if told.url != VERIFICATION or not known or known[0] is None:
        found.wrong.append(
            Wrong(f"{at}.extension[0]", "Say how the number was verified by UK Core's list", "code-invalid")
        )
        return "number_present_but_not_traced"
    return known[0]


def _sex(found: Reading, who: shape.Patient, at: str) -> str:
    """Sex at birth, which rules need; administrative gender is no stand-in for it. Nothing said means unknown."""
    if not who.extension:
        return "unknown"
    if who.extension[0].url != SEX_AT_BIRTH or who.extension[0].valueCode is None:
        found.wrong.append(Wrong(f"{at}.extension[0]", "Only sex at birth is read here", "extension"))
    return who.extension[0].valueCode or "unknown"
