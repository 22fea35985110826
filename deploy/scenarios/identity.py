"""The patient of a story as the referral desk gets it. A number counts as verified unless the story says otherwise."""

import json
from random import Random
from typing import Any

from pydantic import ValidationError

from deploy.scenarios.written import Written
from shared.ledger.patient import DIGITS, KINDS_OF_NUMBER, TRAINING_NUMBERS, NumberStatus, PatientIdentity


def body_of(patient: Written) -> dict[str, Any]:
    """The identity as JSON."""
    return {"number_status": NumberStatus.NUMBER_PRESENT_AND_VERIFIED.value, **patient.plain()}


def patient_of(patient: Written) -> PatientIdentity:
    """The identity as the desk reads it. Raises pydantic's ValidationError."""
    return PatientIdentity.model_validate_json(json.dumps(body_of(patient)), strict=True)


def renumbered(body: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The same patient under another synthetic number, for a world in which the story's own may be taken.

    An identity that a desk would refuse stays as it is: that may be what the story is about.
    """
    try:
        kind = PatientIdentity.model_validate_json(json.dumps(body), strict=True).number_kind
    except ValidationError:
        return body
    return {**body, kind: _synthetic(chance)} if kind in KINDS_OF_NUMBER else body


def _synthetic(chance: Random) -> str:
    """A number of the 999 range, which is issued to nobody, with its right check digit."""
    while True:
        digits = f"{TRAINING_NUMBERS}{chance.randrange(10**6):06d}"
        total = sum(int(digit) * weight for digit, weight in zip(digits, range(DIGITS, 1, -1), strict=True))
        if (check := (11 - total % 11) % 11) < DIGITS:
            return f"{digits}{check}"
