"""What the pure play knows of the world outside: the very rows that fill the registers of the training world."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from deploy.seed import registers, rows_of
from shared.ledger.patient import PatientIdentity, age_years
from shared.ledger.recipients import NOBODY_LEFT
from shared.pathway.civil_time import civil
from shared.pathway.facts import Authorisation, Device, Facts, Study
from shared.pathway.governance import LADDER
from shared.pathway.people import Role
from shared.pathway.record import Record
from shared.pathway.refusal import Refusal
from shared.pathway.trust_news import (
    AuthorisationSuspended,
    DeviceRecall,
    GuidanceSuperseded,
    StaffLeft,
    StudyClosed,
)

ANNOUNCED: Final = {
    DeviceRecall.kind: "device_recalls",
    StudyClosed.kind: "study_closures",
    AuthorisationSuspended.kind: "suspensions",
    StaffLeft.kind: "staff_left",
    GuidanceSuperseded.kind: "guidance",
}
"""News of the trust's registers, and the address at which the governance desk takes each."""


def nation(trust: str) -> str:
    return str(registers()["trusts"][trust]["nation"])


def recipients(trust: str, role: Role, news: Sequence[Record] = ()) -> int:
    """How many people get the governance mail to this role, but for those who left."""
    gone = {each.person for each in news if isinstance(each, StaffLeft)}
    return sum(row[1] == role and row[2] not in gone for row in rows_of(trust)["governance_recipient"])


def refusal(trust: str, news: Sequence[Record]) -> Refusal | None:
    """Why the newest of this news cannot be announced: nobody of governance would be told any more (R-GOV-3)."""
    return None if any(recipients(trust, role, news) for role in LADDER) else NOBODY_LEFT


def facts(trust: str, patient: PatientIdentity | None, now: datetime, *, open_pathway_same_side: bool) -> Facts:
    """What the ledger would see at this moment. The directory and the devices whole, where it asks for those named."""
    about = {"open_pathway_same_side": open_pathway_same_side}
    if patient is None:
        return _registers(trust).model_copy(update=about)
    age = age_years(patient.date_of_birth, civil(now))
    who = {"age_years": age, "sex": patient.sex.value, "identity": patient.certainty}
    return _registers(trust).model_copy(update={**about, **who})


def after(seen: Facts, news: Sequence[Record], now: datetime) -> Facts:
    """The facts, with what was announced since the story began."""
    for each in news:
        match each:
            case DeviceRecall(udi_di=udi) if udi in seen.devices:
                devices = {**seen.devices, udi: _recalled(seen.devices[udi], each)}
                seen = seen.model_copy(update={"devices": devices})
            case StudyClosed(study_id=study) if study in seen.studies:
                shut = seen.studies[study].model_copy(update={"open_on_site": False})
                seen = seen.model_copy(update={"studies": {**seen.studies, study: shut}})
            case StaffLeft(person=person, left_on=left_on) if civil(now) > left_on:
                staff = {who: roles for who, roles in seen.staff.items() if who != person}
                seen = seen.model_copy(update={"staff": staff})
            case AuthorisationSuspended() if seen.authorisation:
                seen = seen.model_copy(update={"authorisation": _suspended(seen.authorisation, each)})
    return seen


def _recalled(device: Device, news: DeviceRecall) -> Device:
    if not news.lots:
        return device.model_copy(update={"recalled": True})
    return device.model_copy(update={"recalled_lots": device.recalled_lots | {*news.lots}})


def _suspended(permit: Authorisation, news: AuthorisationSuspended) -> Authorisation:
    match news.scope:
        case "procedure":
            return permit.model_copy(update={"status": "suspended"})
        case "device":
            return permit.model_copy(update={"device_models": permit.device_models - {news.subject}})
        case "operator":
            return permit.model_copy(update={"operators": permit.operators - {news.subject}})


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
