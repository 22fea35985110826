"""Ruff's security rules (flake8-bandit's) are in force in every package, and whoever sets one aside says why.

Bandit itself was tried beside them: each of its findings is one of these rules, and none of them is high.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import HOUSE, PACKAGES, sources

SET_ASIDE = re.compile(r"#\s*noqa:[^#\n]*\bS\d{3}\b.*")
PLANTED = {
    "S101": "assert x\n",
    "S102": "exec(x)\n",
    "S104": 'bind("0.0.0.0")\n',
    "S105": 'password = "hunter2"\n',
    "S113": "import requests\nrequests.get(x)\n",
    "S301": "import pickle\npickle.loads(x)\n",
    "S307": "eval(x)\n",
    "S311": "import random\nrandom.random()\n",
    "S323": "import ssl\nssl._create_unverified_context()\n",
    "S324": "import hashlib\nhashlib.md5(x)\n",
    "S501": "import httpx\nhttpx.get(x, verify=False)\n",
    "S506": "import yaml\nyaml.load(x)\n",
    "S602": "import subprocess\nsubprocess.run(x, shell=True)\n",
    "S608": 'question = f"SELECT * FROM {x}"\n',
    "S701": "import jinja2\njinja2.Environment()\n",
}


def found(text: str, package: str) -> set[str]:
    """What ruff finds in such a file of this package, with the settings of the house."""
    ruff = [str(Path(sys.executable).with_name("ruff")), "check", "--no-cache", "--output-format", "concise"]
    run = subprocess.run(  # noqa: S603 -- ruff and our own words
        [*ruff, "--stdin-filename", f"{package}/planted.py", "-"],
        cwd=HOUSE,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return set(re.findall(r"\bS\d{3}\b", run.stdout))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_kind_of_insecure_code_is_found_in_every_package(package: str) -> None:
    lines = [f"{line}\n" for text in PLANTED.values() for line in text.splitlines()]
    imports = "".join(line for line in lines if line.startswith("import"))
    body = "".join(line for line in lines if not line.startswith("import"))
    assert set(PLANTED) - found(imports + body, package) == set()


def unexplained(text: str) -> list[str]:
    return [each[0] for each in SET_ASIDE.finditer(text) if " -- " not in each[0]]


def test_whoever_sets_a_security_rule_aside_says_why() -> None:
    assert {str(each.path): lines for each in sources(*PACKAGES) if (lines := unexplained(each.text))} == {}
    assert sum(len(SET_ASIDE.findall(each.text)) for each in sources(*PACKAGES)) > 10


def test_a_rule_that_is_set_aside_in_silence_is_seen() -> None:
    assert unexplained("eval(x)  # noqa: S307\n") == ["# noqa: S307"]
    assert unexplained("eval(x)  # noqa: E501, S307\n")
    assert not unexplained("eval(x)  # noqa: S307 -- our own words\n")
