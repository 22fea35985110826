"""Notes how the stories that hazards name went, beside the tests of the same run."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from shared.safety.hazards import story_name
from shared.safety.last_run import Outcome, note
from shared.safety.reading import load


def note_stories(place: Path, went: Mapping[str, bool]) -> None:
    """`went` says of each story that was played, by its name, whether everything was as expected."""
    at, links = datetime.now(UTC), load().links
    found = {story_name(name): Outcome(passed=passed, cases=1, at=at) for name, passed in went.items()}
    note(place, {name: each for name, each in found.items() if name in links})
