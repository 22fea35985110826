"""How the acceptance stories are told, kept word for word: `python -m tests.fhir.golden` shows what would change.

With `--write` it writes. Who reviews a change to the mapping reads the difference of these files.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from shared.fhir.elements import Json
from tests.fhir.played import ACCEPTANCE, ended, told

FOLDER = Path(__file__).with_name("stories_told")
PATHWAY_ID = "00000000-0000-4000-8000-00000000000a"


def text(name: str) -> str:
    """A story's end as JSON, with a pathway id that is the same in every run, and one Provenance for all of them."""
    case = ended(name)
    found = told(case)
    first = next(each for each in found["entry"] if each["resource"]["resourceType"] == "Provenance")
    kept = [each for each in found["entry"] if each["resource"]["resourceType"] != "Provenance"]
    written = json.dumps(found | {"entry": [_bare(each) for each in (*kept, first)]}, indent=1, ensure_ascii=False)
    return written.replace(case.id, PATHWAY_ID) + "\n"


def _bare(entry: Json) -> Json:
    """Without what is the same in every entry of one Bundle."""
    return {"resource": {name: value for name, value in entry["resource"].items() if name != "meta"}}


def file_of(name: str) -> Path:
    return FOLDER / f"{name}.json"


def differences(name: str) -> Iterator[str]:
    """What would change in a story's file, line by line."""
    file = file_of(name)
    before = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    yield from difflib.unified_diff(before, text(name).splitlines(), str(file.name), "now", lineterm="")


def main(arguments: list[str]) -> int:
    changed = False
    for name in ACCEPTANCE:
        for line in differences(name):
            changed = True
            print(line)  # noqa: T201 -- the command's answer
        if "--write" in arguments:
            file_of(name).write_text(text(name), encoding="utf-8")
    return int(changed and "--write" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
