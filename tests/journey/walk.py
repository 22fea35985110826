"""One synthetic patient, all the way: from referral to the 3-month review and the end of the pathway, over HTTP."""

import asyncio
from typing import Any

from shared.pathway.consent import Consent
from shared.pathway.record import Record
from tests.forms import consent, follow_up, mdt_review, procedure, referral, the_day
from tests.forms.filled import LEFT
from tests.journey.clinic import Clinic

TRUST = "rxx"
ROLES = (
    "referrer",
    "triage-clinician",
    "mdt-coordinator",
    "vascular-surgeon",
    "interventional-radiologist",
    "haematologist",
    "consent-taker",
    "proceduralist",
    "ward-clinician",
    "anticoag-clinic",
)
PEOPLE = {role: f"{TRUST}-{role}-1" for role in ROLES}
SPECIALISTS = ("vascular-surgeon", "interventional-radiologist", "haematologist")


def synthetic_number(serial: int) -> str:
    """The serial-th NHS number of the synthetic 999 range with a valid check digit (modulus 11)."""
    found = 0
    for middle in range(100_000, 1_000_000):
        digits = f"999{middle}"
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
        if check != 10:
            if found == serial:
                return digits + str(check % 11)
            found += 1
    raise ValueError("no such number")


def body_of(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)


def patient(serial: int, **changes: Any) -> dict[str, Any]:
    given = {"name": f"Synthetic Walker {serial}", "date_of_birth": "1979-11-20", "sex": "male"}
    given["number_status"] = "number_present_and_verified"
    return {"nhs_number": synthetic_number(serial), **given, **changes}


async def walk(clinic: Clinic, serial: int, **identity: Any) -> str:
    """Take one patient all the way; returns the pathway's id. Every step waits for what it needs, as people do."""
    await clinic.sign_in(*PEOPLE.values())
    pathway = await refer(clinic, serial, **identity)
    await decide(clinic, pathway)
    await prepare(clinic, pathway)
    await treat(clinic, pathway)
    await follow(clinic, pathway)
    return pathway


async def refer(clinic: Clinic, serial: int, **identity: Any) -> str:
    body = {"patient": patient(serial, **identity), **body_of(referral.referral())}
    return await clinic.open(PEOPLE["referrer"], body, training_now="2026-03-03T09:00:00Z")


async def decide(clinic: Clinic, pathway: str) -> None:
    """Classified, then reviewed; the three specialties sign at the same moment."""
    await clinic.write(PEOPLE["triage-clinician"], pathway, "classification", body_of(referral.classification()))
    await clinic.advance(PEOPLE["mdt-coordinator"], pathway, "2026-03-05T14:00:00Z")
    review = mdt_review.mdt_review(attendees=mdt_review.attendees(*(PEOPLE[role] for role in SPECIALISTS)))
    await clinic.write(PEOPLE["mdt-coordinator"], pathway, "mdt_review", body_of(review))
    seen = await clinic.see(PEOPLE["mdt-coordinator"], pathway)
    newest = max(entry["seq"] for entry in seen["entries"] if entry["kind"] == "mdt_review")
    signature = body_of(mdt_review.sign_off(newest))
    await asyncio.gather(
        *(clinic.write(PEOPLE[role], pathway, "mdt_sign_off", signature, any_version=True) for role in SPECIALISTS)
    )


async def prepare(clinic: Clinic, pathway: str, taken: Consent | None = None) -> None:
    """The governance leads are told by the system; consent is taken meanwhile."""
    leaflet = consent.leaflet(document_id="PMT-INFO-1", version="2.1")
    await clinic.see_until(
        PEOPLE["mdt-coordinator"], pathway, "delivery of the notice", lambda seen: seen["notices"][0]["delivered_at"]
    )
    await clinic.advance(PEOPLE["consent-taker"], pathway, "2026-03-06T12:00:00Z")
    taken = taken or consent.consent(written_information=leaflet)
    await clinic.write(PEOPLE["consent-taker"], pathway, "consent", body_of(taken))


async def on_the_day(clinic: Clinic, pathway: str) -> None:
    """9 March, 09:30: blood of the evening before is there, and the patient was asked again."""
    operator = PEOPLE["proceduralist"]
    await clinic.advance(operator, pathway, "2026-03-09T09:30:00Z")
    await clinic.write(PEOPLE["ward-clinician"], pathway, "bloods", body_of(the_day.bloods()))
    await clinic.write(operator, pathway, "consent_confirmed", body_of(consent.confirmation()))


async def treat(clinic: Clinic, pathway: str) -> None:
    operator = PEOPLE["proceduralist"]
    await on_the_day(clinic, pathway)
    await clinic.write(operator, pathway, "procedure_start", body_of(procedure.start(LEFT, operators=(operator,))))
    await clinic.advance(operator, pathway, "2026-03-09T11:30:00Z")
    await clinic.write(operator, pathway, "procedure_end", body_of(procedure.end()))
    await clinic.see_until(operator, pathway, "registry receipt", lambda seen: _accepted(seen, 1))


async def follow(clinic: Clinic, pathway: str) -> None:
    """Home, three months pass, reviewed, closed."""
    clinician = PEOPLE["anticoag-clinic"]
    await clinic.advance(clinician, pathway, "2026-03-11T12:00:00Z")
    await clinic.write(PEOPLE["ward-clinician"], pathway, "discharge", body_of(follow_up.discharge()))
    await clinic.see_until(clinician, pathway, "update of the registry", lambda seen: _accepted(seen, 2))
    await clinic.advance(clinician, pathway, "2026-06-01T10:00:00Z")
    decided = follow_up.clinic_review(decision_maker=clinician)
    await clinic.write(clinician, pathway, "anticoagulation_review", body_of(decided))
    await clinic.write(clinician, pathway, "closure", body_of(follow_up.closure()))


def _accepted(seen: dict[str, Any], version: int) -> bool:
    receipts = [entry["record"] for entry in seen["entries"] if entry["kind"] == "registry_accepted"]
    return any(receipt["dataset_version"] >= version for receipt in receipts)
