"""Asking the issuer whose a token is: the real adapter, and its in-memory stand-in, held to the same contract."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from deploy.local import tokens
from deploy.local.world import World
from services import issuer as issuers
from services.identity import IdentitySource, IssuerAwayError, Person, Post, person
from services.issuer import Issuer
from shared.pathway.people import Role
from tests.service.callers import KnownPeople

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDRESS = "http://issuer.test"


@pytest_asyncio.fixture(loop_scope="session", params=["real", "in memory"])
async def source(request: pytest.FixtureRequest, outside: World) -> AsyncIterator[tuple[IdentitySource, str]]:
    """A source of identities, and a token of the dual specialist for it."""
    if request.param == "in memory":
        yield KnownPeople(), "rxx-dual-vs-ir"
        return
    address = outside.ports.url("issuer")
    asked = Issuer(address)
    yield asked, await tokens.token(address, "rxx-dual-vs-ir")
    await asked.close()


async def test_a_token_is_known_with_every_post_of_its_holder(source: tuple[IdentitySource, str]) -> None:
    claims = await source[0].claims(source[1])
    assert claims is not None
    posts = {Post("RXX", Role.VASCULAR_SURGEON), Post("RXX", Role.INTERVENTIONAL_RADIOLOGIST)}
    assert person(claims) == Person("rxx-dual-vs-ir", frozenset(posts))


async def test_a_token_nobody_was_given_is_nobodys(source: tuple[IdentitySource, str]) -> None:
    assert await source[0].claims("made-up") is None


async def test_the_source_says_that_it_answers(source: tuple[IdentitySource, str]) -> None:
    assert await source[0].answers()


class Stub:
    """An issuer whose every answer a test decides, and which counts how often it is asked."""

    def __init__(self, answer: Callable[[], httpx.Response]) -> None:
        self.asked = 0
        self.answer = answer
        self.discovered: Any = {"userinfo_endpoint": f"{ADDRESS}/me"}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == issuers.DISCOVERY:
            return httpx.Response(200, json=self.discovered)
        self.asked += 1
        return self.answer()

    def issuer(self) -> Issuer:
        return Issuer(ADDRESS, httpx.AsyncClient(transport=httpx.MockTransport(self)))


def somebody() -> httpx.Response:
    return httpx.Response(200, json={"sub": "p-1"})


async def test_a_token_is_asked_about_once_a_minute() -> None:
    stub = Stub(somebody)
    asked = stub.issuer()
    for _ in range(5):
        await asked.claims("t")
    assert stub.asked == 1


async def test_after_a_minute_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = Stub(somebody)
    asked = stub.issuer()
    await asked.claims("t")
    monkeypatch.setattr(issuers, "REMEMBERED_S", -1)
    asked._known.clear()
    await asked.claims("t")
    await asked.claims("t")
    assert stub.asked == 3


async def test_those_who_ask_at_once_share_one_question() -> None:
    stub = Stub(somebody)
    asked = stub.issuer()
    await asyncio.gather(*(asked.claims("t") for _ in range(20)))
    assert stub.asked == 1


async def test_one_caller_who_gives_up_does_not_call_off_the_question() -> None:
    stub = Stub(somebody)
    asked = stub.issuer()
    first, second = (asyncio.create_task(asked.claims("t")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"sub": "p-1"}


async def test_a_refused_token_is_not_remembered() -> None:
    stub = Stub(lambda: httpx.Response(401))
    asked = stub.issuer()
    assert await asked.claims("t") is None
    assert await asked.claims("t") is None
    assert stub.asked == 2


async def test_no_more_tokens_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuers, "MOST_REMEMBERED", 3)
    asked = Stub(somebody).issuer()
    for number in range(10):
        await asked.claims(f"t-{number}")
    assert len(asked._known) == 3


async def test_a_token_is_not_kept_as_it_is() -> None:
    asked = Stub(somebody).issuer()
    await asked.claims("a-secret-token")
    assert "a-secret-token" not in repr(vars(asked))


def breaking() -> httpx.Response:
    raise httpx.ConnectError("gone")


@pytest.mark.parametrize(
    "answer",
    [
        breaking,
        lambda: httpx.Response(500),
        lambda: httpx.Response(302),
        lambda: httpx.Response(200, text="<html>"),
        lambda: httpx.Response(200, json=["p-1"]),
    ],
    ids=["gone", "broken", "elsewhere", "no json", "a list"],
)
async def test_an_issuer_that_does_not_say_counts_as_away(answer: Callable[[], httpx.Response]) -> None:
    with pytest.raises(IssuerAwayError):
        await Stub(answer).issuer().claims("t")


@pytest.mark.parametrize("found", [{}, [], {"userinfo_endpoint": 7}, {"userinfo_endpoint": "ftp://elsewhere/me"}])
async def test_a_discovery_that_makes_no_sense_counts_as_away(found: Any) -> None:
    stub = Stub(somebody)
    stub.discovered = found
    with pytest.raises(IssuerAwayError):
        await stub.issuer().claims("t")


async def test_after_an_outage_it_is_asked_again() -> None:
    stub = Stub(breaking)
    asked = stub.issuer()
    with pytest.raises(IssuerAwayError):
        await asked.claims("t")
    stub.answer = somebody
    assert await asked.claims("t") == {"sub": "p-1"}
