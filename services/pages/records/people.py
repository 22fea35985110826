"""Whom a form asks for: chosen by name and role from the trust's directory; what is posted and kept is the id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from services.identity import Acting
from services.pages.records.paper import Paper
from services.sessions.reception import Reception
from services.wiring import answering_in_time
from shared.ledger.staff_names import Colleague
from shared.pathway.break_glass import BreakGlassReview
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.record import Part
from shared.web.forms.description import Field, Form, Kind, describe
from shared.web.forms.wording import Choice
from shared.web.pages.words import spoken

SHOWN_BESIDE = frozenset({MdtSignOff.kind, BreakGlassReview.kind})
"""Forms that ask for nobody and show who is named elsewhere."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The staff of one trust, by name."""

    people: tuple[Colleague, ...] = ()

    @property
    def names(self) -> Mapping[str, str]:
        return {each.person: each.name for each in self.people}

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Everybody who works here today, such as "Farah Vale, Vascular surgeon"."""
        return tuple(Choice(each.person, _with_roles(each)) for each in self.people if each.roles)


NOBODY = Directory()


async def directory_for(reception: Reception, acting: Acting, paper: Paper) -> Directory:
    """The directory of the writer's trust; empty for paper that names nobody."""
    if paper.kind.name not in SHOWN_BESIDE and not any(map(_asks_for_somebody, paper.parts)):
        return NOBODY
    async with answering_in_time():
        return Directory(await reception.names.everybody(acting.trust))


@cache
def _asks_for_somebody(part: type[Part]) -> bool:
    return any(each.staff for each in _every(describe(part).fields))


def _every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _every(each.fields)


def with_people(form: Form, directory: Directory) -> Form:
    """The form with names to choose from; somebody of another trust can still be typed where the question allows it."""
    offered = directory.choices
    return replace(form, fields=tuple(_asked(each, offered) for each in form.fields))


def _asked(asked: Field, offered: tuple[Choice, ...]) -> Field:
    if not asked.staff:
        inner = tuple(_asked(each, offered) for each in asked.fields)
        return replace(asked, fields=inner) if inner else asked
    if offered and not asked.typed:
        return replace(asked, kind=Kind.SELECT, choices=offered)
    if not offered:
        return asked
    hint = ". ".join(filter(None, (asked.hint, spoken()("people.choose_or_type"))))
    return replace(asked, hint=hint, choices=offered)


def _with_roles(each: Colleague) -> str:
    say = spoken()
    roles = (say(f"role.{role}") for role in each.roles if f"role.{role}" in say)
    return ", ".join((each.name, *roles))
