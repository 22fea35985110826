"""The figures as tables to read, in Markdown: `python -m tests.bench.table FILE.json` prints those of a kept run."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.bench.figures import at
from tests.bench.targets import TARGETS, Target

SIDES = {
    "forms": "Patency, a person's form",
    "json": "Patency, a program's JSON",
    "bare_temporal": "`bare_temporal`",
    "bare_postgres": "`bare_postgres`",
}
SPREAD = ("p50_ms", "p95_ms", "p99_ms")


def shown(figure: float | None, digits: int = 1) -> str:
    """A number with no more digits than say something; a dash for none."""
    if figure is None:
        return "-"
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.{digits}f}"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def heading(*cells: str) -> Iterator[str]:
    yield row(*cells)
    yield row(*("---" for _ in cells))


def targets(found: Mapping[str, Any]) -> Iterator[str]:
    """Every target with its figure and the verdict."""
    yield from heading("Target", "wanted", "measured", "")
    for each in TARGETS:
        yield row(each.what, each.wanted, _measured(each, found), each.verdict(found).value)


def _measured(target: Target, found: Mapping[str, Any]) -> str:
    figure = target.figure(found)
    told = "-" if figure is None else f"{shown(figure, 2)} {target.unit}".strip()
    if not target.beside or figure is None:
        return told
    return f"{told} ({shown(at(found, target.path))} : {shown(at(found, target.beside))})"


def sides(found: Mapping[str, Any]) -> Iterator[str]:
    """Clicks, throughput and processor time of each side, by how many people are at work."""
    for at_once, by in found.get("compared", {}).items():
        yield f"{at_once.removeprefix('at_')} at once"
        yield ""
        yield from heading("Side", "click p50 ms", "p95", "p99", "clicks/s", "pathways/s", "CPU ms/pathway", "of it")
        for name, title in SIDES.items():
            if name in by:
                yield _side(title, by[name])
        yield ""


def _side(title: str, figures: Mapping[str, Any]) -> str:
    clicks = (shown(at(figures, f"click.{each}")) for each in SPREAD)
    rates = (shown(at(figures, each)) for each in ("clicks_per_second", "pathways_per_second"))
    cpu = figures["cpu_ms_per_pathway"]
    parts = ", ".join(f"{name} {shown(ms)}" for name, ms in cpu.items() if name != "together")
    return row(title, *clicks, *rates, shown(cpu["together"]), parts)


def plain(found: Mapping[str, Any]) -> Iterator[str]:
    """Whatever else was measured, one thing a line."""
    yield from heading("Measured", "figure")
    for part in ("handed_on", "signed_together", "offered", "waiting", "worklist", "compliance", "decisions"):
        for path, figure in _leaves(found.get(part, {}), part):
            yield row(path.replace("_", " "), figure)


def _leaves(here: Any, path: str) -> Iterator[tuple[str, str]]:
    """Everything below `path`, in words; the percentiles of one thing stand together."""
    if not isinstance(here, Mapping):
        yield path, _in_words(here)
        return
    told = [f"{name.removesuffix('_ms')} {shown(here[name])} ms" for name in (*SPREAD, "most_ms") if name in here]
    if told:
        yield path, ", ".join(told) + (f" (of {here['measured']:,})" if "measured" in here else "")
    for name, below in here.items():
        if not told or name not in {*SPREAD, "most_ms", "measured"}:
            yield from _leaves(below, f"{path}, {name}")


def _in_words(figure: Any) -> str:
    if isinstance(figure, bool):
        return "yes" if figure else "NO"
    return shown(figure, 2) if isinstance(figure, int | float) else str(figure)


def machine(found: Mapping[str, Any]) -> str:
    """What it was measured on, in one line."""
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.get("machine", {}).items())
    tiny = " (QUICK: sizes too small for any figure to say something)" if found.get("quick") else ""
    return told + tiny + ("" if found.get("complete", True) else " (BROKEN OFF: what follows is a part)")


def document(found: Mapping[str, Any]) -> str:
    """All tables."""
    lines = (machine(found), "", *targets(found), "", *sides(found), *plain(found))
    return "\n".join(lines) + "\n"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path, help="what `make bench JSON=file` kept")
    asked.add_argument("--part", choices=PARTS, help="one table alone")
    given = asked.parse_args()
    found = json.loads(given.file.read_text(encoding="utf-8"))
    sys.stdout.write("\n".join(PARTS[given.part](found)) + "\n" if given.part else document(found))


PARTS = {"targets": targets, "sides": sides, "rest": plain}

if __name__ == "__main__":
    main()
