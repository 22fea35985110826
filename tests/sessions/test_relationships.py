"""The table of relationships, line by line: which role may open a pathway that has come how far."""

from dataclasses import replace
from typing import Any

import pytest

from shared.ledger.relationships import BEGINS, Reached, Trace, related
from shared.pathway.people import Role

R = Reached
DESK = "front_door"
NOTHING = Trace(frozenset({"referral"}), frozenset(), "referred", research_leg=False, closed=False)
# Each line: the role, what opens the record to it, and the most that does not.
LINES = [
    (Role.TRIAGE_CLINICIAN, {R.REFERRED}, set()),
    (Role.MDT_COORDINATOR, {R.REFERRED}, set()),
    (Role.AUDITOR, {R.REFERRED}, set()),
    (Role.VASCULAR_SURGEON, {R.REFERRED, R.CLASSIFIED}, {R.REFERRED}),
    (Role.INTERVENTIONAL_RADIOLOGIST, {R.REFERRED, R.CLASSIFIED}, {R.REFERRED}),
    (Role.HAEMATOLOGIST, {R.REFERRED, R.CLASSIFIED}, {R.REFERRED}),
    (Role.RESEARCH_LEAD, {R.RESEARCH_LEG}, set(R) - {R.RESEARCH_LEG}),
    (Role.CONSENT_TAKER, {R.OFFERED, R.OPEN}, set(R) - {R.OPEN}),
    (Role.CONSENT_TAKER, {R.OFFERED, R.OPEN}, set(R) - {R.OFFERED}),
    (Role.PROCEDURALIST, {R.PREPARED_FOR}, {R.CLASSIFIED, R.OFFERED, R.OPEN}),
    (Role.IR_NURSE, {R.PREPARED_FOR}, {R.CLASSIFIED, R.OFFERED, R.OPEN}),
    (Role.WARD_CLINICIAN, {R.STARTED}, set(R) - {R.STARTED}),
    (Role.ANTICOAG_CLINIC, {R.STARTED}, set(R) - {R.STARTED}),
    (Role.REGISTRY_CLERK, {R.STARTED}, set(R) - {R.STARTED}),
    (Role.GOVERNANCE_LEAD, {R.NOTIFIED}, set(R) - {R.NOTIFIED}),
    (Role.DEPUTY_GOVERNANCE_LEAD, {R.NOTIFIED}, set(R) - {R.NOTIFIED}),
    (Role.MEDICAL_DIRECTOR, {R.NOTIFIED}, set(R) - {R.NOTIFIED}),
]


@pytest.mark.parametrize(("role", "opens", "shut"), LINES, ids=[role.value for role, *_ in LINES])
def test_a_role_may_open_from_this_state_on_and_not_before(role: Role, opens: set[R], shut: set[R]) -> None:
    assert related(role, opens, DESK)
    assert not related(role, shut, DESK)


def test_every_line_of_the_table_has_a_line_here() -> None:
    assert {role for role, *_ in LINES} == set(BEGINS)


@pytest.mark.parametrize("role", sorted(set(Role) - set(BEGINS)), ids=str)
def test_any_other_role_breaks_the_glass_however_far_it_has_come(role: Role) -> None:
    assert not related(role, set(R), DESK)


def test_a_registry_clerk_opens_only_where_entries_are_made() -> None:
    assert related(Role.REGISTRY_CLERK, {R.STARTED}, "registry")
    assert not related(Role.REGISTRY_CLERK, {R.STARTED}, "consent")


def test_a_referral_that_nobody_looked_at_is_referred_and_open() -> None:
    assert NOTHING.reached() == {R.REFERRED, R.OPEN}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"kinds": frozenset({"classification"})}, R.CLASSIFIED),
        ({"kinds": frozenset({"break_glass"})}, R.PREPARED_FOR),
        ({"kinds": frozenset({"procedure_start"})}, R.PREPARED_FOR),
        ({"kinds": frozenset({"procedure_start"})}, R.STARTED),
        ({"notices": frozenset({"mdt_offer"})}, R.OFFERED),
        ({"notices": frozenset({"emergency_start"})}, R.NOTIFIED),
        ({"status": "preparing"}, R.PREPARED_FOR),
        ({"status": "ready"}, R.PREPARED_FOR),
        ({"research_leg": True}, R.RESEARCH_LEG),
    ],
)
def test_what_is_kept_beside_a_pathway_tells_how_far_it_has_come(changes: dict[str, Any], state: R) -> None:
    assert state in replace(NOTHING, **changes).reached()
    assert state not in NOTHING.reached()


def test_an_emergency_start_is_no_offer() -> None:
    assert R.OFFERED not in replace(NOTHING, notices=frozenset({"emergency_start"})).reached()


def test_closing_ends_what_is_open() -> None:
    assert R.OPEN not in replace(NOTHING, closed=True).reached()
