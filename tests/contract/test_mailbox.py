"""The mailbox port, asked of the fake, of SMTP, of GOV.UK Notify's client and of a signed call alike (IPG651 1.2)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.adapters.letter_words import ABOUT, REASON
from activities.ports import OutsideRefused, OutsideUnavailable
from deploy.local.outside.postman import MailFault
from tests.contract.offices import SITE, Office, OfficeInMemory, TrainingOffice, letter
from tests.contract.other_offices import NotifyOffice, WebhookOffice, notify_office, webhook_office

LEAD, DEPUTY = "lead@inbox.invalid", "deputy@inbox.invalid"
PATHWAY = "5d0f1f44-0000-4000-8000-000000000001"


@pytest.fixture
async def smtp(tmp_path: Path) -> AsyncIterator[TrainingOffice]:
    office = await TrainingOffice.opened(tmp_path)
    yield office
    await office.postman.close()


@pytest.fixture
async def notify() -> AsyncIterator[NotifyOffice]:
    async with notify_office() as office:
        yield office


@pytest.fixture
async def webhook() -> AsyncIterator[WebhookOffice]:
    async with webhook_office() as office:
        yield office


@pytest.fixture(params=["in memory", "smtp", "notify", "webhook"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param == "in memory":
        return OfficeInMemory()
    found: Office = request.getfixturevalue(request.param)
    return found


async def post(office: Office, *addresses: str, pathway: str = PATHWAY) -> int:
    return await office.mailbox.post(letter(*map(office.at, addresses), pathway=pathway))


async def test_each_address_gets_one_message_of_its_own(office: Office) -> None:
    assert await post(office, LEAD, DEPUTY) == 2
    assert list(office.received().values()) == [1, 1]


async def test_the_same_letter_again_bears_the_same_message_ids(office: Office) -> None:
    for _ in range(2):
        assert await post(office, LEAD, DEPUTY) == 2
    again = 2 if office.repeats else 1
    assert list(office.received().values()) == [again, again]


async def test_a_message_id_stays_with_its_address_when_another_leaves_the_register(office: Office) -> None:
    await post(office, LEAD, DEPUTY)
    await post(office, DEPUTY)
    assert sorted(office.received().values()) == [1, 2 if office.repeats else 1]


async def test_letters_of_two_pathways_bear_different_ids(office: Office) -> None:
    for pathway in ("5d0f1f44-0000-4000-8000-00000000000a", "5d0f1f44-0000-4000-8000-00000000000b"):
        await post(office, LEAD, pathway=pathway)
    assert list(office.received().values()) == [1, 1]


async def test_while_the_server_is_down_it_may_work_later(office: Office) -> None:
    await office.goes_down()
    with pytest.raises(OutsideUnavailable):
        await post(office, LEAD)
    assert not office.received()
    await office.works_again()
    assert await post(office, LEAD) == 1


async def test_an_address_that_does_not_exist_costs_nobody_else_the_letter(office: Office) -> None:
    office.refuses(LEAD)
    assert await post(office, LEAD, DEPUTY) == 1
    assert list(office.received().values()) == [1]


async def test_a_letter_that_no_address_takes_is_refused(office: Office) -> None:
    office.refuses(LEAD)
    office.refuses(DEPUTY)
    with pytest.raises(OutsideRefused) as refused:
        await post(office, LEAD, DEPUTY)
    assert "@" not in str(refused.value)


async def test_an_address_put_off_is_tried_again_and_keeps_nobody_waiting(office: Office) -> None:
    office.puts_off(LEAD)
    with pytest.raises(OutsideUnavailable):
        await post(office, LEAD, DEPUTY)
    assert list(office.received().values()) == [1]
    await office.works_again()
    assert await post(office, LEAD, DEPUTY) == 2
    assert sorted(office.received().values()) == [1, 2 if office.repeats else 1]


async def test_an_address_put_off_beside_a_refused_one_is_no_refusal_yet(office: Office) -> None:
    office.puts_off(LEAD)
    office.refuses(DEPUTY)
    with pytest.raises(OutsideUnavailable):
        await post(office, LEAD, DEPUTY)


async def test_what_is_no_address_is_not_written_to_and_others_are(office: Office) -> None:
    if isinstance(office, OfficeInMemory):
        office.refuses("gopher://nowhere")
    assert await office.mailbox.post(letter("gopher://nowhere", office.at(LEAD))) == 1
    assert list(office.received().values()) == [1]


async def test_a_busy_server_is_tried_again(smtp: TrainingOffice) -> None:
    await smtp.postman.fail_with(MailFault.BUSY)
    with pytest.raises(OutsideUnavailable):
        await smtp.mailbox.post(letter(LEAD))


async def test_a_letter_kept_without_an_answer_comes_again_under_its_id(smtp: TrainingOffice) -> None:
    await smtp.postman.fail_with(MailFault.ACCEPT_THEN_CUT)
    with pytest.raises(OutsideUnavailable):
        await smtp.mailbox.post(letter(LEAD))
    await smtp.postman.fail_with(None)
    await smtp.mailbox.post(letter(LEAD))
    assert list(smtp.received().values()) == [2]


async def test_a_server_that_closes_the_door_on_every_sender_is_tried_again(smtp: TrainingOffice) -> None:
    smtp.postman.to_senders = "421 4.3.2 Closing down"
    with pytest.raises(OutsideUnavailable):
        await smtp.mailbox.post(letter(LEAD, DEPUTY))


async def test_a_sender_that_may_not_send_is_refused(smtp: TrainingOffice) -> None:
    smtp.postman.to_senders = "550 5.7.1 Not you"
    with pytest.raises(OutsideRefused):
        await smtp.mailbox.post(letter(LEAD, DEPUTY))


@pytest.mark.parametrize(
    ("answer", "raised"), [("554 5.6.0 Not that", OutsideRefused), ("452 4.3.1 No room", OutsideUnavailable)]
)
async def test_a_content_is_refused_for_good_or_for_now(
    smtp: TrainingOffice, answer: str, raised: type[Exception]
) -> None:
    smtp.postman.to_contents = answer
    with pytest.raises(raised):
        await smtp.mailbox.post(letter(LEAD))


@pytest.mark.parametrize(
    "written",
    ["", "nobody", "a@", "@", "two@x.invalid, three@x.invalid", "a@x.invalid\nBcc: b@x.invalid", "Name <a@x.invalid>"],
)
async def test_what_mail_programs_would_read_otherwise_is_not_written_to(smtp: TrainingOffice, written: str) -> None:
    assert await smtp.mailbox.post(letter(written, LEAD)) == 1
    assert [tuple(each.to) for each in smtp.postman.mailroom.letters.values()] == [(LEAD,)]


async def test_an_address_that_the_server_cannot_even_be_told_is_refused(smtp: TrainingOffice) -> None:
    with pytest.raises(OutsideRefused):
        await smtp.mailbox.post(letter("médecin@inbox.invalid"))


async def test_the_message_says_nothing_but_closed_words_and_opaque_ids(smtp: TrainingOffice) -> None:
    sent = letter(LEAD)
    await smtp.mailbox.post(sent)
    (message,) = smtp.messages()
    link = f"Read and acknowledge it here: {SITE}/pathways/{sent.pathway_id}"
    closed = {*ABOUT.values(), *REASON.values(), link}
    said = message.get_content().strip().replace("\r\n", "\n").split("\n\n")
    free = [paragraph for paragraph in said if paragraph not in closed]
    assert len(free) == 2
    assert not any(character.isdigit() for paragraph in free for character in paragraph.replace("IPG651", ""))


async def test_the_headers_carry_what_the_mail_system_reports_by(smtp: TrainingOffice) -> None:
    sent = letter(LEAD)
    await smtp.mailbox.post(sent)
    (message,) = smtp.messages()
    headers = {name: value for name, value in message.items() if name.startswith("X-")}
    assert headers == {
        "X-Patency-Trust": "RXX",
        "X-Patency-Pathway": sent.pathway_id,
        "X-Patency-Notice": "n1-first",
    }
