"""One trust's lane does not move: another's is answered, an emergency is, and nothing holds a turn that need not."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from services.pages.documents import downtime
from shared.ledger.drafts import Whose
from shared.pathway.people import Role
from shared.web import in_turn
from shared.web.limits import LARGEST_BODY_BYTES
from shared.web.turns import Place, Turns
from tests.ledger.acting import opened, person
from tests.pages.visitors import House
from tests.service.callers import KnownPeople
from tests.storms.at_once import Sent, by
from tests.storms.poisoning import NOTIFY
from tests.storms.test_too_many import asked, generated_body, worklist

pytestmark = pytest.mark.asyncio(loop_scope="session")
AT_ONCE, LINE = 4, 2
BUSY, OTHER = "RXX", "RYY"
OF_BUSY, OF_OTHER = worklist("rxx-mdt-coordinator-1"), worklist("ryy-mdt-coordinator-1")


@pytest.fixture
def turns(house: House) -> Iterator[Turns]:
    """The same for every desk; two may wait in a lane."""
    found = Turns(AT_ONCE, LINE)
    before = {name: app.state.wiring for name, app in house.apps.items()}
    for name, wiring in before.items():
        house.apps[name].state.wiring = replace(wiring, turns=found)
    yield found
    assert found._free == AT_ONCE - sum(found._taken.values()), "a turn is lost"
    for name, wiring in before.items():
        house.apps[name].state.wiring = wiring


@pytest.fixture
def busy(turns: Turns) -> list[Place]:
    """All the turns that one lane may have, held."""
    return [turns.join(BUSY) for _ in range(AT_ONCE - 1)]


@pytest.fixture
def full(turns: Turns, busy: list[Place]) -> list[Place]:
    """Every turn there is, held."""
    return [*busy, turns.join(OTHER)]


def in_line(turns: Turns, lane: str = BUSY) -> int:
    return len(turns._lanes.get(lane, ()))


class Outside:
    """One request as a server would hand it over. `waits` is set when the desk listens whether the client has gone."""

    def __init__(self, sent: Sent, method: str = "GET", *, parts: tuple[bytes, ...] = (b"",)) -> None:
        headers = [(name.lower().encode(), text.encode()) for name, text in sent.headers.items()]
        path, _, query = sent.path.partition("?")
        self.scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": headers}
        self.scope |= {"query_string": query.encode(), "client": ("192.0.2.1", 1), "server": ("desk.test", 80)}
        self.scope |= {"http_version": "1.1", "scheme": "http", "root_path": "", "asgi": {"version": "3.0"}}
        self.parts = list(parts)
        self.waits, self.gone, self.told = asyncio.Event(), asyncio.Event(), list[Mapping[str, Any]]()

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self.parts)}
        self.waits.set()
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.told.append(message)

    def status(self) -> int:
        return int(self.told[0]["status"])


async def test_while_a_lane_does_not_move_another_trust_is_answered(
    house: House, turns: Turns, busy: list[Place]
) -> None:
    desk, waiting = house.apps["front_door"], Outside(OF_BUSY)
    answering = asyncio.create_task(desk(waiting.scope, waiting.receive, waiting.send))
    await waiting.waits.wait()

    assert [each.status_code for each in await asked(desk, *[OF_OTHER] * 20)] == [200] * 20
    assert (in_line(turns), waiting.told) == (1, [])
    turns.leave(busy[0])
    await answering
    assert (waiting.status(), in_line(turns)) == (200, 0)


async def test_who_goes_away_before_their_turn_is_not_worked_for(house: House, turns: Turns, busy: list[Place]) -> None:
    desk, waiting = house.apps["front_door"], Outside(OF_BUSY)
    answering = asyncio.create_task(desk(waiting.scope, waiting.receive, waiting.send))
    await waiting.waits.wait()

    waiting.gone.set()
    await answering
    assert (in_line(turns), waiting.told) == (0, [])
    turns.leave(busy[0])
    assert turns._free == 2, "nobody was called who is not there"


async def test_a_request_that_is_cut_off_leaves_its_lane(house: House, turns: Turns, busy: list[Place]) -> None:
    desk, waiting = house.apps["front_door"], Outside(OF_BUSY)
    answering = asyncio.create_task(desk(waiting.scope, waiting.receive, waiting.send))
    await waiting.waits.wait()
    turns.leave(busy[0])  # called in the same moment
    answering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answering
    assert (turns._free, in_line(turns)) == (2, 0)


async def test_a_record_that_waited_arrives_whole(house: House, turns: Turns, busy: list[Place]) -> None:
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    body = generated_body("classification")
    path = f"/api/pathways/{pathway_id}/classification"
    waiting = Outside(
        by("rxx-triage-clinician-1", path, b"", **{"If-Match": '"1"'}), "POST", parts=(body[:9], body[9:])
    )
    answering = asyncio.create_task(house.apps["referral"](waiting.scope, waiting.receive, waiting.send))
    await waiting.waits.wait()
    turns.leave(busy[0])
    await answering
    assert waiting.status() in {200, 409, 412}, waiting.told


@pytest.mark.usefixtures("busy")
async def test_a_body_that_grows_too_large_while_it_waits_is_told_so(house: House, turns: Turns) -> None:
    sent = by("rxx-triage-clinician-1", "/api/pathways/x/classification", b"", **{"If-Match": '"1"'})
    waiting = Outside(sent, "POST", parts=(b"x", b"x" * LARGEST_BODY_BYTES, b"x"))
    await house.apps["referral"](waiting.scope, waiting.receive, waiting.send)
    assert (waiting.status(), in_line(turns)) == (413, 0)


@pytest.mark.usefixtures("full")
async def test_breaking_a_gate_withdrawing_consent_and_opening_a_record_need_no_turn(house: House) -> None:
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    people = {
        "break_glass": ("procedure", person(Role.PROCEDURALIST)),
        "consent_withdrawn": ("consent", person(Role.WARD_CLINICIAN)),
    }
    for kind, (desk, who) in people.items():
        sent = by(who.person, f"/api/pathways/{pathway_id}/{kind}", b"", **{"If-Match": '"1"'})
        asking = Outside(sent, "POST", parts=(generated_body(kind),))
        await house.apps[desk](asking.scope, asking.receive, asking.send)
        assert asking.status() in {200, 409, 412}
        visitor = await house.visitor(who)
        pages = (visitor.form(pathway_id, kind), f"{house.urls['front_door']}/open-record/{pathway_id}")
        assert {(await visitor.get(page)).status_code for page in pages} <= {200, 303}


@pytest.mark.usefixtures("full")
async def test_probes_files_streams_and_the_way_in_and_out_need_no_turn(house: House) -> None:
    visitor = await house.visitor(person(Role.TRIAGE_CLINICIAN))
    door = house.urls["front_door"]
    asked_for = ("/health/live", "/health/ready", "/assets/nhsuk.css", "/openapi.json", "/choose-role", "/signed-out")
    for path in asked_for:
        assert (await visitor.get(f"{door}{path}")).status_code in {200, 303, 404}, path
    stream = await visitor.get(f"{door}/my-work/live", Accept="text/event-stream")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (await visitor.post(f"{door}/session/keep", {})).status_code == 200
    assert (await visitor.post(f"{door}/sign-out", {})).status_code == 303
    told = Outside(by("nobody-knows-this-token", NOTIFY.path, b""), "POST", parts=(b"{}",))
    await house.apps[NOTIFY.desk](told.scope, told.receive, told.send)
    assert told.status() == 401


async def test_who_finds_a_long_lane_is_told_when_to_come_again_and_keeps_what_was_typed(
    house: House, turns: Turns, busy: list[Place]
) -> None:
    waiting = [turns.join(BUSY) for _ in range(LINE)]
    assert (len(busy), in_line(turns)) == (3, LINE)
    who = person(Role.TRIAGE_CLINICIAN)
    visitor = await house.visitor(who)
    pathway_id = await opened(lambda _: house.ledgers["referral"])

    answer = await visitor.post(f"{visitor.form(pathway_id, 'classification')}/x", {"reason": "typed before the wait"})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert "Too much was asked for at once" in answer.text
    kept = await house.receptions["referral"].drafts.load(Whose(BUSY, who.person, pathway_id, "classification"))
    assert kept is not None
    assert kept.raw == {"reason": ["typed before the wait"]}
    assert in_line(turns) == len(waiting)


@pytest.mark.usefixtures("busy")
async def test_who_waits_in_vain_is_told_when_to_come_again(
    house: House, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_turn, "WAIT_S", 0)
    [answer] = await asked(house.apps["front_door"], OF_BUSY)
    assert (answer.status_code, answer.headers["retry-after"], in_line(turns)) == (429, "2", 0)
    assert answer.json()["type"] == "urn:patency:too-many"


class SlowIssuer(KnownPeople):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.answer = asyncio.Event(), asyncio.Event()

    @override
    async def claims(self, token: str) -> Mapping[str, Any] | None:
        self.reached.set()
        await self.answer.wait()
        return await super().claims(token)


async def test_nobody_holds_a_turn_while_the_issuer_thinks(house: House, turns: Turns) -> None:
    issuer, desk = SlowIssuer(), house.apps["front_door"]
    desk.state.wiring = replace(desk.state.wiring, identity=issuer)
    answering = asyncio.create_task(asked(desk, OF_BUSY))
    await issuer.reached.wait()
    assert turns._free == AT_ONCE
    issuer.answer.set()
    assert [each.status_code for each in await answering] == [200]


async def test_who_reads_an_answer_slowly_keeps_nobody_waiting(house: House, turns: Turns) -> None:
    free: list[int] = []

    class Slow(Outside):
        @override
        async def send(self, message: Mapping[str, Any]) -> None:
            free.append(turns._free)
            await super().send(message)

    reading = Slow(OF_BUSY)
    await house.apps["front_door"](reading.scope, reading.receive, reading.send)
    assert (reading.status(), free) == (200, [AT_ONCE - 1, AT_ONCE])


async def test_a_document_is_printed_without_a_turn(
    house: House, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[int] = []

    async def sheets(kind: str) -> bytes:
        free.append(turns._free)
        return kind.encode()

    monkeypatch.setattr(downtime, "_sheets", sheets)
    visitor = await house.visitor(person(Role.TRIAGE_CLINICIAN))
    answer = await visitor.get(f"{house.urls['front_door']}/downtime/all/pdf")
    assert (answer.content, free) == (b"all", [AT_ONCE])


async def test_what_fails_gives_its_turn_back(house: House, turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: str) -> bytes:
        assert turns._free == AT_ONCE - 1
        raise RuntimeError

    monkeypatch.setattr(downtime, "stand_aside", lambda _: None)
    monkeypatch.setattr(downtime, "_sheets", broken)
    visitor = await house.visitor(person(Role.TRIAGE_CLINICIAN))
    answer = await visitor.get(f"{house.urls['front_door']}/downtime/all/pdf")
    assert (answer.status_code, turns._free) == (500, AT_ONCE)
