"""`make alerts`: are the rules in order? promtool says so where it is installed (Debian's package `prometheus`).

What needs no promtool is tested everywhere: every rule has its page, every figure of ours exists (tests/alerts).
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def checked(promtool: str) -> int:
    """Check the rules, then run their tests; the first bad exit code, or 0."""
    for words in (("check", "rules", "rules.yaml"), ("test", "rules", "tests.yaml")):
        ended = subprocess.run([promtool, *words], cwd=FOLDER, check=False)  # noqa: S603 -- promtool and our own words
        if ended.returncode:
            return ended.returncode
    return 0


def main() -> int:
    asked = argparse.ArgumentParser(description="Checks the alert rules and runs their tests.")
    asked.add_argument("--must", action="store_true", help="fail when promtool is not there")
    must = asked.parse_args().must
    promtool = shutil.which("promtool")
    if promtool is None:
        sys.stdout.write("alert rules were NOT checked: promtool is not here (Debian's package prometheus has it)\n")
        return 1 if must else 0
    return checked(promtool)


if __name__ == "__main__":
    raise SystemExit(main())
