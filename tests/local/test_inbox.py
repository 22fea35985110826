from typing import Any
from uuid import uuid4

import aiosmtplib
import httpx
import pytest

from deploy.local.world import World
from tests.local.outsiders import ListeningDesk, Sender

pytestmark = pytest.mark.asyncio(loop_scope="session")


def new_id() -> str:
    return f"<{uuid4()}@patency.example>"


async def letters(inbox: httpx.AsyncClient, pathway: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await inbox.get("/messages", params={"pathway_ref": pathway})).json()
    return found


async def test_a_letter_taken_is_listed_with_its_pathway_and_notice(inbox: httpx.AsyncClient, sender: Sender) -> None:
    message_id, pathway = new_id(), str(uuid4())
    await sender.send(message_id, pathway)
    (letter,) = await letters(inbox, pathway)
    assert (letter["message_id"], letter["notice"]) == (message_id, f"notice-of-{pathway}")
    assert letter["deliveries"] == 1


async def test_a_repeated_message_id_is_one_letter_delivered_twice(inbox: httpx.AsyncClient, sender: Sender) -> None:
    message_id, pathway = new_id(), str(uuid4())
    await sender.send(message_id, pathway)
    await sender.send(message_id, pathway)
    assert [letter["deliveries"] for letter in await letters(inbox, pathway)] == [2]


async def test_a_letter_is_still_there_after_kill_9(inbox: httpx.AsyncClient, sender: Sender, world: World) -> None:
    pathway = str(uuid4())
    await sender.send(new_id(), pathway)
    await world.kill("outside")
    await world.restart("outside")
    assert len(await letters(inbox, pathway)) == 1


async def test_the_page_says_that_it_is_the_training_inbox(inbox: httpx.AsyncClient) -> None:
    assert "<title>Training inbox</title>" in (await inbox.get("/")).text


async def test_a_subject_is_shown_as_text_and_never_as_markup(inbox: httpx.AsyncClient, sender: Sender) -> None:
    await sender.send(new_id(), str(uuid4()), to="<script>@rxx.example")
    assert "<script>" not in (await inbox.get("/")).text


async def test_delivery_is_reported_to_the_governance_desk(desk: ListeningDesk, sender: Sender) -> None:
    message_id, pathway = new_id(), str(uuid4())
    await sender.send(message_id, pathway)
    report = await heard_of(desk, pathway)
    assert report["path"] == f"/api/pathways/{pathway}/governance_notice_delivered"
    assert report["body"] == {"dispatch": f"notice-of-{pathway}"}
    assert report["headers"]["idempotency-key"] == f"{message_id.strip('<>')}:delivered"
    assert report["headers"]["if-match"] == "*"


async def test_a_mailbox_beginning_with_bounce_is_reported_as_bounced(desk: ListeningDesk, sender: Sender) -> None:
    pathway = str(uuid4())
    await sender.send(new_id(), pathway, to="bounce-me@rxx.example")
    report = await heard_of(desk, pathway)
    assert report["path"].endswith("/governance_notice_bounced")
    assert report["body"]["cause"] == "mailbox_unavailable"


@pytest.mark.parametrize("answer", [503, 401, 409])
async def test_a_report_that_was_not_accepted_is_sent_again(desk: ListeningDesk, sender: Sender, answer: int) -> None:
    pathway = str(uuid4())
    desk.once[pathway] = answer
    await sender.send(new_id(), pathway)
    assert (await heard_of(desk, pathway))["answered"] == answer
    assert (await heard_of(desk, pathway))["answered"] == 200


async def test_nothing_is_reported_while_a_pathway_is_held(
    desk: ListeningDesk, inbox: httpx.AsyncClient, sender: Sender
) -> None:
    held, other = str(uuid4()), str(uuid4())
    await inbox.put(f"/holds/{held}")
    await sender.send(new_id(), held)
    await sender.send(new_id(), other)
    await heard_of(desk, other)
    assert [letter["reported"] for letter in await letters(inbox, held)] == [""]


async def test_a_release_reports_what_was_held_with_the_outcome_asked_for(
    desk: ListeningDesk, inbox: httpx.AsyncClient, sender: Sender
) -> None:
    pathway = str(uuid4())
    await inbox.put(f"/holds/{pathway}")
    await sender.send(new_id(), pathway)
    await inbox.post(f"/releases/{pathway}", json={"outcome": "bounced"})
    assert (await heard_of(desk, pathway))["path"].endswith("/governance_notice_bounced")


async def test_a_letter_whose_answer_was_cut_off_was_kept(inbox: httpx.AsyncClient, sender: Sender) -> None:
    pathway = str(uuid4())
    await inbox.put("/faults", json={"smtp": "accept_then_cut"})
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await sender.send(new_id(), pathway)
    assert len(await letters(inbox, pathway)) == 1


async def test_a_busy_mail_server_keeps_nothing(inbox: httpx.AsyncClient, sender: Sender) -> None:
    pathway = str(uuid4())
    await inbox.put("/faults", json={"smtp": "451"})
    with pytest.raises(aiosmtplib.SMTPSenderRefused):
        await sender.send(new_id(), pathway)
    assert await letters(inbox, pathway) == []


async def test_a_mail_server_that_is_down_refuses_connections(inbox: httpx.AsyncClient, sender: Sender) -> None:
    await inbox.put("/faults", json={"smtp": "down"})
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await sender.send(new_id(), str(uuid4()))


async def heard_of(desk: ListeningDesk, pathway: str) -> dict[str, Any]:
    """The next report about this pathway; letters of other tests may still be on their way."""
    while True:
        report = await desk.hear()
        if pathway in report["path"]:
            return report
