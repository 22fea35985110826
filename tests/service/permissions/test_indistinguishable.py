"""A record of another trust is answered as one that nobody has: the same words, the same headers, as quickly."""

import re
from collections.abc import Iterable, Mapping
from statistics import median
from time import perf_counter_ns

import httpx
import pytest

from shared.pathway.people import Role
from tests.service.permissions.asking import Reception
from tests.service.permissions.audiences import allowed, for_anybody
from tests.service.permissions.conftest import Pathways
from tests.service.permissions.operations import Operation, api_operations, page_operations

pytestmark = pytest.mark.asyncio(loop_scope="session")

ASKING, ASKED_AT_LEAST = 60, 12
# New with each page whoever asks for whatever: the policy's nonce, and the seconds that are left of the session.
OWN_TO_EACH_PAGE = re.compile(r'nonce[-=]["\w-]+|data-session-(?:warn|ends)-in-s="\d+"')
CLOSE_MS = 5.0
EVERY = tuple(each for each in (*api_operations(), *page_operations()) if each.of_a_pathway and not for_anybody(each))


def asker(asked: Operation) -> Role:
    """Somebody who may ask this."""
    return min(allowed(asked))


def one_of_each(operations: Iterable[Operation]) -> list[Operation]:
    """One operation of each shape: the records of all desks are taken, drawn and sent by the same functions."""
    found = {(each.door, each.method, each.path.replace(each.record or "-", "*")): each for each in operations}
    return list(found.values())


def told(answer: httpx.Response, pathway_id: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer gives away: its status, its text, its headers in their order; without the id asked for."""

    def plain(text: str) -> str:
        return OWN_TO_EACH_PAGE.sub("", text.replace(pathway_id, "*"))

    return answer.status_code, plain(answer.text), [(key, plain(each)) for key, each in answer.headers.multi_items()]


def apart_in_ms(took: Mapping[str, list[int]]) -> float:
    """How far the usual answers to the two are from each other."""
    quicker, slower = sorted(median(each) / 1e6 for each in took.values())
    return slower - quicker


TIMED = one_of_each(EVERY)


@pytest.mark.parametrize("asked", EVERY, ids=str)
async def test_they_are_answered_alike(reception: Reception, pathways: Pathways, asked: Operation) -> None:
    other = await reception.ask(asked, asker(asked), pathways.others)
    nobodys = await reception.ask(asked, asker(asked), pathways.nobodys)
    assert told(other, pathways.others) == told(nobodys, pathways.nobodys)


@pytest.mark.parametrize("asked", TIMED, ids=str)
async def test_they_are_answered_as_quickly(reception: Reception, pathways: Pathways, asked: Operation) -> None:
    took: dict[str, list[int]] = {pathways.others: [], pathways.nobodys: []}
    for turn in range(ASKING):
        if turn >= ASKED_AT_LEAST and apart_in_ms(took) < CLOSE_MS:
            break  # noise of a busy machine goes with more asking, a difference stays
        for pathway_id in sorted(took, reverse=bool(turn % 2)):  # neither always goes first
            began = perf_counter_ns()
            await reception.ask(asked, asker(asked), pathway_id)
            took[pathway_id].append(perf_counter_ns() - began)
    assert apart_in_ms(took) < CLOSE_MS


async def test_what_is_compared_tells_an_own_record_apart(reception: Reception, pathways: Pathways) -> None:
    asked = next(each for each in EVERY if each.path == "/api/pathways/{pathway_id}")
    own = await reception.ask(asked, asker(asked), pathways.own)
    nobodys = await reception.ask(asked, asker(asked), pathways.nobodys)
    assert told(own, pathways.own) != told(nobodys, pathways.nobodys)
