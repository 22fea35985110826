"""When somebody wrote in between: what changed since the form was drawn, and both texts where it was the same kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Response

from services.pages.records.filling import Filling, Sheet
from services.pages.records.pointing import in_words
from services.pages.records.scene import Scene
from services.pages.records.show import answers_told, around
from shared.pathway.record import Entry
from shared.web.forms.check_answers import Row, summary
from shared.web.pages.environment import render
from shared.web.pages.shown.called import called, people_in, with_names
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.timeline import TIMER, timer_words
from shared.web.pages.words import spoken


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that came in between, with its answers."""

    what: str
    by: str
    rows: tuple[Row, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One question that was answered in two ways."""

    question: str
    theirs: tuple[str, ...]
    mine: tuple[str, ...]


def conflict_page(filling: Filling, scene: Scene, sheet: Sheet, names: Mapping[str, str]) -> Response:
    """409: nothing was kept. The way on with one's own text leads over the new version.

    `names` are what the staff directory calls those who wrote meanwhile, and whom they named, by their ids.
    """
    since = [each for each in scene.moment.pathway.entries if each.seq > sheet.version]
    changes = [_change(each, scene, filling.paper.kind.name, names) for each in since]
    mine = answers_told(filling, scene, sheet)
    theirs = next((each.rows for each in reversed(changes) if each.same), None)
    return render(
        filling.request,
        "records/conflict.jinja",
        status=409,
        title=spoken()("conflict.heading"),
        changes=changes,
        compared=None if theirs is None else compared(theirs, mine),
        mine=mine,
        sheet=sheet,
        version=scene.version,
        **around(filling, scene, sheet),
    )


def compared(theirs: tuple[Row, ...], mine: tuple[Row, ...]) -> tuple[Compared, ...]:
    """The questions that were answered differently; one that only one of the two asks is empty for the other."""
    other, own = ({(*each.section, each.question): each.answer for each in rows} for rows in (theirs, mine))
    asked = dict.fromkeys((*other, *own))
    found = (Compared(": ".join(place), other.get(place, ()), own.get(place, ())) for place in asked)
    return tuple(each for each in found if each.theirs != each.mine)


def whom(since: Iterable[Entry]) -> frozenset[str]:
    """The directory ids of those who wrote meanwhile, and of everybody whom they named."""
    told = [each for each in since if each.kind != TIMER]
    rows = (row for each in told for row in summary(type(each.record), each.record))
    return people_in(rows) | {each.by.person for each in told}


def _change(entry: Entry, scene: Scene, kind: str, names: Mapping[str, str]) -> Change:
    say = spoken()
    shown = next(each for each in scene.answer.entries if each.seq == entry.seq)
    what = timer_words(shown.record) if entry.kind == TIMER else say(f"record.{entry.kind}")
    role, person = say(f"role.{entry.by.role.value}"), called(entry.by.person, names)
    by = say("conflict.by", role=role, person=person, at=instant_words(entry.at))
    told = () if entry.kind == TIMER else in_words(summary(type(entry.record), entry.record), scene.moment)
    rows = with_names(told, names)
    return Change(what, by, rows, entry.kind == kind)
