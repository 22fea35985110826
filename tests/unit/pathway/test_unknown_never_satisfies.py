"""`unknown`, `not_assessed` and leaving it out never open a gate that a known answer would shut (clinical.md 1).

Generated from the records: every field of every record that gates may read is tried with every value it can have.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, cast

import pytest
from pydantic import BaseModel
from typing_extensions import override

from shared.pathway import gates
from shared.pathway.bleeding_risk import BleedingRisk
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.gates import deciding
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.pathway import Pathway, fold
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Entry, Part
from tests.forms.before_mdt import pregnancy_result
from tests.forms.filled import london
from tests.forms.mdt_review import mdt_review, offer, plan
from tests.forms.procedure import start
from tests.forms.the_day import bleeding_risk
from tests.patients import Case, classified, consented, iliofemoral_left, on_the_day, reviewed, signed, told

OPEN_WORDS = {"unknown", "not_assessed", "not_seen", "not_asked"}
PASSED = {"open", "after", "broken", "recorded"}


class Place(NamedTuple):
    """One value inside a record of a pathway: which entry (0: the start form), and the way to it."""

    entry: int
    kind: str
    way: tuple[Any, ...]

    @override
    def __str__(self) -> str:
        return f"{self.kind}.{'.'.join(str(each) for each in self.way)}"


class Play(NamedTuple):
    """A case in which every gate is open, and the start that is about to be made."""

    case: Case
    form: ProcedureStart


def _planned_lysis() -> Case:
    """A1 with a thrombolytic drug planned, and nothing against it."""
    met = mdt_review(offer(plan=plan(lysis_mode=LysisMode.DURING)))
    safe = classified(iliofemoral_left().writes(bleeding_risk(assessed_at=london("2026-03-03T09:00"))))
    return on_the_day(consented(told(signed(reviewed(safe, met)))))


def _woman() -> Case:
    case = iliofemoral_left().where(sex="female", age_years=30)
    tested = case.writes(pregnancy_result())
    return on_the_day(consented(told(signed(reviewed(classified(tested))))))


PLAYS: dict[str, Callable[[], Play]] = {
    "a man": lambda: Play(on_the_day(), start()),
    "a woman of 30": lambda: Play(_woman(), start()),
    "with a thrombolytic drug": lambda: Play(_planned_lysis(), start(lysis_mode=LysisMode.DURING)),
}


@cache
def play(name: str) -> Play:
    return PLAYS[name]()


def values(value: object) -> tuple[object, ...]:
    """The values a field with this one may also have; nothing when it has no value that says nothing is known."""
    if not isinstance(value, StrEnum):
        return ()
    every = tuple(type(value))
    return every if {each.value for each in every} & OPEN_WORDS else ()


def places(part: BaseModel) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Every value inside a record, with the way to it."""
    for name in type(part).model_fields:
        yield from _inside((name,), getattr(part, name))


def _inside(way: tuple[Any, ...], value: object) -> Iterator[tuple[tuple[Any, ...], object]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _inside((*way, name), getattr(value, name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _inside((*way, key), each)
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _inside((*way, number), each)
    else:
        yield way, value


def put(into: Any, way: tuple[Any, ...], value: object) -> Any:
    """A copy with another value at this place; of an answer in a list of answers, LEFT_OUT takes it away."""
    first, rest = way[0], way[1:]
    if isinstance(into, BaseModel):
        return into.model_copy(update={first: put(getattr(into, first), rest, value) if rest else value})
    if isinstance(into, Mapping):
        if not rest and value is None:
            return {key: each for key, each in into.items() if key != first}
        return {**into, first: put(into[first], rest, value) if rest else value}
    return (*into[:first], put(into[first], rest, value) if rest else value, *into[first + 1 :])


def states(asked: Play, place: Place, value: object) -> dict[str, bool]:
    """Which gates are open, or passed, when that place has this value."""
    entries, form = list(asked.case.pathway.entries), asked.form
    if place.entry == 0:
        form = cast("ProcedureStart", put(form, place.way, value))
    else:
        at = place.entry - 1
        entries[at] = _with(entries[at], place.way, value)
    pathway = fold(Pathway(asked.case.pathway.id, asked.case.pathway.trust), entries)
    moment = replace(asked.case, pathway=pathway).moment
    return {gate.id: gate.state in PASSED for gate in gates.gates(moment, form)}


def _with(entry: Entry, way: tuple[Any, ...], value: object) -> Entry:
    return replace(entry, record=put(entry.record, way, value))


def tried() -> Iterator[tuple[str, Place, tuple[object, ...]]]:
    for name in PLAYS:
        case, form = play(name)
        records: list[tuple[int, Part, str]] = [(0, form, form.kind)]
        records += [(entry.seq, entry.record, entry.kind) for entry in case.pathway.entries]
        for seq, record, kind in records:
            for way, value in places(record):
                if (every := values(value)) and not _moot(case, way):
                    yield name, Place(seq, kind, way), every


def _moot(case: Case, way: tuple[Any, ...]) -> bool:
    """Of a man nobody asks whether he is pregnant: not knowing it is no gap (clinical.md 2.1)."""
    return case.facts.sex == "male" and way == ("pregnancy_status",)


TRIED = list(tried())


@pytest.mark.parametrize("name", PLAYS)
def test_every_gate_is_open_to_begin_with(name: str) -> None:
    case, form = play(name)
    assert {gate.id for gate in gates.gates(case.moment, form) if gate.state not in PASSED} == set()


def known_and_open(place: Place, every: tuple[object, ...]) -> tuple[list[object], list[object]]:
    nothing = [each for each in every if str(each) in OPEN_WORDS]
    if isinstance(place.way[-1], StrEnum):
        nothing.append(None)  # one answer among many may also be left out
    return [each for each in every if str(each) not in OPEN_WORDS], nothing


def opened_by_not_knowing(name: str, place: Place, every: tuple[object, ...]) -> set[str]:
    """The gates that some known answer shuts, and not knowing does not."""
    known, nothing = known_and_open(place, every)
    answered = [states(play(name), place, each) for each in known]
    shut = {gate for found in answered for gate, passed in found.items() if not passed}
    unknown = [states(play(name), place, each) for each in nothing]
    return shut & {gate for found in unknown for gate, passed in found.items() if passed}


@pytest.mark.parametrize(("name", "place", "every"), TRIED, ids=[f"{name} {place}" for name, place, _ in TRIED])
def test_not_knowing_opens_no_gate_that_an_answer_shuts(name: str, place: Place, every: tuple[object, ...]) -> None:
    assert opened_by_not_knowing(name, place, every) == set()


def test_every_kind_of_answer_that_gates_read_is_tried() -> None:
    read = {place.kind for _name, place, _every in TRIED}
    assert read >= {"procedure_start", "referral", "consent", "consent_confirmed", "bleeding_risk", "pregnancy_result"}
    assert len(TRIED) > 100


def test_a_gate_that_takes_silence_for_a_no_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_a_yes(seen: Look) -> Reasons:
        risk = seen.moment.pathway.record(BleedingRisk)
        if risk is not None and Answer.YES in risk.absolute.values():
            yield "lysis_mode", "Contraindicated"

    monkeypatch.setitem(deciding.CHECKS, "G8", only_a_yes)
    lysis = [each for each in TRIED if each[0] == "with a thrombolytic drug" and each[1].way[0] == "absolute"]
    assert lysis
    assert all(opened_by_not_knowing(*each) == {"G8"} for each in lysis)
