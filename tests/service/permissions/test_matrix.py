"""Every operation, asked by every role, about a record of the own trust, of another, of nobody: 0 wrong verdicts."""

from collections.abc import Iterable, Iterator
from itertools import cycle

import pytest

from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from tests.service.permissions.asking import Reception
from tests.service.permissions.audiences import (
    EXPORTS,
    LEADS_TO_THE_CASE,
    NOT_THERE_YET,
    OF_PEOPLE,
    OF_PROGRAMS,
    SIGNING_IN,
    allowed,
    for_anybody,
)
from tests.service.permissions.conftest import Pathways
from tests.service.permissions.operations import PEOPLE, PROGRAMS, Operation, api_operations, page_operations

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = tuple(api_operations())
PAGES = tuple(each for each in page_operations() if not for_anybody(each))
WHOSE = OWN, OTHERS, NOBODYS = "own", "others", "nobodys"
FORBIDDEN, ABSENT, ELSEWHERE, LET_IN = "forbidden", "absent", "elsewhere", "let in"
Cell = tuple[Operation, Role, str]


def expected(asked: Operation, role: Role, whose: str) -> str:
    """The verdict by the tables alone."""
    if role not in allowed(asked):
        return FORBIDDEN
    if asked.path in EXPORTS:
        return ABSENT
    if whose == OWN or not asked.of_a_pathway:
        return LET_IN
    return ELSEWHERE if (asked.method, asked.path) in LEADS_TO_THE_CASE else ABSENT


def verdict(status: int) -> str:
    """What an answer amounts to. A mistake in a form that was let in is no verdict about who sent it."""
    if status >= 500:
        return f"broken {status}"
    return {401: "unknown person", 403: FORBIDDEN, 404: ABSENT}.get(status, LET_IN)


def cells(operations: Iterable[Operation]) -> Iterator[Cell]:
    """Every operation with every role, asked about as many pathways as the verdict can depend on.

    A role that is turned away is turned away whosever pathway it is, so one of the three is asked about in turn, as
    for the pages of a form that are only drawn. A role that is let in is asked about an own pathway, and about one of
    the other two in turn: test_indistinguishable asks everything about both.
    """
    for asked in operations:
        turns, strangers = cycle(WHOSE), cycle((OTHERS, NOBODYS))
        for role in SIGNING_IN:
            if not asked.of_a_pathway:
                yield asked, role, OWN
            elif role not in allowed(asked) or draws_a_form(asked):
                yield asked, role, next(turns)
            else:
                own = () if asked.path in NOT_THERE_YET else (OWN,)
                yield from ((asked, role, whose) for whose in (*own, next(strangers)))


def draws_a_form(asked: Operation) -> bool:
    """Whoever is let in sends the same form as well, and is asked about an own pathway and another then."""
    return asked.door == PEOPLE and asked.record in KINDS and not asked.changes


async def wrong(reception: Reception, pathways: Pathways, operations: Iterable[Operation]) -> list[str]:
    """Every cell of the matrix whose answer is not the expected one."""
    found = []
    for asked, role, whose in cells(operations):
        pathway_id = getattr(pathways, whose)
        answer, meant = await reception.ask(asked, role, pathway_id), expected(asked, role, whose)
        told = verdict(answer.status_code)
        if meant == ELSEWHERE and answer.headers.get("location", "").endswith(f"/pathways/{pathway_id}"):
            told = ELSEWHERE
        if told != meant:
            found.append(f"{asked} by {role} of {whose}: {answer.status_code}, not {meant}")
    return found


async def test_programs_are_let_in_by_their_role_and_trust_alone(reception: Reception, pathways: Pathways) -> None:
    assert await wrong(reception, pathways, API) == []


async def test_people_are_let_in_by_their_role_and_trust_alone(reception: Reception, pathways: Pathways) -> None:
    assert await wrong(reception, pathways, PAGES) == []


async def test_every_record_somebody_may_write_is_in_the_matrix() -> None:
    asked = {each.record for each in API if each.changes}
    assert {kind.name for kind in KINDS.values() if kind.desk} - asked == {"referral"}  # it opens a pathway


async def test_whatever_else_can_be_asked_has_its_audience_written_down() -> None:
    known = {PROGRAMS: OF_PROGRAMS, PEOPLE: OF_PEOPLE}
    others = [each for each in (*API, *PAGES) if each.record not in KINDS]
    assert [str(each) for each in others if each.path not in known[each.door]] == []


async def test_no_audience_is_written_down_for_what_nobody_can_ask() -> None:
    there = {PROGRAMS: {each.path for each in API}, PEOPLE: {each.path for each in page_operations()}}
    assert set(OF_PROGRAMS) <= there[PROGRAMS]
    assert set(OF_PEOPLE) <= there[PEOPLE]
