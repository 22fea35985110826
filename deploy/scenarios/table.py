"""The table of a play: what was expected, what was seen, pass or fail. Plain lines where nobody sits at a terminal."""

import sys
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.scenarios.expectations import Check
from deploy.scenarios.story import Story
from deploy.scenarios.written import StoryRefused
from shared.pathway.civil_time import LONDON


class Report:
    """Writes to standard output. `failed` says whether anything did not go as it should, `went` how each story did."""

    def __init__(self) -> None:
        self.console = Console(file=sys.stdout, highlight=False)
        self.failed = False
        self.went: dict[str, bool] = {}

    def say(self, words: str) -> None:
        """A line of progress."""
        self._line(Text(words, style="dim"))

    def refused(self, path: str, why: StoryRefused) -> None:
        """A file that is not played, with every line that is wrong with it."""
        self.failed = True
        for line, words in why.problems:
            self._line(Text(f"{path}:{line}: {words}", style="red"))

    def no_play(self, why: str) -> None:
        """Nothing could be played, or not to the end, for a reason outside the stories."""
        self.failed = True
        self._line(Text(why, style="red"))

    def played(self, story: Story, found: Sequence[Check], how: str, seconds: float) -> None:
        """One story's table. A play without a single check is a failure: it has shown nothing."""
        wrong = sum(not check.passed for check in found)
        self.failed |= bool(wrong) or not found
        self.went[story.scenario] = self.went.get(story.scenario, True) and bool(found) and not wrong
        self._line(Text(f"{story.scenario}: {story.title} ({how})", style="bold"))
        if self.console.is_terminal:
            self.console.print(_table(found))
        else:
            for check in found:
                self._line(Text("  ".join(_cells(check))))
        said = f"{wrong} of {len(found)} differ" if wrong else f"all {len(found)} as expected"
        self._line(
            Text(f"{story.scenario}: {said}, in {seconds:.2f} s", style="red" if wrong or not found else "green")
        )

    def _line(self, text: Text) -> None:
        self.console.print(text, soft_wrap=True)


def _table(found: Sequence[Check]) -> Table:
    table = Table("Line", "London time", "Expected", "Seen", "")
    for check in found:
        line, when, expected, seen, result = _cells(check)
        style = "green" if check.passed else "bold red"
        table.add_row(line, when, Text(expected), Text(seen), Text(result, style=style))
    return table


def _cells(check: Check) -> tuple[str, str, str, str, str]:
    """Line, time, expected, seen, and the verdict in words: colour alone says nothing."""
    return str(check.line), _when(check.at), check.expected, check.seen, "pass" if check.passed else "FAIL"


def _when(at: datetime | None) -> str:
    return "at the end" if at is None else f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"
