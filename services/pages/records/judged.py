"""What a form judges, shown above its questions: the review that is signed, the gates that were broken, the event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.pages.records.pointing import in_words
from shared.pathway.adverse_event import AdverseEvent, AdverseEventOutcome, AdverseEventSeen
from shared.pathway.adverse_event_track import events, unresolved
from shared.pathway.break_glass import BreakGlass, BreakGlassReview
from shared.pathway.breaking_rules import tasks as second_looks
from shared.pathway.candour import Candour
from shared.pathway.duties import Task, TaskState
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.governance_notice import notices
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.trust_news import NewsAnswered
from shared.pathway.trust_news_rules import tasks as news_tasks
from shared.pathway.yellow_card import DeviceRetained
from shared.web.forms.check_answers import NOT_ANSWERED, Row, summary
from shared.web.pages.shown.called import with_names
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken

ABOUT_EVENTS = frozenset(each.kind for each in (AdverseEventSeen, AdverseEventOutcome, Candour, DeviceRetained))
OF_AN_EVENT = frozenset({"category", "description", "side", "onset_at", "serious_because", "harm_level", "treatment"})
"""What a judgement rests on; the whole report is on the page of the event."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One entry with its answers, or a notice."""

    heading: str
    rows: tuple[Row, ...]


def judged(kind: str, moment: Moment, names: Mapping[str, str]) -> tuple[Judged, ...]:
    """What the form of this kind is about, as far as it waits. `names` are what the staff directory calls people."""
    if kind == MdtSignOff.kind:
        review = moment.pathway.record(MdtReview)
        return (Judged(spoken()("form.review"), with_names(summary(MdtReview, review), names)),) if review else ()
    if kind == NoticeAcknowledged.kind:
        return tuple(_notices(moment))
    return tuple(_told(each, moment, names) for each in _entries(kind, moment))


def _entries(kind: str, moment: Moment) -> Iterable[Entry]:
    if kind == BreakGlassReview.kind:
        return _waiting(second_looks(moment), moment) or moment.pathway.every(BreakGlass)
    if kind == NewsAnswered.kind:
        return _waiting(news_tasks(moment), moment)
    if kind in ABOUT_EVENTS:
        return [each.entry for each in unresolved(moment) or events(moment)]
    return ()


def _waiting(tasks: Iterable[Task], moment: Moment) -> list[Entry]:
    """The entries that these tasks are about, each task's key being a number."""
    return [moment.pathway.entries[int(each.key) - 1] for each in tasks if each.state == TaskState.OPEN]


def _told(entry: Entry, moment: Moment, names: Mapping[str, str]) -> Judged:
    rows = (each for each in summary(type(entry.record), entry.record) if each.answer != (NOT_ANSWERED,))
    kept = (each for each in rows if entry.kind != AdverseEvent.kind or each.anchor in OF_AN_EVENT)
    what = spoken()("which.at", what=spoken()(f"record.{entry.kind}"), at=instant_words(entry.at))
    return Judged(what, with_names(in_words(kept, moment), names))


def _notices(moment: Moment) -> Iterator[Judged]:
    say = spoken()
    for each in notices(moment):
        if each.acknowledged_at is None:
            about = say(f"notice_about.{each.about}")
            row = Row((), say("which.since"), (instant_words(each.owed_at),), "", "")
            yield Judged(say("notice.caption", number=each.number, about=about), (row,))
