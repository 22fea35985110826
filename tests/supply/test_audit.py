"""An audit that could not look everything up did not take place, whatever pip-audit's exit code says."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deploy.supply import audit
from deploy.supply.audit import CLEAN, NOT_AUDITED, VULNERABLE, audited, judged
from deploy.supply.lock import PRODUCT, Locked, locked

PACKAGES = (Locked("One_Package", "1.0", ("0" * 64,), ()), Locked("another", "2.0", ("0" * 64,), ()))
ONE = {"name": "one-package", "version": "1.0", "vulns": []}
ANOTHER = {"name": "another", "version": "2.0", "vulns": []}
SKIPPED = {"name": "another", "skip_reason": "could not be audited: another (2.0)"}
VULNERABLE_ONE = ONE | {"vulns": [{"id": "PYSEC-2026-1", "fix_versions": [], "aliases": [], "description": "x"}]}


def report(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_everything_looked_up_and_nothing_known_is_clean() -> None:
    assert judged(report(ONE, ANOTHER), PACKAGES).code == CLEAN


@pytest.mark.parametrize(
    "told",
    [
        report(SKIPPED, SKIPPED | {"name": "one-package"}),
        report(ONE, SKIPPED),
        report(ONE),
        report(ONE, ANOTHER | {"version": "2.1"}),
        report(),
        "",
        "No known vulnerabilities found",
        "{}",
        "[]",
        '{"dependencies": null}',
        report(ONE, {"name": "another", "version": "2.0"}),
    ],
)
def test_what_was_not_looked_up_is_no_audit(told: str) -> None:
    found = judged(told, PACKAGES)
    assert found.code == NOT_AUDITED
    assert found.words[-1].startswith("NOT AUDITED here: ")


def test_what_is_known_is_named() -> None:
    assert judged(report(VULNERABLE_ONE, ANOTHER), PACKAGES) == audit.Audited(
        VULNERABLE, ("one-package 1.0: PYSEC-2026-1",)
    )


def test_what_is_known_is_named_also_when_something_else_was_skipped() -> None:
    found = judged(report(VULNERABLE_ONE, SKIPPED), PACKAGES)
    assert (found.code, found.words[0]) == (NOT_AUDITED, "one-package 1.0: PYSEC-2026-1")


def auditor(folder: Path, told: str) -> None:
    """Another program under pip-audit's name: it ends with 0, as the real one does also when it skipped everything."""
    (folder / "told.json").write_text(told, encoding="utf-8")
    program = folder / "pip-audit"
    program.write_text(f"#!/bin/sh\nexec cat '{folder / 'told.json'}'\n", encoding="utf-8")
    program.chmod(0o755)


def test_a_program_that_skips_everything_and_ends_well_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    packages = locked(PRODUCT.read_text(encoding="utf-8"))
    auditor(tmp_path, report(*({"name": each.name, "skip_reason": "not found"} for each in packages)))

    assert audited().code == NOT_AUDITED

    auditor(tmp_path, report(*({"name": each.name, "version": each.version, "vulns": []} for each in packages)))
    assert audited().code == CLEAN


def test_without_the_program_nothing_was_audited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert audited().words == ("NOT AUDITED here: pip-audit is not installed",)
