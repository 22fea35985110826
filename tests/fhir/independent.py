"""Two judges of our resources that know nothing of our code: `fhir.resources` for R4B, and HL7's JSON schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator
from jsonschema.protocols import Validator

from shared.fhir.elements import Json

SCHEMA = Path(__file__).with_name("schema") / "fhir-r4.schema.json"
_seen: set[str] = set()


@cache
def definitions() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    return found


@cache
def _validator(kind: str) -> Validator:
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": definitions()})


@cache
def model(kind: str) -> Any:
    return get_fhir_model_class(kind)


def parse(resource: Json) -> None:
    """Raises pydantic's ValidationError for what is no R4B resource of its type."""
    model(resource["resourceType"]).model_validate(resource)


def schema_errors(resource: Json) -> list[str]:
    """Where HL7's schema says no, and why."""
    errors = _validator(resource["resourceType"]).iter_errors(resource)
    return [f"{resource['resourceType']} {'/'.join(map(str, each.path))}: {each.message[:120]}" for each in errors]


def judge(bundle: Json) -> list[str]:
    """What either judge has against a Bundle. A resource that was judged before is not judged again."""
    found = schema_errors(bundle | {"entry": []} if bundle.get("entry") else bundle)
    for each in bundle.get("entry", []):
        resource = each["resource"]
        known = json.dumps({name: value for name, value in resource.items() if name not in {"id", "meta"}})
        if known not in _seen:
            found += schema_errors(resource)
            parse(resource)
            _seen.add(known)
    return found
