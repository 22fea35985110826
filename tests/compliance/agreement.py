"""`python -m tests.compliance.agreement 5000`: do the figures agree with those worked out by hand, pathway by pathway?

Prints every pathway on which they differ and exits with 1; else how many agreed, and the totals.
"""

import asyncio
import json
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import to_json

from shared.compliance.row import as_stored, row_of
from shared.policy.document import FILE
from tests.compliance import by_hand
from tests.compliance.synthetic import Synthetic, synthetic

Raw = dict[str, Any]


def figures() -> dict[str, Any]:
    """The policy's figures, read without the code that reads them."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {key: entry["value"] for rule in written.values() if isinstance(rule, dict) for key, entry in rule.items()}


def ours(each: Synthetic) -> Raw | None:
    """The row of the product as JSON says it, without the facts that it is made of."""
    row = row_of(each.moment)
    if row is None:
        return None
    found: Raw = json.loads(to_json(as_stored(row)))
    found.pop("facts")
    return found


def by_hand_of(found: Iterable[Synthetic]) -> list[Raw | None]:
    """The rows worked out apart from the product."""
    policy = figures()
    return [by_hand.row(each.entries, each.moment.pathway.id, policy) for each in found]


def differences(found: Sequence[Synthetic], others: Sequence[Raw | None]) -> list[str]:
    """Each column of each pathway on which the two do not agree."""
    told = []
    for each, other in zip(found, others, strict=True):
        mine = ours(each)
        for name in sorted(set(mine or {}) | set(other or {})):
            was, should = (mine or {}).get(name), (other or {}).get(name)
            if was != should:
                told.append(f"{each.name} {name}: {_only(was, should)} by hand {_only(should, was)}")
    return told


def _only(one: Any, other: Any) -> Any:
    """Of two sets of verdicts what is not the same in both."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: said for name, said in sorted(one.items()) if other.get(name) != said}
    return one


def totals(found: Iterable[Synthetic]) -> dict[str, Counter[str]]:
    """How often each measure said what."""
    told: dict[str, Counter[str]] = {}
    for each in found:
        for name, said in ((ours(each) or {}).get("verdicts") or {}).items():
            told.setdefault(name, Counter())[said] += 1
    return told


def main(arguments: list[str]) -> int:
    many = int(arguments[0]) if arguments else 5000
    began = time.monotonic()
    found = asyncio.run(synthetic(many))
    told = differences(found, by_hand_of(found))
    for line in told[:200]:
        print(line)  # noqa: T201 -- the command's answer
    for name, counted in totals(found).items():
        print(f"  {name:<24}{dict(sorted(counted.items()))}")  # noqa: T201 -- the command's answer
    wrong = len({line.split(" ")[0] for line in told})
    print(f"{many - wrong} of {many} pathways agree, {time.monotonic() - began:.0f} s")  # noqa: T201 -- the same
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
