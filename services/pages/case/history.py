"""What happened on a case: entries day by day with their answers, deadlines in words, and who has looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.readers import Looked
from shared.pathway.clock_marks import TimerFired
from shared.pathway.pathway import Pathway
from shared.pathway.people import Role
from shared.pathway.record import Entry
from shared.web.forms.check_answers import Row, summary
from shared.web.forms.wording import in_a_sentence
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.shown.timeline import timer_words
from shared.web.pages.words import spoken
from shared.web.shapes import ShownEntry, ShownNotice, ShownTimer

NEWEST = 12
"""So many entries stand on the page at once: a pathway grows for years."""

NEAREST = 6
"""So many deadlines that were reached, and so many ahead: those of a visit two years from now can wait."""

LONGEST_NUMBER = 6
MACHINES = frozenset({Role.PATENCY, Role.MAIL_SYSTEM})
"""They have no name beside their role."""

CHASES = "T-GOV"
SEVERAL = 2
COLOURS = {"pending": "blue", "fired": "orange"}


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    what: str
    at: str
    state: Tag


@dataclass(frozen=True, slots=True)
class ReaderShown:
    """`id` is the directory id of whoever is named in `who`, "" when that is the id itself."""

    who: str
    id: str
    what: str
    times: int
    last: str


def deadlines(timers: Iterable[ShownTimer], notices: Sequence[ShownNotice]) -> tuple[DeadlineShown, ...]:
    """These rungs in the order in which they fall due, those of a notice with its number."""
    return tuple(_deadline(each, notices) for each in sorted(timers, key=lambda each: each.due_at))


def nearest(timers: Iterable[ShownTimer], opened: str) -> tuple[ShownTimer, ...]:
    """The rungs nearest to now, on both sides of it, and all for "all"; not those nobody needs any more."""
    ordered = sorted(needed(timers), key=lambda each: each.due_at)
    reached = [each for each in ordered if each.state != "pending"]
    ahead = [each for each in ordered if each.state == "pending"]
    return tuple(ordered) if opened == "all" else (*reached[-NEAREST:], *ahead[:NEAREST])


def needed(timers: Iterable[ShownTimer]) -> tuple[ShownTimer, ...]:
    """Every rung that is ahead or was reached."""
    return tuple(each for each in timers if each.state != "met")


def _deadline(timer: ShownTimer, notices: Sequence[ShownNotice]) -> DeadlineShown:
    say = spoken()
    what = timer_words({"timer": timer.id, "rung": timer.rung}, say, ahead=timer.state == "pending")
    number = _notice(timer, notices)
    if number:
        what = say("notice.deadline", number=number, what=in_a_sentence(what))
    return DeadlineShown(what, instant_words(timer.due_at), Tag(say(f"case.timer_{timer.state}"), COLOURS[timer.state]))


def _notice(timer: ShownTimer, notices: Sequence[ShownNotice]) -> int:
    """The number of the notice that a rung chases, as soon as there are several; 0 for none."""
    if timer.id != CHASES or len(notices) < SEVERAL:
        return 0
    about, since = timer.anchor_field.removesuffix("_at"), datetime.fromisoformat(timer.anchor_value)
    return next((each.number for each in notices if (each.about, each.owed_at) == (about, since)), 0)


def readers(found: Iterable[Looked]) -> tuple[ReaderShown, ...]:
    """Who has looked at this record and what they did with it, the newest first."""
    return tuple(_reader(each) for each in found)


def _reader(each: Looked) -> ReaderShown:
    say = spoken()
    key = f"looked.{each.action}{'_patient' if each.patient else ''}"
    role = say(f"role.{each.role}") if f"role.{each.role}" in say else each.role
    machine = each.role in MACHINES
    who = role if machine else say("timeline.by", role=role, person=each.name or each.person)
    return ReaderShown(
        who,
        "" if machine or not each.name else each.person,
        say(key if key in say else "looked.other"),
        each.times,
        instant_words(each.last_at),
    )


def answers_of(pathway: Pathway, opened: str) -> Mapping[int, tuple[Row, ...]]:
    """The answers of the entry that was opened, of every entry for "all". Anything else opens none."""
    wanted = (each for each in pathway.entries if opened in {"all", str(each.seq)} and answerable(each))
    return {each.seq: summary(type(each.record), each.record) for each in wanted}


def newest(entries: Sequence[ShownEntry], opened: str) -> tuple[ShownEntry, ...]:
    """The newest entries, and every one back to the one that was opened; all of them for "all"."""
    first = int(opened) if opened.isdecimal() and len(opened) <= LONGEST_NUMBER else len(entries)
    most = len(entries) if opened == "all" else max(NEWEST, len(entries) - first + 1)
    return tuple(entries[-most:])


def answerable(entry: Entry) -> bool:
    """Whether somebody answered questions: the clock does not."""
    return not isinstance(entry.record, TimerFired)
