"""What is particular to each way out: lost answers, signatures, codes, and who is reached which way."""

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from activities.adapters.channels import Accounts, Channels, channels_of
from activities.adapters.govuk_notify import NotifyAccount, NotifyMailbox
from activities.adapters.signed_webhook import WebhookMailbox, genuine, may_be_called, signature
from activities.ports import Letter, OutsideRefused, OutsideUnavailable
from tests.contract.notify_at_home import API_KEY, KEY_ID, TEMPLATE
from tests.contract.offices import SITE, letter, worker_settings
from tests.contract.other_offices import SECRET, NotifyOffice, WebhookOffice, notify_office, webhook_office
from tests.workflow.pure_book import FakeMailbox

LEAD, DEPUTY = "lead@inbox.invalid", "deputy@inbox.invalid"


@pytest.fixture
async def notify() -> AsyncIterator[NotifyOffice]:
    async with notify_office() as office:
        yield office


@pytest.fixture
async def webhook() -> AsyncIterator[WebhookOffice]:
    async with webhook_office() as office:
        yield office


async def test_an_answer_of_notify_that_was_lost_sends_nothing_twice(notify: NotifyOffice) -> None:
    notify.notify.silent = True
    with pytest.raises(OutsideUnavailable):
        await notify.mailbox.post(letter(LEAD))
    await notify.works_again()
    assert await notify.mailbox.post(letter(LEAD)) == 1
    assert list(notify.received().values()) == [1]


async def test_notify_is_sent_closed_words_a_link_and_an_opaque_reference(notify: NotifyOffice) -> None:
    sent = letter(LEAD)
    await notify.mailbox.post(sent)
    (kept,) = notify.notify.sent
    assert kept["reference"].startswith(f"n1-first.{sent.pathway_id}.")
    assert f"{SITE}/pathways/{sent.pathway_id}" in kept["personalisation"]["text"]
    assert set(kept["personalisation"]) == {"subject", "text"}
    assert "lead" not in kept["reference"]


async def test_an_account_that_notify_does_not_know_is_tried_again(notify: NotifyOffice) -> None:
    account = NotifyAccount(API_KEY.replace(KEY_ID, KEY_ID[::-1]), TEMPLATE, notify.mailbox._account.url)
    with pytest.raises(OutsideUnavailable):
        await NotifyMailbox(account, SITE).post(letter(LEAD))


async def test_what_notify_answers_is_never_logged(notify: NotifyOffice, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    notify.refuses(LEAD)
    with pytest.raises(OutsideRefused):
        await notify.mailbox.post(letter(LEAD))
    assert caplog.records
    assert "inbox.invalid" not in caplog.text


async def test_a_call_says_nothing_but_closed_words_and_opaque_ids(webhook: WebhookOffice) -> None:
    sent = letter(webhook.at(LEAD))
    await webhook.mailbox.post(sent)
    (body,) = webhook.system.bodies
    said = json.loads(body)
    assert (said["pathway"], said["notice"], said["trust"]) == (sent.pathway_id, "n1-first", "RXX")
    assert set(said) == {"trust", "pathway", "notice", "about", "reason", "link", "text"}


async def test_a_call_signed_with_another_secret_is_refused(webhook: WebhookOffice) -> None:
    with pytest.raises(OutsideRefused):
        await WebhookMailbox("another secret, long enough as well", SITE).post(letter(webhook.at(LEAD)))


async def test_a_clock_that_is_wrong_by_more_than_the_replay_window_is_refused(webhook: WebhookOffice) -> None:
    late = WebhookMailbox(SECRET, SITE, now=lambda: time.time() - 301)
    with pytest.raises(OutsideRefused):
        await late.post(letter(webhook.at(LEAD)))


async def test_a_redirect_is_not_followed(webhook: WebhookOffice) -> None:
    webhook.system.statuses["lead"] = 302
    with pytest.raises(OutsideRefused):
        await webhook.mailbox.post(letter(webhook.at(LEAD)))


def test_a_signature_holds_for_its_body_its_time_and_five_minutes() -> None:
    signed = signature(SECRET, "1000", b"body")
    assert genuine(SECRET, "1000", signed, b"body", now=1300)
    assert not genuine(SECRET, "1000", signed, b"body", now=1301)
    assert not genuine(SECRET, "1000", signed, b"bodY", now=1000)
    assert not genuine(SECRET, "1001", signed, b"body", now=1000)
    assert not genuine(SECRET, "1000", "é", b"body", now=1000)
    assert not genuine(SECRET, "soon", signed, b"body", now=1000)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://governance.example/notices", True),
        ("http://127.0.0.1:9/x", True),
        ("http://[::1]:9/x", True),
        ("http://governance.example/notices", False),
        ("https://user:word@governance.example/", False),
        ("ftp://governance.example/", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_only_https_or_this_machine_is_called(address: str, *, may: bool) -> None:
    assert may_be_called(address) is may


def both_ways(*channels: str) -> Letter:
    return replace(letter(LEAD, DEPUTY), channels=channels)


async def test_each_recipient_is_reached_the_way_the_register_says(notify: NotifyOffice) -> None:
    smtp = FakeMailbox()
    part = {"api_key": API_KEY, "template_id": TEMPLATE, "url": notify.mailbox._account.url}
    ways = Channels(smtp, {"RXX": Accounts.model_validate({"govuk_notify": part})}, SITE)
    assert await ways.post(both_ways("smtp", "govuk_notify")) == 2
    assert [each.addresses for each in smtp.posted] == [(LEAD,)]
    assert [each["email_address"] for each in notify.notify.sent] == [DEPUTY]


async def test_one_way_that_is_shut_keeps_nobody_waiting_who_is_reached_by_another(webhook: WebhookOffice) -> None:
    smtp = FakeMailbox(down=True)
    ways = Channels(smtp, {"RXX": Accounts.model_validate({"webhook": {"secret": SECRET}})}, SITE)
    mixed = replace(letter(LEAD, webhook.at(DEPUTY)), channels=("smtp", "webhook"))
    with pytest.raises(OutsideUnavailable):
        await ways.post(mixed)
    assert list(webhook.received().values()) == [1]


async def test_a_way_the_trust_has_no_account_for_is_refused_so_that_the_next_in_line_is_told() -> None:
    ways = Channels(FakeMailbox(), {"RYY": Accounts.model_validate({"webhook": {"secret": SECRET}})}, SITE)
    with pytest.raises(OutsideRefused):
        await ways.post(both_ways("webhook", "govuk_notify"))


@pytest.mark.parametrize("written", ["[RXX.webhook]\nsecret = 'kept short'", "RXX = ", "[RXX.pigeon]\nsecret = 'kept'"])
def test_accounts_that_cannot_stand_end_the_process_and_repeat_nothing(tmp_path: Path, written: str) -> None:
    file = tmp_path / "channels.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        channels_of(worker_settings(tmp_path, 1).model_copy(update={"channels_file": file}))
    assert "PATENCY_CHANNELS_FILE" in str(ended.value.code)
    assert "kept" not in str(ended.value.code)
