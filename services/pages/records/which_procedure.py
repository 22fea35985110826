"""Which procedure of a pathway: chosen and read back by number, leg and day; what is posted and kept is its id."""

from collections.abc import Iterable
from dataclasses import replace

from shared.pathway.civil_time import civil
from shared.pathway.procedure import Procedure, procedure_id, procedures, started_at
from shared.pathway.question import Moment
from shared.web.forms.check_answers import Row
from shared.web.forms.description import Field, Form, Kind
from shared.web.forms.wording import Choice
from shared.web.pages.shown.instants import day_words
from shared.web.pages.words import spoken

FIELD = "procedure_id"


def choices(moment: Moment) -> tuple[Choice, ...]:
    """Every procedure that was begun, oldest first, such as "Procedure 1, LEFT leg, 9 March 2026"."""
    begun = procedures(moment.pathway)
    return tuple(Choice(procedure_id(moment.pathway, n), _named(n, each)) for n, each in enumerate(begun, start=1))


def with_choices(form: Form, moment: Moment) -> Form:
    """The form with this pathway's procedures to choose from. Without a procedure the question stays as it is."""
    found = choices(moment)
    return replace(form, fields=tuple(_offered(each, found) for each in form.fields)) if found else form


def in_words(rows: Iterable[Row], moment: Moment) -> tuple[Row, ...]:
    """Answers to be read, with each procedure by its words. An id that is not this pathway's stays as it is."""
    known = {each.value: each.label for each in choices(moment)}
    return tuple(replace(row, answer=tuple(known.get(line, line) for line in row.answer)) for row in rows)


def _offered(asked: Field, found: tuple[Choice, ...]) -> Field:
    return replace(asked, kind=Kind.RADIOS, choices=found) if asked.name == FIELD else asked


def _named(number: int, each: Procedure) -> str:
    say = spoken()
    leg = say("side.leg", side=say(f"side.{each.side.value}"))
    return say("which_procedure.named", number=number, leg=leg, day=day_words(civil(started_at(each.start))))
