"""`make sbom`: what the product is made of, as CycloneDX 1.6 in JSON, from the lock file and what is installed.

The same lock gives the same bytes: there is no time and no chance in it. What is installed but not as locked is no
reason for a list that is a little wrong, but for none.
"""

import argparse
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from deploy.supply.lock import HOUSE, OURS, PRODUCT, Locked, locked

SPEC = "1.6"
LONGEST_NAME = 60
WITHOUT_VERSION = "0"


class NotAsLockedError(Exception):
    """Packages that are installed in another version than locked, or not at all: its words name them."""


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def sbom(packages: Iterable[Locked]) -> dict[str, Any]:
    """The document. Raises NotAsLockedError when what is installed differs."""
    packages = sorted(packages, key=lambda each: normal(each.name))
    if different := [each.name for each in packages if _installed(each.name) != each.version]:
        raise NotAsLockedError(", ".join(different))
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {"type": "application", "name": project["name"], "version": project["version"], "bom-ref": project["name"]}
    components = [_component(each) for each in packages]
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(components))}",
        "version": 1,
        "metadata": {"component": ours | {"description": project["description"]}},
        "components": components,
        "dependencies": [{"ref": project["name"], "dependsOn": _wanted(packages)}]
        + [{"ref": _purl(each), "dependsOn": _wanted(packages, each.name)} for each in packages],
    }


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return WITHOUT_VERSION


def _component(package: Locked) -> dict[str, Any]:
    """`hashes` are those of every file that may be installed as this package: one for each platform, and the source."""
    found = {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "purl": _purl(package),
        "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(set(package.hashes))],
    }
    licences = _licences(metadata.metadata(package.name))
    return found | ({"licenses": licences} if licences else {})


def _licences(told: metadata.PackageMetadata) -> list[dict[str, Any]]:
    """What the package says itself: an SPDX expression, or else a name in its own words."""
    if expressions := told.get_all("License-Expression"):
        return [{"expression": expressions[0]}]
    name = "".join(told.get_all("License") or ()).strip()
    named = [name.splitlines()[0][:LONGEST_NAME]] if name else _classified(told)
    return [{"license": {"name": each}} for each in named]


def _classified(told: metadata.PackageMetadata) -> list[str]:
    """Some packages may be had under any of several."""
    found = (each for each in told.get_all("Classifier") or () if each.startswith("License :: "))
    return list(dict.fromkeys(each.rpartition(" :: ")[2] for each in found))


def _purl(package: Locked) -> str:
    return f"pkg:pypi/{normal(package.name)}@{package.version}"


def _wanted(packages: Iterable[Locked], by: str = OURS) -> list[str]:
    """What this package wants; without a name, what we want."""
    found = (each for each in packages if any(_is(name, by) for name in each.wanted_by))
    return [_purl(each) for each in found]


def _is(name: str, by: str) -> bool:
    return name.startswith(OURS) if by == OURS else normal(name) == normal(by)


def main() -> int:
    asked = argparse.ArgumentParser(description="Writes what the product is made of (CycloneDX 1.6, JSON).")
    asked.add_argument("file", type=Path)
    file: Path = asked.parse_args().file
    try:
        found = sbom(locked(PRODUCT.read_text(encoding="utf-8")))
    except NotAsLockedError as trouble:
        sys.stderr.write(f"sbom: not written, since these are not installed as they are locked: {trouble}\n")
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"sbom: {len(found['components'])} components in {file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
