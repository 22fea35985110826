"""The list of components is CycloneDX 1.6, and is exactly what is locked and installed."""

import json
from collections.abc import Iterator
from importlib import metadata

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from deploy.supply.lock import PRODUCT, Locked, locked
from deploy.supply.sbom import NotAsLockedError, normal, sbom

LOCKED = locked(PRODUCT.read_text(encoding="utf-8"))
SCHEMA = JsonStrictValidator(SchemaVersion.V1_6)
DOCUMENT = sbom(LOCKED)


def needed(name: str) -> Iterator[str]:
    """What an installed package says it needs here, without its extras."""
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield normal(wanted.name)


def test_it_is_cyclonedx_as_its_schema_has_it() -> None:
    assert SCHEMA.validate_str(json.dumps(DOCUMENT)) is None


@pytest.mark.parametrize("gone", ["type", "name"])
def test_the_schema_sees_what_is_wrong(gone: str) -> None:
    wrong = json.loads(json.dumps(DOCUMENT))
    del wrong["components"][0][gone]
    assert SCHEMA.validate_str(json.dumps(wrong)) is not None


def test_it_lists_what_is_locked_and_what_is_installed_and_nothing_else() -> None:
    told = {(each["name"], each["version"]) for each in DOCUMENT["components"]}
    assert told == {(each.name, each.version) for each in LOCKED}
    assert told == {(name, metadata.version(name)) for name, _version in told}
    assert len(told) == len(DOCUMENT["components"]) > 50


def test_whatever_a_component_needs_is_a_component() -> None:
    told = {normal(each["name"]) for each in DOCUMENT["components"]}
    missing = {name: lost for name in told if (lost := set(needed(name)) - told)}
    assert missing == {}


def test_every_component_has_the_hashes_that_its_installation_is_held_to() -> None:
    hashes = {each.name: set(each.hashes) for each in LOCKED}
    for each in DOCUMENT["components"]:
        assert {found["content"] for found in each["hashes"]} == hashes[each["name"]]


def test_every_component_is_reached_from_the_product() -> None:
    wants = {each["ref"]: each["dependsOn"] for each in DOCUMENT["dependencies"]}
    reached, coming = set(), ["patency"]
    while coming:
        ref = coming.pop()
        reached.add(ref)
        coming += [each for each in wants[ref] if each not in reached]
    assert reached == {"patency", *(each["bom-ref"] for each in DOCUMENT["components"])}


def test_every_component_says_under_which_licence_it_may_be_used() -> None:
    assert [each["name"] for each in DOCUMENT["components"] if not each.get("licenses")] == []


def test_the_same_lock_gives_the_same_document() -> None:
    assert sbom(reversed(LOCKED)) == DOCUMENT


@pytest.mark.parametrize("package", [("pydantic", "0.0.1"), ("a-package-that-nobody-installed", "1.0")])
def test_what_is_not_installed_as_it_is_locked_is_refused(package: tuple[str, str]) -> None:
    others = [each for each in LOCKED if each.name != package[0]]
    with pytest.raises(NotAsLockedError, match=package[0]):
        sbom([*others, Locked(*package, ("0" * 64,), ())])
