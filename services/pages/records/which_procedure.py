"""Which procedure of a pathway, told by number, leg and day; what is posted and kept is its id."""

from shared.pathway.civil_time import civil
from shared.pathway.procedure import Procedure, procedure_id, procedures, started_at
from shared.pathway.question import Moment
from shared.web.forms.wording import Choice
from shared.web.pages.shown.instants import day_words
from shared.web.pages.words import spoken

FIELD = "procedure_id"


def choices(moment: Moment) -> tuple[Choice, ...]:
    """Every procedure that was begun, oldest first, such as "Procedure 1, LEFT leg, 9 March 2026"."""
    begun = procedures(moment.pathway)
    return tuple(Choice(procedure_id(moment.pathway, n), _named(n, each)) for n, each in enumerate(begun, start=1))


def _named(number: int, each: Procedure) -> str:
    say = spoken()
    leg = say("side.leg", side=say(f"side.{each.side.value}"))
    return say("which_procedure.named", number=number, leg=leg, day=day_words(civil(started_at(each.start))))
