"""What happened on a case: entries day by day with their answers, deadlines in words, and who has looked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.ledger.readers import Looked
from shared.pathway.clock_marks import TimerFired
from shared.pathway.pathway import Pathway
from shared.pathway.record import Entry
from shared.web.forms.check_answers import Row, summary
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.shapes import ShownTimer

COLOURS = {"pending": "blue", "fired": "orange"}


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    what: str
    at: str
    state: Tag


@dataclass(frozen=True, slots=True)
class ReaderShown:
    who: str
    what: str
    times: int
    last: str


def deadlines(timers: Iterable[ShownTimer]) -> tuple[DeadlineShown, ...]:
    """Every rung that is ahead or was reached, in the order in which it falls due; not those nobody needs any more."""
    needed = (each for each in timers if each.state != "met")
    return tuple(_deadline(each) for each in sorted(needed, key=lambda each: each.due_at))


def _deadline(timer: ShownTimer) -> DeadlineShown:
    say = spoken()
    key = f"timer.{timer.id}_{timer.rung}"
    what = say(key) if key in say else say("timer.other", timer=timer.id, rung=timer.rung)
    return DeadlineShown(what, instant_words(timer.due_at), Tag(say(f"case.timer_{timer.state}"), COLOURS[timer.state]))


def readers(found: Iterable[Looked]) -> tuple[ReaderShown, ...]:
    """Who has looked at this record and what they did with it, the newest first."""
    return tuple(_reader(each) for each in found)


def _reader(each: Looked) -> ReaderShown:
    say = spoken()
    key = f"looked.{each.action}{'_patient' if each.patient else ''}"
    role = say(f"role.{each.role}") if f"role.{each.role}" in say else each.role
    who = say("timeline.by", role=role, person=each.person)
    return ReaderShown(who, say(key if key in say else "looked.other"), each.times, instant_words(each.last_at))


def answers_of(pathway: Pathway, opened: str) -> Mapping[int, tuple[Row, ...]]:
    """The answers of the entry that was opened, of every entry for "all". Anything else opens none."""
    wanted = (each for each in pathway.entries if opened in {"all", str(each.seq)} and answerable(each))
    return {each.seq: summary(type(each.record), each.record) for each in wanted}


def answerable(entry: Entry) -> bool:
    """Whether somebody answered questions: the clock does not."""
    return not isinstance(entry.record, TimerFired)
