"""`python -m deploy.safety --check`: ends with 1 when a hazard is not answered by code that exists and tests that pass.

`--report FILE.html` or `FILE.pdf` prints the file; `--keep` makes a run that passed the check the one that the product
shows on its page. `--results FILE` says which run; `make test` writes the usual one.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.safety import report
from deploy.safety.checking import problems
from shared.documents.pdf import PrintingUnavailableError
from shared.safety.hazards import SafetyFile
from shared.safety.last_run import SNAPSHOT, LastRun, read, write
from shared.safety.reading import load

RESULTS = Path("build/safety/last_run.json")


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments ask for, the check first. Returns the exit status."""
    asked = _arguments(arguments)
    try:
        safety, run = load(), read(asked.results)
    except (OSError, ValueError) as error:  # what pydantic says of a file of our own names nobody
        return _failed([f"The safety file cannot be read: {error}"])
    found = [*problems(safety, run)] if asked.check or asked.keep else []
    if asked.report is not None:
        found += _reported(asked.report, safety, run)
    if found:
        return _failed(found)
    if asked.keep:
        write(SNAPSHOT, run.of(safety.links))
    sys.stdout.write(f"{len(safety.hazards)} hazards, {len(safety.links)} tests and stories: {_done(asked)}\n")
    return 0


def _done(asked: argparse.Namespace) -> str:
    said = {"check": "all there, all passed", "report": "written down", "keep": "kept"}
    return ", ".join(words for name, words in said.items() if getattr(asked, name))


def _reported(place: Path, safety: SafetyFile, run: LastRun) -> list[str]:
    try:
        report.write(place, safety, run)
    except PrintingUnavailableError:
        return ["This machine cannot make PDFs: Pango is not installed. Ask for .html"]
    return []


def _failed(lines: Sequence[str]) -> int:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="safety", description="Checks and prints the clinical safety file.")
    parser.add_argument("--check", action="store_true", help="fail when a hazard is not answered")
    parser.add_argument("--report", type=Path, metavar="FILE", help="print it: .html or .pdf")
    parser.add_argument("--keep", action="store_true", help="make this run the one that the product shows")
    parser.add_argument("--results", type=Path, metavar="FILE", default=RESULTS, help=f"the run (default: {RESULTS})")
    found = parser.parse_args(arguments)
    if not (found.check or found.report or found.keep):
        parser.error("say --check, --report FILE or --keep")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
