"""What a form points at - a filter, an event, a notice, news - chosen and read back in words.

What is posted and kept is its id, or the number of its entry, as the API has it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from services.pages.records import which_procedure
from shared.pathway import breaking_rules
from shared.pathway.adverse_event_suggestions import answered, suggestions
from shared.pathway.adverse_event_track import events
from shared.pathway.back_entry import BackEntered
from shared.pathway.break_glass import BreakGlass
from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import TaskState
from shared.pathway.filter_track import Filter, filters, in_situ
from shared.pathway.governance_notice import Notice, notices
from shared.pathway.people import PATENCY
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.trust_news import DeviceRecall, GuidanceSuperseded, StaffLeft
from shared.web.forms.check_answers import Row
from shared.web.forms.description import MOST_RADIOS, Field, Form, Kind
from shared.web.forms.wording import CHOICES, Choice
from shared.web.pages.shown.banner import side_words
from shared.web.pages.shown.conditions import gates_words
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.words import spoken

Choices = Iterator[Choice]
WRITTEN_AS = frozenset({Kind.TEXT, Kind.WHOLE})
"""How an id or a number is asked; a question of the same name with answers of its own points at nothing."""


def with_choices(form: Form, moment: Moment) -> Form:
    """The form with what this pathway has to choose from. Where it has nothing the question stays as it is."""
    return replace(form, fields=tuple(_offered(each, moment) for each in form.fields))


def _offered(asked: Field, moment: Moment) -> Field:
    if asked.name not in POINTERS or asked.kind not in WRITTEN_AS:
        return asked
    found = tuple(POINTERS[asked.name](moment))
    kind = Kind.RADIOS if len(found) <= MOST_RADIOS else Kind.SELECT
    return replace(asked, kind=kind, choices=found, hint="") if found else asked


def in_words(rows: Iterable[Row], moment: Moment) -> tuple[Row, ...]:
    """Answers to be read, with what they point at by its words. What is not this pathway's stays as it is."""
    rows = tuple(rows)
    known = {name: dict(_known(name, moment)) for name in {row.anchor for row in rows} & POINTERS.keys()}
    return tuple(_told(row, known.get(row.anchor, {})) for row in rows)


def _known(name: str, moment: Moment) -> Iterator[tuple[str, str]]:
    return ((each.value, each.label) for each in EVERY.get(name, POINTERS[name])(moment))


def _told(row: Row, known: Mapping[str, str]) -> Row:
    return replace(row, answer=tuple(known.get(line, line) for line in row.answer)) if known else row


def _filters(moment: Moment) -> Choices:
    """Those that are inside, else all: what is written of one that is out comes late."""
    yield from map(_filter, in_situ(moment) or filters(moment))


def every_filter(moment: Moment) -> Choices:
    """All that were ever put in, oldest first."""
    yield from map(_filter, filters(moment))


def _filter(each: Filter) -> Choice:
    words = spoken()("which.filter", number=each.number, model=each.inserted.model, day=day_words(each.inserted_on))
    return Choice(each.filter_id, words)


def _events(moment: Moment) -> Choices:
    for each in events(moment):
        what, at = CHOICES["Event"][each.event.category.value], instant_words(each.reported_at)
        yield Choice(str(each.seq), spoken()("which.event", what=what, at=at))


def _suggestions(moment: Moment) -> Choices:
    """What waits for a judgement; what a person called an event has to be reported."""
    waiting = (each for each in suggestions(moment) if not each.named and not answered(moment, each))
    yield from ({each.seq: Choice(str(each.seq), _at(each.why, each.at)) for each in waiting}).values()


def _every_suggestion(moment: Moment) -> Choices:
    yield from (Choice(str(each.seq), _at(each.why, each.at)) for each in suggestions(moment))


def _unlooked(moment: Moment) -> Choices:
    """The breakings that wait for their second look, else all."""
    every = tuple(_breakings(moment))
    waiting = {each.key for each in breaking_rules.tasks(moment) if each.state == TaskState.OPEN}
    yield from [each for each in every if each.value in waiting] or every


def _breakings(moment: Moment) -> Choices:
    for entry in moment.pathway.every(BreakGlass):
        if isinstance(entry.record, BreakGlass):
            gates, leg = gates_words(entry.record.gates), side_words({entry.record.side})
            words = spoken()("which.breaking", gates=gates, side=leg, at=instant_words(entry.at))
            yield Choice(str(entry.seq), words)


def _unread(moment: Moment) -> Choices:
    yield from (_notice(each) for each in notices(moment) if each.acknowledged_at is None)


def _notices(moment: Moment) -> Choices:
    yield from map(_notice, notices(moment))


def _notice(each: Notice) -> Choice:
    about = spoken()("notice.caption", number=each.number, about=spoken()(f"notice_about.{each.about}"))
    return Choice(str(each.number), _at(about, each.owed_at))


def _news(moment: Moment) -> Choices:
    for kind in (DeviceRecall, GuidanceSuperseded, StaffLeft):
        yield from map(_entry, moment.pathway.every(kind))


def _on_paper(moment: Moment) -> Choices:
    """What somebody may have written on a sheet, the newest first."""
    found = (each for each in moment.pathway.entries if each.by != PATENCY)
    yield from reversed([_entry(each) for each in found if not isinstance(each.record, BackEntered | TimerFired)])


def _entry(entry: Entry) -> Choice:
    return Choice(str(entry.seq), _at(spoken()(f"record.{entry.kind}"), entry.at))


def _at(what: str, at: datetime) -> str:
    return spoken()("which.at", what=what, at=instant_words(at))


POINTERS: Mapping[str, Callable[[Moment], Iterable[Choice]]] = {
    which_procedure.FIELD: which_procedure.choices,
    "filter_id": _filters,
    "event": _events,
    "about": _suggestions,
    "breaking": _unlooked,
    "notice": _unread,
    "news": _news,
    "entry": _on_paper,
}
"""By the name of the question: what there is to choose from."""

EVERY: Mapping[str, Callable[[Moment], Iterable[Choice]]] = {
    "filter_id": every_filter,
    "about": _every_suggestion,
    "breaking": _breakings,
    "notice": _notices,
}
"""What an answer may point at that is no choice any more."""
