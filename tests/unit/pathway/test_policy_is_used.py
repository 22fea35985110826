"""Every figure of the policy decides something: changed, up or down, some outcome is another one. None is unused."""

from dataclasses import fields, replace
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest

from shared.compliance.suppression import hidden_line
from shared.pathway.authorisation import authorisation_timers
from shared.policy import Plausible, Policy
from shared.policy.terms import Term
from tests.patients import FACTS, POLICY
from tests.unit.pathway.probes import Probe, outcome, probes

FIGURES = sorted(field.name for field in fields(Policy) if field.name not in {"version", "entries"})
FIXED = {"window_days"}
"""Not ours to choose: IPG651 3.9 says 14 days. Its effect is shown with values that no document may have."""


def term(name: str) -> Term:
    found = get_args(get_type_hints(Policy, include_extras=True)[name])[1]
    assert isinstance(found, Term)
    return found


VISITS = {True: (6, 12, 24, 60), False: (6, 12)}
"""Only these visits have a name."""


def changed(name: str, *, up: bool) -> Any:
    """The value doubled, or halved."""
    if name == "visit_months":
        return VISITS[up]
    value, factor = getattr(POLICY, name), 2.0 if up else 0.5
    if isinstance(value, str):
        return "18:00" if up else "16:00"
    if isinstance(value, Plausible):
        return Plausible(value.low * factor, value.high * factor, value.unit)
    if isinstance(value, tuple):
        return tuple(int(each * factor) for each in value)
    return type(value)(value * factor)


def allowed(name: str, value: Any) -> bool:
    """Whether a document may say so: a limit stands where the figure is not ours to choose."""
    limits = term(name)
    numbers = value if isinstance(value, tuple) else (value,)
    within = not isinstance(value, int | float | tuple) or all(
        limits.at_least <= each <= limits.at_most for each in numbers
    )
    return within and list(numbers) == sorted(set(numbers))


CHANGES = [
    pytest.param(name, up, id=f"{name} {'up' if up else 'down'}")
    for name in FIGURES
    for up in (True, False)
    if name in FIXED or allowed(name, changed(name, up=up))
]


@cache
def world() -> tuple[tuple[Probe, tuple[Any, ...]], ...]:
    """Every probe with its outcome under the packaged policy."""
    return tuple((probe, outcome(probe, POLICY)) for probe in probes())


def permission(policy: Policy) -> tuple[Any, ...]:
    """T-AUTH belongs to the trust, and to no pathway."""
    assert FACTS.authorisation is not None
    return tuple(authorisation_timers(FACTS.authorisation, policy))


def shown(policy: Policy) -> tuple[int | None, ...]:
    """What a breakdown shows belongs to figures over all pathways, and to none of them."""
    return hidden_line((3, 4, 7, 40), policy.small_numbers_below)


@pytest.mark.parametrize(("name", "up"), CHANGES)
def test_another_figure_changes_an_outcome(name: str, *, up: bool) -> None:
    policy = replace(POLICY, **{name: changed(name, up=up)})
    besides = permission(policy) != permission(POLICY) or shown(policy) != shown(POLICY)
    assert besides or any(outcome(each, policy) != was for each, was in world())


def test_every_figure_is_changed_in_at_least_one_direction() -> None:
    assert {param.values[0] for param in CHANGES} == set(FIGURES)


def test_the_same_figures_change_nothing() -> None:
    same = replace(POLICY, version="2026-01-01")
    assert all(outcome(each, same) == was for each, was in world())
