"""`python -m deploy.scenarios [--live] [--at URL] [FILE ...]`: plays stories and exits with 1 on any difference.

Without a file: every story under tests/scenarios. All files are read, and refused, before anything runs.
A running world gets its training patients so: `--at URL --own-numbers --remember LIST FILE ...`.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from deploy.safety.stories import note_stories
from deploy.scenarios import live_world
from deploy.scenarios.beginnings import FOLDER
from deploy.scenarios.never import Watch
from deploy.scenarios.playing import play
from deploy.scenarios.pure import PureStage
from deploy.scenarios.reading import story
from deploy.scenarios.story import Story
from deploy.scenarios.table import Report
from deploy.scenarios.written import StoryRefused
from shared.policy import Policy, PolicyInvalid, load

STORIES = Path(__file__).parents[2] / "tests" / "scenarios"


def stories(folder: Path = STORIES) -> list[Path]:
    """Every story in the folder and in those inside it. Beginnings are played by the stories that begin with them."""
    return sorted(path for path in folder.rglob("*.yaml") if path.parent != FOLDER)


def main(arguments: Sequence[str]) -> int:
    """Plays what the arguments ask for. Returns the exit status: 0 only when every expectation was met."""
    asked = _arguments(arguments)
    report = Report()
    found = _read(asked.files or stories(), report)
    if report.failed or not found:
        return 1
    try:
        asyncio.run(_played(asked, found, report))
    except PolicyInvalid as refused:
        report.no_play(str(refused))
    except (KeyboardInterrupt, asyncio.CancelledError):
        report.no_play("Broken off")
    if asked.results:
        note_stories(asked.results, report.went)
    return int(report.failed)


async def _played(asked: argparse.Namespace, stories: Sequence[Story], report: Report) -> None:
    if asked.live or asked.at:
        await live_world.run(stories, report, asked.at, own_numbers=asked.own_numbers, remember=asked.remember)
    else:
        await _pure(stories, report, load(asked.policy))


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scenarios", description="Plays patients' stories and checks what they expect."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="stories (default: tests/scenarios)")
    parser.add_argument("--live", action="store_true", help="through the desks of a world started for this")
    parser.add_argument(
        "--at", metavar="URL", type=_front_door, help="through the desks of a running world: its front door"
    )
    parser.add_argument(
        "--own-numbers",
        action="store_true",
        help="with --at: patients keep the stories' numbers, and stay; all at once",
    )
    parser.add_argument(
        "--remember", metavar="LIST", type=Path, help="with --at: note in this file whose patient is there now"
    )
    parser.add_argument("--results", metavar="FILE", type=Path, help="note here how the stories of hazards went")
    parser.add_argument("--policy", metavar="FILE", type=Path, help="on the clinical core, under this policy document")
    found = parser.parse_args(arguments)
    if found.policy and (found.live or found.at):
        parser.error("--policy is for the clinical core alone: a running world has its own")
    if not found.at and (found.own_numbers or found.remember):
        parser.error("--own-numbers and --remember go with --at")
    return found


def _front_door(url: str) -> str:
    """An address such as http://127.0.0.1:8000. Raises ValueError for others, which argparse reports."""
    found = urlsplit(url)
    if found.scheme not in {"http", "https"} or not found.hostname or found.port is None:
        raise ValueError
    return url


def _read(files: Sequence[Path], report: Report) -> list[Story]:
    found: list[Story] = []
    for path in files:
        try:
            found.append(story(path))
        except StoryRefused as refused:
            report.refused(str(path), refused)
    return found


async def _pure(stories: Sequence[Story], report: Report, policy: Policy) -> None:
    for each in stories:
        began = time.perf_counter()
        watch = Watch(each.never)
        found = [check async for check in play(each, PureStage(each, watch.see, policy), watch)]
        report.played(each, found, "pure", time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
