"""Checking what a story writes into records, against the records' own models, so that each error has its line."""

import json
from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ValidationError

from deploy.scenarios.identity import body_of, patient_of
from deploy.scenarios.placeholders import filled, rehearsal, unknown
from deploy.scenarios.written import Written
from shared.ledger.patient import PatientIdentity
from shared.pathway.people import Signature


def body_problems(model: type[BaseModel], body: Written, staff: Mapping[str, Signature]) -> Iterator[tuple[int, str]]:
    """Everything in this body that the model refuses, with its line and the way to it."""
    if not isinstance(body.value, dict):
        yield body.line, "keys and values are expected here"
        return
    if found := unknown(body, staff):
        yield from found
        return
    yield from _problems(model, body, json.dumps(filled(body.plain(), rehearsal(staff))))


def patient_problems(patient: Written) -> Iterator[tuple[int, str]]:
    """Everything in the patient's identity that the referral desk would refuse, and a number that may be somebody's."""
    found = list(_problems(PatientIdentity, patient, json.dumps(body_of(patient))))
    yield from found
    if not found:
        who = patient_of(patient)
        if who.temporary_id is None and not who.synthetic:
            place = patient.parts[who.number_kind]
            yield place.line, "only synthetic numbers, which begin with 999, have a place in a story"


def _problems(model: type[BaseModel], body: Written, written: str) -> Iterator[tuple[int, str]]:
    try:
        model.model_validate_json(written, strict=True)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False, include_input=False):
            line, path = _place(body, each["loc"])
            said = "unknown key" if each["type"] == "extra_forbidden" else each["msg"]
            yield line, f"{path}: {said}"


def _place(body: Written, loc: tuple[int | str, ...]) -> tuple[int, str]:
    """The line of what the location names, or of the nearest thing around it that is written down."""
    here = body
    for part in loc:
        if isinstance(here.value, dict) and part in here.value:
            here = here.value[str(part)]
        elif isinstance(here.value, list) and isinstance(part, int) and part < len(here.value):
            here = here.value[part]
    return here.line, ".".join(str(part) for part in loc)
