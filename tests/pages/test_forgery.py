"""Forms that are not ours, sent to every route of every desk that changes something: none is accepted."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import pytest

from shared.pathway.people import Role
from shared.web.pages.words import spoken
from tests.ledger.acting import person
from tests.pages.visitors import House, Visitor
from tests.service.permissions.asking import address
from tests.service.permissions.audiences import allowed, for_anybody
from tests.service.permissions.operations import Operation, page_operations

FORM = "application/x-www-form-urlencoded"
NOBODYS = "0b6d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c11"
# The issuer's own word carries its own proof, and no cookie: tests/sessions/test_back_channel.py.
CHANGING = [each for each in page_operations() if each.changes and each.path != "/back-channel-logout"]
NOT_ACCEPTED = spoken()("sign_in.not_accepted")


@dataclass(frozen=True, slots=True)
class Forgery:
    """A form as it would be sent by somebody else's page. `token`: "own", "none", "made up" or "a colleague's"."""

    token: str
    headers: Mapping[str, str]


OURS = Forgery("own", {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM})
FORGED = {
    "without a token": Forgery("none", OURS.headers),
    "with a token that was made up": Forgery("made up", OURS.headers),
    "with a colleague's token": Forgery("a colleague's", OURS.headers),
    "from another site, with the right token": Forgery("own", {"Sec-Fetch-Site": "cross-site", "Content-Type": FORM}),
    "from another desk, with the right token": Forgery("own", {"Sec-Fetch-Site": "same-site", "Content-Type": FORM}),
    "from nowhere, with the right token": Forgery("own", {"Content-Type": FORM}),
    "from another origin, by an old browser": Forgery("own", {"Origin": "https://evil.invalid", "Content-Type": FORM}),
    "as plain text, with the right token": Forgery(
        "own", {"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}
    ),
}


class Forger:
    """Has somebody's browser, and sends forms with it that its owner never saw. One browser for each role."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[Role, Visitor] = {}

    async def sends(self, forgery: Forgery, to: Operation) -> httpx.Response:
        victim = await self._visitor(Role.AUDITOR if for_anybody(to) else min(allowed(to)))
        colleague = await self._visitor(Role.OPS)
        tokens = {"own": victim.csrf, "made up": "x" * 43, "a colleague's": colleague.csrf}
        form = {"csrf": tokens[forgery.token]} if forgery.token in tokens else {}
        headers = {"Cookie": f"patency={victim.cookie}", "Accept": "text/html", **forgery.headers}
        return await self._sent(to, str(httpx.QueryParams(form)).encode(), headers)

    async def without_a_session(self, to: Operation) -> httpx.Response:
        return await self._sent(to, b"csrf=" + b"x" * 43, {"Accept": "text/html", **OURS.headers})

    async def _visitor(self, role: Role) -> Visitor:
        if role not in self._known:
            self._known[role] = await self._house.visitor(person(role))
        return self._known[role]

    async def _sent(self, to: Operation, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        place = self._house.urls[to.desk] + address(to, NOBODYS)
        through = httpx.ASGITransport(self._house.app_at(place))
        async with httpx.AsyncClient(transport=through, trust_env=False) as http:
            return await http.request(to.method, place, content=body, headers=headers)


@pytest.mark.parametrize("forgery", FORGED.values(), ids=FORGED)
async def test_no_route_accepts_it(house: House, forgery: Forgery) -> None:
    forger = Forger(house)
    answers = {str(each): await forger.sends(forgery, each) for each in CHANGING}
    accepted = {to: answer.status_code for to, answer in answers.items() if not refused(answer)}
    assert accepted == {}


async def test_our_own_form_is_accepted_by_every_route_so_that_the_refusals_mean_something(house: House) -> None:
    forger = Forger(house)
    leaving = [each for each in CHANGING if each.path == "/sign-out"]  # last: it ends the session of its desk
    staying = [each for each in CHANGING if each.path != "/sign-out"]
    answers = {str(each): await forger.sends(OURS, each) for each in (*staying, *leaving[:1])}
    assert [to for to, answer in answers.items() if refused(answer)] == []


async def test_without_a_session_nothing_is_changed_by_any_route(house: House) -> None:
    forger = Forger(house)
    answers = {str(each): await forger.without_a_session(each) for each in CHANGING}
    assert {to: answer.status_code for to, answer in answers.items() if answer.is_success} == {}


def refused(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and NOT_ACCEPTED in answer.text
