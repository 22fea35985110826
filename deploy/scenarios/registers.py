"""What the pure play knows of the world outside: the very rows that fill the registers of the training world."""

from datetime import datetime
from functools import cache

from deploy.seed import registers, rows_of
from shared.ledger.patient import PatientIdentity, age_years
from shared.pathway.civil_time import civil
from shared.pathway.facts import Authorisation, Device, Facts, Study
from shared.pathway.people import Role


def nation(trust: str) -> str:
    return str(registers()["trusts"][trust]["nation"])


def recipients(trust: str, role: Role) -> int:
    """How many people get the governance mail to this role."""
    return sum(row[1] == role for row in rows_of(trust)["governance_recipient"])


def facts(trust: str, patient: PatientIdentity | None, now: datetime, *, open_pathway_same_side: bool) -> Facts:
    """What the ledger would see at this moment. The directory and the devices whole, where it asks for those named."""
    about = {"open_pathway_same_side": open_pathway_same_side}
    if patient is None:
        return _registers(trust).model_copy(update=about)
    age = age_years(patient.date_of_birth, civil(now))
    who = {"age_years": age, "sex": patient.sex.value, "identity": patient.certainty}
    return _registers(trust).model_copy(update={**about, **who})


@cache
def _registers(trust: str) -> Facts:
    rows = rows_of(trust)
    devices = [Device(udi_di=udi, model=model, mechanism=how, recalled=no) for _, udi, model, how, no in rows["device"]]
    studies = [Study(study_id=name, ethics_reference=ref, open_on_site=yes) for _, name, ref, yes in rows["study"]]
    return Facts(
        staff=_staff(trust),
        governance_recipients=frozenset(Role(role) for _, role, _person, _address in rows["governance_recipient"]),
        ack_required=registers()["trusts"][trust]["ack_required"],
        authorisation=_authorisation(trust),
        devices={each.udi_di: each for each in devices},
        studies={each.study_id: each for each in studies},
        leaflets={document: version for _, document, version in rows["leaflet"]},
    )


def _staff(trust: str) -> dict[str, frozenset[Role]]:
    found: dict[str, frozenset[Role]] = {}
    for _, person, role, _from, _until in rows_of(trust)["staff"]:
        found[person] = found.get(person, frozenset()) | {Role(role)}
    return found


def _authorisation(trust: str) -> Authorisation | None:
    for _, status, review_by, models, operators in rows_of(trust)["authorisation"]:
        return Authorisation(
            status=status, review_by=review_by, device_models=frozenset(models), operators=frozenset(operators)
        )
    return None
