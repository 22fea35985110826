"""`make audit`: is anything known against what we install? pip-audit looks it up; this reads what it really found out.

pip-audit ends with 0 and "no known vulnerabilities" also when it could look up nothing. Here whatever was not looked up
makes the audit one that did not take place, with a code of its own. It needs the open network, and so is no test.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deploy.supply.lock import PRODUCT, Locked, locked
from deploy.supply.sbom import normal

PROGRAM = "pip-audit"
WITHIN_S = 600
CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Audited:
    """`code` ends the command, `words` say why."""

    code: int
    words: tuple[str, ...]


def judged(report: str, packages: Iterable[Locked]) -> Audited:
    """What pip-audit's JSON says of exactly these packages in these versions. Its exit code is worth nothing."""
    wanted = {(normal(each.name), each.version) for each in packages}
    try:
        told = [each for each in json.loads(report)["dependencies"] if "skip_reason" not in each]
        looked_up = {(normal(each["name"]), each["version"]): _ids(each["vulns"]) for each in told}
    except (ValueError, KeyError, TypeError):
        return _not_audited("pip-audit's report cannot be read")
    known = tuple(f"{name} {version}: {', '.join(ids)}" for (name, version), ids in sorted(looked_up.items()) if ids)
    if missing := sorted(wanted - set(looked_up)):
        words = f"{len(missing)} of {len(wanted)} packages were not looked up ({missing[0][0]} among them)"
        return Audited(NOT_AUDITED, (*known, *_not_audited(words).words))
    if known:
        return Audited(VULNERABLE, known)
    return Audited(CLEAN, (f"all {len(wanted)} packages were looked up, and nothing is known against them",))


def _ids(vulnerabilities: list[Any]) -> list[str]:
    return [str(each["id"]) for each in vulnerabilities]


def _not_audited(why: str) -> Audited:
    return Audited(NOT_AUDITED, (f"NOT AUDITED here: {why}",))


def audited() -> Audited:
    """Runs pip-audit on the locked requirements of the product."""
    program = shutil.which(PROGRAM)
    if program is None:
        return _not_audited(f"{PROGRAM} is not installed")
    asked = [program, "--requirement", str(PRODUCT), "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        ended = subprocess.run(  # noqa: S603 -- pip-audit and our own words
            [*asked, "--progress-spinner", "off"], capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        return _not_audited(f"{PROGRAM} did not end in time")
    return judged(ended.stdout, locked(PRODUCT.read_text(encoding="utf-8")))


def main() -> int:
    found = audited()
    sys.stdout.writelines(f"audit: {line}\n" for line in found.words)
    return found.code


if __name__ == "__main__":
    raise SystemExit(main())
