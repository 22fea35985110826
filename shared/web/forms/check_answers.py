"""Check answers: every question with what was answered, in words, and where to change it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.pathway.anatomy import Side
from shared.pathway.record import Part
from shared.web.forms import instants, numbers, places
from shared.web.forms.description import GATE, Field, Form, Kind, describe
from shared.web.forms.layouts import Page, page_of, steps
from shared.web.forms.problems import ErrorItem
from shared.web.forms.raw import PARTS_OF_INSTANT, RawForm, input_names
from shared.web.forms.wording import YES_NO
from shared.web.forms.writing import to_raw

NOT_ANSWERED = "Not answered"
ANY = "any"
_QUIET = frozenset({"", "no", "not_assessed"})
"""Answers that a form begins with, and that decide nothing where their question does not arise."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer, a line or several. `slug` and `anchor` lead to where it can be changed.

    `section` says which page, group or row it belongs to, outermost first; rows of one section stand together.
    `leg`: the answer is a side, which is never shown like any other answer (hazard H-01). `staff`: it is somebody's
    directory id, to be shown with the name. `wrong` says why it was refused; `place` is the id of the whole
    question, below which that of an input begins.
    """

    section: tuple[str, ...]
    question: str
    answer: tuple[str, ...]
    slug: str
    anchor: str
    leg: bool = False
    staff: bool = False
    place: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def href(self) -> str:
        """The change link, from the address of the form."""
        return f"{self.slug}#{self.anchor}"

    def answers(self, item: ErrorItem, base: str) -> bool:
        """Whether this line of an error summary leads to this question."""
        page, _, place = item.href.partition("#")
        here = place == self.anchor or f"{place}-".startswith(f"{self.place}-")
        return page == f"{base}/{self.slug}" and here


def summary(record: type[Part], given: Part | RawForm) -> tuple[Row, ...]:
    """What was asked, with the answers; of a draft (a RawForm) also what cannot be read, as it was typed.

    A question that did not arise is left out, but never an answer that somebody gave.
    """
    raw = given if isinstance(given, RawForm) else to_raw(given)
    return tuple(_Summary(describe(record), raw).pages())


def marked(rows: Iterable[Row], wrong: Iterable[ErrorItem], base: str) -> tuple[Row, ...]:
    """The rows, each with the lines of the error summary that lead to it; `base` is the address of the form."""
    items = tuple(wrong)
    return tuple(replace(row, wrong=tuple(each.text for each in items if row.answers(each, base))) for row in rows)


class _Summary:
    def __init__(self, form: Form, raw: RawForm) -> None:
        self._form, self._raw = form, raw

    def pages(self) -> Iterator[Row]:
        """Page by page, each answer under the page that asks it; a form of one page has no heading of its own."""
        record = self._form.record
        found = [row for page in steps(record) for row in self._rows(self._begun_on(page), ())]
        for page in steps(record):
            told = (row for row in found if row.slug == page.slug)
            yield from (replace(row, section=(page.title, *row.section)) if page.title else row for row in told)

    def _begun_on(self, page: Page) -> list[Field]:
        return [each for each in self._form.fields if page_of(self._form.record, each.name) == page]

    def _rows(self, fields: Iterable[Field], section: tuple[str, ...]) -> Iterator[Row]:
        """What belongs to the section itself, then what has a heading of its own below it: no heading comes twice."""
        found = [row for each in fields for row in self._asked(each, section)]
        yield from sorted(found, key=lambda row: row.section != section)

    def _asked(self, asked: Field, section: tuple[str, ...]) -> Iterator[Row]:
        if not arisen(asked, self._raw):
            return
        if asked.kind == Kind.REPEAT:
            yield from self._repeat(asked, section)
        elif asked.kind == Kind.GROUP:
            yield from self._group(asked, section)
        else:
            yield self._row(asked, section, asked.label, self._answer(asked))

    def _row(self, asked: Field, section: tuple[str, ...], question: str, answer: tuple[str, ...]) -> Row:
        slug = page_of(self._form.record, asked.name).slug
        anchor = places.anchor(places.Place(asked, asked.name), self._raw)
        told = answer or (asked.left_empty or NOT_ANSWERED,)
        leg = _is_side(asked) and bool(answer)
        return Row(section, question, told, slug, anchor, leg=leg, staff=asked.staff, place=asked.id)

    def _repeat(self, asked: Field, section: tuple[str, ...]) -> Iterator[Row]:
        numbers = self._raw.rows(asked)
        if not numbers:
            yield self._row(asked, section, asked.label, ())
        for place, number in enumerate(numbers):
            row = asked.at_row(number)
            title = asked.at_row(place).label
            if row.kind == Kind.GROUP:
                yield from self._rows(row.fields, (*section, self._with_leg(title, row.fields)))
            else:
                yield from self._asked(replace(row, label=f"{row.label} {place + 1}"), section)

    def _with_leg(self, title: str, fields: Iterable[Field]) -> str:
        """Such as "Decision 1: LEFT leg", where the row is about one."""
        legs = (each.labelled(self._raw.answer(each.name)) for each in fields if _is_side(each))
        leg = next((each for each in legs if each), "")
        return f"{title}: {leg}" if leg else title

    def _group(self, asked: Field, section: tuple[str, ...]) -> Iterator[Row]:
        gate = self._raw.answer(f"{asked.name}.{GATE}") if asked.gate else "yes"
        if gate == "no" or (asked.gate and not self._raw.typed(asked)):
            answer = tuple(each.label for each in YES_NO if each.value == gate)
            yield self._row(asked, section, asked.gate, answer)
        else:
            yield from self._rows(asked.fields, (*section, asked.label))

    def _answer(self, asked: Field) -> tuple[str, ...]:
        match asked.kind:
            case Kind.DATE | Kind.INSTANT:
                return self._moment(asked)
            case Kind.CHECKBOXES:
                ticked = self._raw.every(asked.name)
                return tuple(asked.labelled(each) or each for each in ticked)
            case Kind.TICK:
                return tuple(each.label for each in YES_NO if each.value == self._raw.answer(asked.name))
            case Kind.MAPPING | Kind.WORDS_BY_KEY:
                told = ((key.label, self._raw.answer(f"{asked.name}.{key.value}")) for key in asked.keys)
                return tuple(f"{label}: {asked.labelled(text) or text}" for label, text in told if text)
            case Kind.QUANTITY:
                unit = numbers.printed(asked.unit)
                text = self._raw.answer(f"{asked.name}.value").removesuffix(asked.unit).removesuffix(unit).rstrip()
                return (f"{text} {unit}",) if text else ()
            case _:
                text = self._raw.answer(asked.name)
                return tuple((asked.labelled(text) or text).splitlines())

    def _moment(self, asked: Field) -> tuple[str, ...]:
        told = (instants.day if asked.kind == Kind.DATE else instants.instant)(self._raw, asked.name)
        if told.value is None:
            typed = " ".join(self._raw.answer(f"{asked.name}.{part}") for part in PARTS_OF_INSTANT).split()
            return (" ".join(typed),) if typed else ()
        return (instants.told_in_words(told.value),)


def arisen(asked: Field, raw: RawForm) -> bool:
    """Whether this question arose by the answers beside it, or was answered all the same."""
    needs = asked.arises
    if needs is None or _told(asked, raw) - _QUIET:
        return True
    around = asked.name.rpartition(".")[0]
    start = f"{around}." if around else ""
    if needs.unless and raw.answer(f"{start}{needs.unless}"):
        return False
    found = _told_below(f"{start}{needs.after}", raw)
    return bool(found & needs.on) or (ANY in needs.on and bool(found))


def _told(asked: Field, raw: RawForm) -> set[str]:
    return {text.strip() for name in input_names(asked, raw) for text in raw.texts.get(name, ())}


def _told_below(place: str, raw: RawForm) -> set[str]:
    """The answers under this name, or to any part below it."""
    names = (name for name in raw.texts if name == place or name.startswith(f"{place}."))
    return {text for name in names for text in raw.every(name)}


def _is_side(asked: Field) -> bool:
    return {each.value for each in asked.choices} == set(Side)
