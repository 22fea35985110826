"""The OpenAPI files that programs are written against say what the desks do."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from services.described import WORDS
from services.entering import kinds_of
from services.openapi import documents

DOCUMENTS = list(documents())


@pytest.fixture(params=DOCUMENTS, ids=[file.stem for file, _ in DOCUMENTS])
def written(request: pytest.FixtureRequest) -> tuple[Path, str]:
    found: tuple[Path, str] = request.param
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if path.startswith("/api/")
    ]


def test_the_file_in_the_repository_is_the_present_one(written: tuple[Path, str]) -> None:
    file, text = written
    assert file.read_text(encoding="utf-8") == text, "run: python -m services.openapi"


def test_the_file_is_valid_openapi(written: tuple[Path, str]) -> None:
    validate(json.loads(written[1]))


def test_every_error_of_every_route_is_described_as_a_problem(written: tuple[Path, str]) -> None:
    for path, operation in operations(json.loads(written[1])):
        errors = {int(status) for status in operation["responses"] if int(status) >= 400}
        assert {401, 403, 422, 500, 503} <= errors <= set(WORDS), path
        for status in errors:
            content = operation["responses"][str(status)]["content"]
            assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem"), path


def test_every_record_has_its_exact_body_described(written: tuple[Path, str]) -> None:
    file, text = written
    document = json.loads(text)
    for kind in kinds_of(file.stem):
        operation = document["paths"][f"/api/pathways/{{pathway_id}}/{kind.name}"]["post"]
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert set(document["components"]["schemas"][name]["properties"]) == set(kind.record.model_fields)
        assert {"Idempotency-Key", "If-Match"} <= {each["name"] for each in operation["parameters"]}


def test_nothing_described_says_who_the_patient_is_but_the_patient(written: tuple[Path, str]) -> None:
    shapes = json.loads(written[1])["components"]["schemas"]
    telling = {name for name, shape in shapes.items() if "date_of_birth" in shape.get("properties", {})}
    assert telling <= {"Patient", "PatientIdentity"}
