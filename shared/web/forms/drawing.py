"""From questions and what was typed to the NHS components that show them; the templates only put them on the page."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from shared.web.forms import places
from shared.web.forms.description import GATE, NUMERIC, Field, Form, Kind, identity
from shared.web.forms.examples import example
from shared.web.forms.layouts import Page
from shared.web.forms.numbers import measured
from shared.web.forms.raw import EMPTY, PARTS_OF_DATE, PARTS_OF_INSTANT, RawForm, input_names, rows_drawn
from shared.web.forms.wording import YES_NO, Choice, first_capital, in_a_sentence
from shared.web.problems import FieldError

OPTIONAL = " (optional)"
NO_ANSWER = Choice("", "Does not apply")
STAFF_LIST = "staff-directory"
STAFF_ID = "Staff directory id"
_INLINE_CHOICES, _INLINE_LETTERS = 4, 40
_WIDTHS = {Kind.WHOLE: 4, Kind.NUMBER: 5, Kind.QUANTITY: 5}


@dataclass(frozen=True, slots=True)
class Call:
    """One NHS component (or one of ours in `parts/fields`), the values its macro takes, and what stands inside it."""

    macro: str
    params: Mapping[str, Any]
    parts: tuple["Call", ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form, or a page of it, ready for `parts/form.jinja`. `has_rows`: it has buttons besides the one that sends.

    `staff` are the names that its boxes suggest, where somebody else may be typed too.
    """

    calls: tuple[Call, ...]
    has_rows: bool
    staff: tuple[Choice, ...] = ()


def draw(
    form: Form,
    raw: RawForm = EMPTY,
    errors: Iterable[FieldError] = (),
    *,
    page: Page | None = None,
    hidden: Collection[str] = (),
    focus: str = "",
) -> Drawn:
    """The questions of the form, or of one page, with what was typed and what is wrong beside each.

    `hidden` names fields that are posted but not asked because the page knows them ("review"; a row's number
    is written as a star: "limbs.*.side"). `focus` names the question, asked by radio buttons, that begins.
    """
    shown = form.fields if page is None else tuple(form.field(name) for name in page.fields)
    unasked = frozenset(hidden) | (page.left_out if page else frozenset())
    drawing = _Drawing(form, raw, errors, unasked, focus)
    calls = tuple(drawing.calls(shown))
    return Drawn(calls, any(call.macro == "repeat" for call in calls), drawing.staff)


class _Drawing:
    """One drawing of one form."""

    def __init__(
        self, form: Form, raw: RawForm, errors: Iterable[FieldError], hidden: Collection[str], focus: str
    ) -> None:
        self._raw, self._hidden, self._focus = raw, hidden, focus
        self._errors: dict[str, str] = {}
        self.staff: tuple[Choice, ...] = ()
        for each in errors:
            place = places.at(form, each.field, raw)
            self._errors.setdefault(place.name if place else each.field, each.reason)

    def calls(self, fields: Iterable[Field]) -> Iterator[Call]:
        for each in fields:
            if self._unasked(each):
                yield from self._hidden_inputs(each)
            else:
                yield self._call(each)

    def _unasked(self, asked: Field) -> bool:
        return ".".join("*" if part.isdigit() else part for part in asked.name.split(".")) in self._hidden

    def _call(self, asked: Field) -> Call:
        ways: dict[Kind, Callable[[Field], Call]] = {
            Kind.GROUP: self._group,
            Kind.REPEAT: self._repeat,
            Kind.RADIOS: self._radios,
            Kind.YES_NO: self._radios,
            Kind.CHECKBOXES: self._checkboxes,
            Kind.TICK: self._checkboxes,
            Kind.DATE: self._date,
            Kind.INSTANT: self._date,
            Kind.MAPPING: self._mapping,
            Kind.WORDS_BY_KEY: self._words_by_key,
        }
        return ways.get(asked.kind, self._written)(asked)

    def _hidden_inputs(self, asked: Field) -> Iterator[Call]:
        for name in input_names(asked, self._raw):
            for text in self._raw.texts.get(name, ()):
                yield Call("hidden", {"name": name, "value": text})

    def _said(self, asked: Field) -> dict[str, Any]:
        """Hint and error, as every NHS component takes them."""
        words = [asked.hint] if asked.hint else []
        if asked.staff and not asked.choices:
            words.append(STAFF_ID)
        if shown := example(asked):
            words.append(shown)
        found: dict[str, Any] = {"hint": {"text": ". ".join(words)}} if words else {}
        if asked.name in self._errors:
            found["errorMessage"] = {"text": self._errors[asked.name]}
        return found

    def _chosen(self, name: str, choices: Iterable[Choice]) -> list[dict[str, Any]]:
        chosen = self._raw.texts.get(name, ())
        return [{"value": each.value, "text": each.label, "checked": each.value in chosen} for each in choices]

    def _radios(self, asked: Field) -> Call:
        choices = (*asked.choices, NO_ANSWER) if asked.nullable else asked.choices
        params = {"name": asked.name, "idPrefix": asked.id, "fieldset": _legend(asked), "small": True}
        items = self._chosen(asked.name, choices)
        if asked.most == 1:
            return Call("checkboxes", params | {"items": items} | self._said(asked))
        if asked.name == self._focus:
            items[0]["attributes"] = {"autofocus": ""}
        return Call("radios", params | {"items": items, "inline": _short(choices)} | self._said(asked))

    def _checkboxes(self, asked: Field) -> Call:
        params: dict[str, Any] = {"name": asked.name, "idPrefix": asked.id, "small": True}
        if asked.kind == Kind.CHECKBOXES:
            params["fieldset"] = _legend(asked)
        return Call("checkboxes", params | {"items": self._chosen(asked.name, asked.choices)} | self._said(asked))

    def _date(self, asked: Field) -> Call:
        parts = PARTS_OF_DATE if asked.kind == Kind.DATE else PARTS_OF_INSTANT
        params = {"id": asked.id, "fieldset": _legend(asked), "items": [self._part(asked, part) for part in parts]}
        exact = tuple(self._hidden_inputs_of_exact(asked)) if asked.kind == Kind.INSTANT else ()
        return Call("date", params | self._said(asked), exact)

    def _hidden_inputs_of_exact(self, asked: Field) -> Iterator[Call]:
        return (call for call in self._hidden_inputs(asked) if call.params["name"].endswith(".exact"))

    def _part(self, asked: Field, part: str) -> dict[str, Any]:
        name = f"{asked.name}.{part}"
        width = 4 if part == "year" else 2
        label = {"text": first_capital(part)}
        return {"name": name, "id": identity(name), "label": label, "value": self._raw.text(name), "width": width}

    def _written(self, asked: Field) -> Call:
        name = f"{asked.name}.value" if asked.kind == Kind.QUANTITY else asked.name
        text = self._raw.text(name)
        params: dict[str, Any] = {"id": identity(name), "name": name, "label": _label(asked), "value": text}
        params |= self._said(asked)
        if asked.kind == Kind.SELECT:
            return Call("select", params | {"items": [{"value": "", "text": "Choose"}, *_options(asked, text)]})
        if asked.kind == Kind.TEXTAREA or "\n" in text:
            return Call("textarea", params | {"rows": 3})
        if asked.kind in NUMERIC:
            mode = "numeric" if asked.kind == Kind.WHOLE else "decimal"
            params |= {"inputmode": mode, "width": _WIDTHS[asked.kind], "suffix": measured(asked)[1]}
        elif asked.kind == Kind.TEXT:
            params["width"] = 30 if asked.most else 20
        return Call("input", params | self._suggested(asked) | {"spellcheck": bool(asked.most)})

    def _suggested(self, asked: Field) -> dict[str, Any]:
        """The list of names that a box opens below it; every other box suggests nothing."""
        if not (asked.staff and asked.choices):
            return {"autocomplete": "off"}
        self.staff = asked.choices
        return {"attributes": {"list": STAFF_LIST}}

    def _group(self, asked: Field) -> Call:
        inner = tuple(self.calls(asked.fields))
        if not asked.gate:
            legend = _legend(asked, size="m")["legend"]
            return Call("group", {"id": f"{asked.id}-group", "legend": legend} | self._said(asked), inner)
        name = f"{asked.name}.{GATE}"
        items = self._chosen(name, YES_NO)
        params = {"name": name, "idPrefix": identity(name), "fieldset": _legend(asked, asked.gate), "small": True}
        opened = items[0]["checked"] or (not items[1]["checked"] and self._raw.typed(asked))
        items[0]["checked"] = opened
        return Call("gate", params | {"items": items} | self._said(asked), inner)

    def _repeat(self, asked: Field) -> Call:
        rows = rows_drawn(asked, self._raw)
        count = len(rows)
        here = not self._unasked(rows[0].fields[0]) if rows and rows[0].fields else True
        inner = (self._row(asked, row, place, removable=here and count > asked.least) for place, row in enumerate(rows))
        params = {"id": f"{asked.id}-group", "legend": _legend(asked, size="l")["legend"]} | self._said(asked)
        if here and (not asked.most or count < asked.most):
            next_row = f"{asked.name}.{count}"
            params["add"] = {
                "id": f"{asked.id}-add",
                "value": f"add {asked.name}",
                "text": f"Add another {asked.row}" if count else f"Add {_one(asked.row)}",
                "target": f"{identity(next_row)}-row",
            }
        return Call("repeat", params, tuple(inner))

    def _row(self, asked: Field, row: Field, place: int, *, removable: bool) -> Call:
        title = self._named(row) or f"{first_capital(asked.row)} {place + 1}"
        params: dict[str, Any] = {"id": f"{row.id}-row", "single": row.kind != Kind.GROUP}
        if row.kind == Kind.GROUP:
            params["legend"] = {"text": title, "classes": "nhsuk-fieldset__legend--m"}
            inner = tuple(self.calls(row.fields))
        else:
            inner = (self._call(_titled(row, title)),)
        if removable:
            text = in_a_sentence(title)
            params["remove"] = {"value": f"remove {row.name}", "text": f"Remove {text}", "target": f"{asked.id}-group"}
        return Call("row", params, inner)

    def _named(self, row: Field) -> str:
        """What another page said of this row in its first answer, such as "LEFT leg"; "" where that is asked here."""
        first = row.fields[0] if row.fields else None
        return (first.labelled(self._raw.text(first.name)) or "") if first and self._unasked(first) else ""

    def _mapping(self, asked: Field) -> Call:
        rows = [self._row_of_mapping(asked, key) for key in asked.keys]
        heads = [{"value": each.value, "label": each.label} for each in asked.choices]
        params = {"id": f"{asked.id}-group", "legend": _legend(asked)["legend"], "heads": heads, "rows": rows}
        return Call("mapping", params | self._said(asked))

    def _row_of_mapping(self, asked: Field, key: Choice) -> dict[str, Any]:
        name = f"{asked.name}.{key.value}"
        chosen, start = self._raw.text(name), identity(name)
        cells = [
            {
                "id": start if place == 0 else f"{start}-{place + 1}",
                "value": each.value,
                "label": f"{key.label}: {in_a_sentence(each.label)}",
                "head": each.label,
                "checked": each.value == chosen,
            }
            for place, each in enumerate(asked.choices)
        ]
        return {"name": name, "label": key.label, "cells": cells, "error": self._errors.get(name, "")}

    def _words_by_key(self, asked: Field) -> Call:
        inner = tuple(self._words_of(asked, key) for key in asked.keys)
        below = [f"{asked.name}.{key.value}" for key in asked.keys]
        wrong = any(name in self._errors for name in (asked.name, *below))
        params = {"summary": {"text": asked.label + OPTIONAL}, "open": wrong or self._raw.typed(asked)}
        return Call("details", params, inner)

    def _words_of(self, asked: Field, key: Choice) -> Call:
        name = f"{asked.name}.{key.value}"
        error = {"errorMessage": {"text": self._errors[name]}} if name in self._errors else {}
        params = {"id": identity(name), "name": name, "label": {"text": key.label}, "value": self._raw.text(name)}
        return Call("textarea", params | {"rows": 2} | error)


def _titled(row: Field, title: str) -> Field:
    return replace(row, label=title, nullable=False)


def _options(asked: Field, chosen: str) -> Iterator[dict[str, Any]]:
    """The answers to choose from; of staff also whoever was named before and is not among them any more."""
    gone = asked.staff and chosen and asked.labelled(chosen) is None
    offered = (*asked.choices, Choice(chosen, chosen)) if gone else asked.choices
    return ({"value": each.value, "text": each.label, "selected": each.value == chosen} for each in offered)


def _one(noun: str) -> str:
    """Such as "a leg", "an operator"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _short(choices: Collection[Choice]) -> bool:
    return len(choices) <= _INLINE_CHOICES and sum(len(each.label) for each in choices) <= _INLINE_LETTERS


def _label(asked: Field) -> dict[str, str]:
    """Eyes read the unit behind the number; whoever hears the page hears it in the label."""
    words, unit = measured(asked)
    if not unit:
        return {"text": f"{words}{_optional(asked)}", "classes": "nhsuk-label--s"}
    heard = Markup('{}<span class="nhsuk-u-visually-hidden">, in {}</span>{}').format(words, unit, _optional(asked))
    return {"html": heard, "classes": "nhsuk-label--s"}


def _legend(asked: Field, words: str = "", *, size: str = "s") -> dict[str, Any]:
    text = words or f"{asked.label}{_optional(asked)}"
    return {"legend": {"text": text, "classes": f"nhsuk-fieldset__legend--{size}"}}


def _optional(asked: Field) -> str:
    """Nothing is said of a question that arises only by another answer: whether it must be answered depends on that."""
    return OPTIONAL if asked.nullable and not asked.gate and asked.arises is None else ""
