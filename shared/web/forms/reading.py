"""From what was posted to the record, or to what is wrong with it: nothing that is typed makes this raise."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from shared.pathway.record import Part
from shared.web.forms import instants, numbers, reasons
from shared.web.forms.description import GATE, NUMERIC, Field, Form, Kind, asked_in, describe
from shared.web.forms.layouts import Page
from shared.web.forms.places import Place, found, order
from shared.web.forms.raw import EMPTY, RawForm, compacted, gathered
from shared.web.problems import FieldError

R = TypeVar("R", bound=Part)
_DATES = {Kind.DATE: instants.day, Kind.INSTANT: instants.instant}
_NOTHING: Any = object()
"""Nothing was answered: the field is left out, so that pydantic calls it missing or fills in its default."""


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """The record if all of it is right; the texts for redisplay in any case; what is wrong, in page order."""

    model: R | None
    raw: RawForm
    errors: tuple[FieldError, ...]


def read(
    record: type[R], posted: Iterable[tuple[str, object]], *, page: Page | None = None, draft: RawForm = EMPTY
) -> Read[R]:
    """The record that was posted (`FormData.multi_items()`).

    With a `page` only its questions are taken from `posted`, the others from the `draft`, and only what is
    wrong on this page is told; `model` is None until all pages are right.
    """
    form = describe(record)
    raw = gathered(form, posted)
    if page is not None:
        of_page = [form.field(name) for name in page.fields]
        raw = draft.replaced(of_page, gathered(Form(record, tuple(of_page)), _posted(raw)))
    return read_raw(record, raw, only=page.fields if page else None)


def too_few(record: type[Part], raw: RawForm) -> Iterator[FieldError]:
    """What a form asks more ticks of than its record, which stands with the fewer of an earlier day."""
    for each in asked_in(describe(record).fields):
        if each.too_few and len(raw.every(each.name)) < each.least:
            yield FieldError(each.name, each.too_few)


def _posted(raw: RawForm) -> Iterable[tuple[str, object]]:
    return ((name, text) for name, texts in raw.texts.items() for text in texts)


def read_raw(record: type[R], raw: RawForm, *, only: Collection[str] | None = None) -> Read[R]:
    """The record in these texts, for check answers and drafts. `only` names top-level fields to tell errors of."""
    form = describe(record)
    raw = compacted(form, raw)
    reader = _Reader(raw)
    answers = reader.parts(form.fields)
    model = reader.checked(record, form, answers)
    rank = order(form.fields, raw) if reader.wrong else {}
    told = sorted(reader.wrong.items(), key=lambda each: rank.get(each[0], -1))
    wrong = (FieldError(name, reason) for name, reason in told if only is None or name.partition(".")[0] in only)
    return Read(model, raw, tuple(wrong))


class _Reader:
    """Reads one form. `wrong` has one reason for each place, the first that was found."""

    def __init__(self, raw: RawForm) -> None:
        self._raw = raw
        self._fields: tuple[Field, ...] = ()
        self.wrong: dict[str, str] = {}

    def parts(self, fields: tuple[Field, ...]) -> dict[str, Any]:
        """The answers to these questions by their short names; what was not answered is not there."""
        self._fields = self._fields or fields
        answers = {each.name.rpartition(".")[2]: self._answer(each) for each in fields}
        return {name: answer for name, answer in answers.items() if answer is not _NOTHING}

    def checked(self, record: type[R], form: Form, answers: dict[str, Any]) -> R | None:
        """The record as pydantic sees it, exactly as the API would; None when anything is wrong."""
        try:
            model = record.model_validate_json(json.dumps(answers), strict=True)
        except ValidationError as error:
            for finding in error.errors(include_url=False, include_input=False):
                self._explain(form, finding)
            return None
        return None if self.wrong else model

    def _explain(self, form: Form, finding: Any) -> None:
        place = found(form.fields, finding["loc"], self._raw)
        if place is None:
            self.wrong.setdefault("", reasons.explained(Place(form.fields[0], ""), finding))
        elif not self._known(place.name):
            self.wrong[place.name] = reasons.explained(place, finding)

    def _known(self, name: str) -> bool:
        return any(name == each or each.startswith(f"{name}.") for each in self.wrong)

    def _answer(self, field: Field) -> Any:
        match field.kind:
            case Kind.GROUP:
                return self._group(field)
            case Kind.REPEAT:
                rows = (self._answer(field.at_row(number)) for number in self._raw.rows(field))
                return [row for row in rows if row is not _NOTHING]
            case Kind.CHECKBOXES:
                return list(self._raw.every(field.name))
            case Kind.MAPPING | Kind.WORDS_BY_KEY:
                told = ((key.value, self._raw.answer(f"{field.name}.{key.value}")) for key in field.keys)
                return {key: text for key, text in told if text}
            case _:
                return self._single(field)

    def _group(self, field: Field) -> Any:
        if field.gate:
            gate = self._raw.answer(f"{field.name}.{GATE}")
            if gate not in {"yes", "no", ""}:
                self._fail(field, "")
            if gate == "no" or not self._raw.typed(field):
                return _NOTHING
        return self.parts(field.fields)

    def _single(self, field: Field) -> Any:
        if field.kind in _DATES:
            told = _DATES[field.kind](self._raw, field.name)
            return self._fail(field, told.wrong) if told.wrong else told.value or _NOTHING
        text = self._raw.answer(f"{field.name}.value" if field.kind == Kind.QUANTITY else field.name)
        if not text:
            return _NOTHING
        if field.kind in NUMERIC:
            return self._number(field, text)
        if field.kind in {Kind.YES_NO, Kind.TICK}:
            return {"yes": True, "no": False}.get(text, text)
        return text

    def _number(self, field: Field, text: str) -> Any:
        number = numbers.number(field, text)
        if number is None:
            return self._fail(field, numbers.wrong(field))
        return {"value": number, "unit": field.unit} if field.unit else number

    def _fail(self, field: Field, what: str) -> Any:
        place = found(self._fields, field.name.split("."), self._raw) or Place(field, field.name)
        self.wrong[field.name] = reasons.must(place, what) if what else reasons.absent(place)
        return _NOTHING
