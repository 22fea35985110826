"""`make bench`: every measurement as a table to read. `--json FILE` keeps the figures, `--most N` asks for less."""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench import decisions, worklist

ROW = "  {:<34}{:>12}{:>12}{:>14}"


def machine() -> dict[str, Any]:
    """What the figures were measured on, without its name."""
    return {
        "processors": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def tell(words: str = "") -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def told_worklist(found: dict[str, dict[str, dict[str, float]]]) -> None:
    """A table for each number of open tasks."""
    for size, pages in found.items():
        tell()
        tell(f"My work with {int(size):,} open tasks, through the application")
        tell(ROW.format("", "p50 ms", "p95 ms", "bytes of HTML"))
        for name, each in pages.items():
            tell(ROW.format(name, each["p50_ms"], each["p95_ms"], f"{int(each['html_bytes']):,}"))


def told_decisions(found: dict[str, float]) -> None:
    """Rates, in the order they were measured."""
    tell()
    tell("Decisions of the rules, a second of processor time")
    for name, rate in found.items():
        tell(f"  {name:<34}{rate:>12,.0f}")


def sizes(most: int) -> tuple[int, ...]:
    """How many open tasks: those of the three sizes that are no more than `most`."""
    return tuple(each for each in worklist.SIZES if each <= most)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    asked.add_argument("--most", type=int, default=100_000, metavar="N", help="no more open tasks than this")
    asked.add_argument("--rounds", type=int, default=worklist.ROUNDS, help="of which the medians are told")
    given = asked.parse_args()
    began, found = time.monotonic(), {"machine": machine()}
    tell(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found["machine"].items()))
    found["decisions"] = decisions.measured(2.0)
    told_decisions(found["decisions"])
    found["worklist"] = asyncio.run(worklist.measured(sizes(given.most), times=given.rounds))
    told_worklist(found["worklist"])
    tell(f"\nmeasured in {time.monotonic() - began:.0f} s")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
