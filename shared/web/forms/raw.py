"""What was typed into a form, as it was typed: kept for redisplay, for drafts, and until it can be read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shared.web.forms.description import GATE, Field, Form, Kind

PARTS_OF_DATE = ("day", "month", "year")
PARTS_OF_INSTANT = (*PARTS_OF_DATE, "hour", "minute")
EXACT = "exact"
"""The instant that was drawn, when day, hour and minute do not say all of it (seconds, the second 01:30 of autumn)."""

BUTTON = "rows"
"""The name of the buttons that add and remove rows."""

_ROW = re.compile(r"[0-9]{1,2}")
_PRESSED = re.compile(r"(add|remove) ([a-z_.]{1,100}?)(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class RawForm:
    """Texts by input name, each as often as it was posted. Holds names of the form only, and no lone surrogate."""

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first text under this name, as it was typed; "" when there is none."""
        return next(iter(self.texts.get(name, ())), "")

    def answer(self, name: str) -> str:
        """The first text under this name without white space around it, its lines ended in one way."""
        return self.text(name).replace("\r\n", "\n").replace("\r", "\n").strip()

    def every(self, name: str) -> tuple[str, ...]:
        """All answers that were ticked under this name."""
        return tuple(filter(None, self.texts.get(name, ())))

    def typed(self, asked: Field) -> bool:
        """Whether anything at all was answered in this field or below it."""
        names = (name for name in input_names(asked, self) if not name.endswith(f".{EXACT}"))
        return any(text.strip() for name in names for text in self.texts.get(name, ()))

    def rows(self, asked: Field) -> tuple[int, ...]:
        """The numbers of the rows of a repeated question that are there, in order."""
        start = f"{asked.name}."
        found = (name[len(start) :].partition(".")[0] for name in self.texts if name.startswith(start))
        return tuple(sorted({int(each) for each in found if _ROW.fullmatch(each)}))

    def replaced(self, fields: Iterable[Field], newer: "RawForm") -> "RawForm":
        """These texts, but for `fields` those of `newer`: one page of several was filled in again."""
        older = {name for each in fields for name in input_names(each, self)}
        kept = {name: texts for name, texts in self.texts.items() if name not in older}
        return RawForm(kept | dict(newer.texts))


EMPTY = RawForm()


def gathered(form: Form, posted: Iterable[tuple[str, object]]) -> RawForm:
    """What was posted for this form. Files, and names the form does not have (tokens, keys), stay out."""
    texts: dict[str, tuple[str, ...]] = {}
    for name, text in posted:
        if isinstance(text, str):
            texts[name] = (*texts.get(name, ()), _clean(text))
    everything = RawForm(texts)
    known = (name for each in form.fields for name in input_names(each, everything))
    return RawForm({name: texts[name] for name in known if name in texts})


def _clean(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def input_names(asked: Field, raw: RawForm) -> Iterator[str]:
    """The names of the inputs of a field in page order, with those of every row that is there."""
    match asked.kind:
        case Kind.DATE:
            yield from (f"{asked.name}.{part}" for part in PARTS_OF_DATE)
        case Kind.INSTANT:
            yield from (f"{asked.name}.{part}" for part in (*PARTS_OF_INSTANT, EXACT))
        case Kind.QUANTITY:
            yield f"{asked.name}.value"
        case Kind.MAPPING | Kind.WORDS_BY_KEY:
            yield from (f"{asked.name}.{key.value}" for key in asked.keys)
        case Kind.GROUP:
            yield from _names_of_group(asked, raw)
        case Kind.REPEAT:
            for number in raw.rows(asked):
                yield from input_names(asked.at_row(number), raw)
        case _:
            yield asked.name


def _names_of_group(asked: Field, raw: RawForm) -> Iterator[str]:
    if asked.gate:
        yield f"{asked.name}.{GATE}"
    for each in asked.fields:
        yield from input_names(each, raw)


def repeats(fields: Iterable[Field]) -> Iterator[Field]:
    """The repeated questions among these fields. No record repeats one inside another."""
    for each in fields:
        if each.kind == Kind.REPEAT:
            yield each
        else:
            yield from repeats(each.fields)


def compacted(form: Form, raw: RawForm) -> RawForm:
    """Without rows that were left empty, the others numbered from 0. A row that has to be there stays."""
    for each in repeats(form.fields):
        there = raw.rows(each)
        filled = [number for number in there if raw.typed(each.at_row(number))]
        raw = _renumbered(raw, each, filled or there[: min(each.least, 1)])
    return raw


def _renumbered(raw: RawForm, asked: Field, kept: Iterable[int]) -> RawForm:
    gone = set(input_names(asked, raw))
    texts = {name: found for name, found in raw.texts.items() if name not in gone}
    for new, old in enumerate(kept):
        row = asked.at_row(old)
        for name in input_names(row, raw):
            if name in raw.texts:
                texts[f"{asked.name}.{new}{name.removeprefix(row.name)}"] = raw.texts[name]
    return RawForm(texts)


def pressed(form: Form, raw: RawForm, button: str) -> RawForm | None:
    """The form after a button that adds or removes a row; None when `button` is none of these."""
    found = _PRESSED.fullmatch(button)
    asked = {each.name: each for each in repeats(form.fields)}.get(found[2]) if found else None
    if found is None or asked is None:
        return None
    there = list(raw.rows(asked)) or list(range(asked.least))
    if found[1] == "remove":
        return _renumbered(raw, asked, [number for number in there if str(number) != found[3]])
    count = len(there) + (not 0 < asked.most <= len(there))
    return _with_rows(_renumbered(raw, asked, there), asked, count)


def _with_rows(raw: RawForm, asked: Field, count: int) -> RawForm:
    there = raw.rows(asked)
    empty = (asked.at_row(number) for number in range(count) if number not in there)
    return RawForm({**raw.texts, **{next(input_names(row, raw)): ("",) for row in empty}})


def rows_drawn(asked: Field, raw: RawForm) -> tuple[Field, ...]:
    """The rows to be drawn: those that are there, and as many as there have to be."""
    numbers = raw.rows(asked) or range(asked.least)
    return tuple(asked.at_row(number) for number in numbers)
