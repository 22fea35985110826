"""What a form offers of a longer list, and what the record knows already beside a question that asks it again."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from services.pages.records.pointing import every_filter
from shared.pathway.closure import NEED_HANDOFF, StandardCareHandoff
from shared.pathway.filter_track import in_situ
from shared.pathway.question import Moment
from shared.pathway.record import Part
from shared.web.forms.description import Field, Form
from shared.web.pages.shown.tag import joined
from shared.web.pages.words import spoken

ONLY: Mapping[tuple[type[Part], str], frozenset[str]] = {
    (StandardCareHandoff, "reason"): frozenset(each.value for each in NEED_HANDOFF)
}
"""The answers that the rules take of those that the type has: nobody is led to a refusal."""


def narrowed(form: Form) -> Form:
    """The form without answers that are always refused."""
    return replace(form, fields=tuple(_narrowed(form, each) for each in form.fields))


def _narrowed(form: Form, asked: Field) -> Field:
    only = ONLY.get((form.record, asked.name))
    if only is None:
        return asked
    return replace(asked, choices=tuple(each for each in asked.choices if each.value in only))


def with_what_is_known(form: Form, moment: Moment) -> Form:
    """The form with what the record says, where it is asked so that somebody looks once more."""
    return replace(form, fields=tuple(_hinted(each, moment) for each in form.fields))


def _hinted(asked: Field, moment: Moment) -> Field:
    known = KNOWN.get(asked.name)
    return replace(asked, hint=known(moment)) if known and not asked.hint else asked


def _filters(moment: Moment) -> str:
    say, inside = spoken(), {each.filter_id for each in in_situ(moment)}
    found = [each.label for each in every_filter(moment) if each.value in inside]
    return say("known.filters", filters=joined(found, say("legs.and"))) if found else say("known.no_filter")


KNOWN: Mapping[str, Callable[[Moment], str]] = {"filter_in_situ": _filters}
"""By the name of the question: what the record says of it."""
