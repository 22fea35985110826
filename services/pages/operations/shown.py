"""Traces, times and ages in the words of the pages. Kinds of records are named, and nothing of what they say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.pages.operations.watched import PATHWAYS, TRACES
from shared.pathway.civil_time import LONDON
from shared.pathway.stages import STEP_OF
from shared.traces.pathway_health import Kept, own_clock
from shared.traces.span import instant
from shared.traces.store import TraceLine
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.shown.paths import breakable
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken

MS_PER_S = 1000
S_PER_MINUTE, S_PER_HOUR, S_PER_DAY = 60, 3600, 86400
AS_MINUTES_FROM_S, AS_HOURS_FROM_S, AS_DAYS_FROM_S = 120, 7200, 172800
WHOLE_MS_FROM = 10
OUTCOMES = {"kept": "green", "refused": "orange", "stale": "yellow"}


@dataclass(frozen=True, slots=True)
class TraceShown:
    """One line of a list. `own` is the day on the pathway's own clock; "" where no pathway was asked about."""

    address: str
    what: str
    name: str
    step: str
    began: str
    own: str
    took: str
    whole: str
    spans: int
    services: str
    reference: str
    pathway: str
    tags: tuple[Tag, ...]


def took_words(ms: float) -> str:
    """Such as "3.2 ms", "48 ms" or "1.4 s"."""
    if ms >= MS_PER_S:
        return spoken()("operations.took_s", count=f"{ms / MS_PER_S:.1f}")
    return spoken()("operations.took_ms", count=f"{ms:.0f}" if ms >= WHOLE_MS_FROM else f"{ms:.1f}")


def age_words(age: timedelta) -> str:
    """Such as "40 seconds", "3 minutes", "5 hours" or "12 days": whole ones, never rounded up."""
    say, s = spoken(), max(0, int(age.total_seconds()))
    if s >= AS_DAYS_FROM_S:
        return say.counted("operations.age_days", s // S_PER_DAY)
    if s >= AS_HOURS_FROM_S:
        return say.counted("operations.age_hours", s // S_PER_HOUR)
    if s >= AS_MINUTES_FROM_S:
        return say.counted("operations.age_minutes", s // S_PER_MINUTE)
    return say.counted("operations.age_seconds", s)


def moment_words(at: datetime) -> str:
    """To the second, London time: clicks follow each other fast."""
    return f"{instant_words(at)}:{at.astimezone(LONDON):%S}"


def pathway_address(pathway_id: UUID | str) -> str:
    return f"{PATHWAYS}/{pathway_id}"


def trace_shown(line: TraceLine, course: Iterable[Kept] = ()) -> TraceShown:
    """`course` is what its pathway has kept: it says what the pathway's own clock showed then."""
    say = spoken()
    began = instant(line.start_ns)
    own = own_clock(course, began + timedelta(milliseconds=line.whole_ms))
    step = STEP_OF.get(line.record)
    return TraceShown(
        address=f"{TRACES}/{line.trace_id}",
        what=_what(line),
        name=breakable(line.name),
        step=say(f"step.{step.value}") if step else "",
        began=moment_words(began),
        own=day_words(own.astimezone(LONDON).date()) if own else "",
        took=took_words(line.took_ms),
        whole=took_words(line.whole_ms),
        spans=line.spans,
        services=", ".join(line.services),
        reference=reference_words(str(line.pathway_id)) if line.pathway_id else "",
        pathway=pathway_address(line.pathway_id) if line.pathway_id else "",
        tags=tuple(_tags(line)),
    )


def _what(line: TraceLine) -> str:
    """The record somebody wrote down, or that the clock did it, or whose form it was, or the span's own name."""
    say = spoken()
    if line.record and f"record.{line.record}" in say:
        return say(f"record.{line.record}")
    if line.service in {"worker", "relay"}:
        return say("operations.by_the_clock")
    form = next((each for each in line.name.split("/") if f"record.{each}" in say), "")
    return say("operations.form_of", what=say(f"record.{form}")) if form else breakable(line.name)


def _tags(line: TraceLine) -> list[Tag]:
    say = spoken()
    tags = [Tag(say("operations.failed"), "red")] if line.failed else []
    if line.outcome in OUTCOMES:
        tags.append(Tag(say(f"operations.outcome_{line.outcome}"), OUTCOMES[line.outcome]))
    return tags
