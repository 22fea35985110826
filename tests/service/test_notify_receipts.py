"""What GOV.UK Notify tells of a notice: once each, by its code alone, with the token of the trust and no other."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from activities.adapters.letter_words import reference
from services.desks import DESKS, database_role
from services.governance.notify_receipts import tokens_of
from shared import policy
from shared.ledger import Ledger
from shared.ledger.registers import Registers
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.contract.offices import letter
from tests.database import Postgres
from tests.ledger.acting import signed
from tests.service.callers import NOWHERE, wiring

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOKEN, OTHER = "a token of the training trust RXX, long enough", "a token of the training trust RYY, long enough"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(postgres: Postgres) -> AsyncIterator[FastAPI]:
    pool = await open_pool(postgres.settings, database_role("governance"), size=3)
    ledger = Ledger(pool, policy.load(), ServerClock())
    tokens = {"RXX": TOKEN, "RYY": OTHER}
    given = replace(wiring(ledger), registers=Registers(pool, ServerClock()), notify_tokens=tokens)
    yield DESKS["governance"](given)
    await pool.close()


@pytest_asyncio.fixture(loop_scope="session")
async def owing(postgres: Postgres) -> AsyncIterator[tuple[Ledger, str]]:
    """A pathway that owes a notice, and a ledger to look at it."""
    pools = {name: await open_pool(postgres.settings, name, size=2) for name in NEEDED}
    ledgers = {name: Ledger(pool, policy.load(), ServerClock()) for name, pool in pools.items()}
    yield ledgers["patency_worker"], await signed(ledgers.__getitem__)
    for pool in pools.values():
        await pool.close()


NEEDED = ("desk_referral", "desk_mdt_review", "desk_front_door", "patency_worker")


def receipt(pathway: str, status: str, **changes: str) -> dict[str, str]:
    about = reference(letter("lead@inbox.invalid", pathway=pathway), "lead@inbox.invalid")
    known = {"id": str(uuid4()), "reference": about, "status": status, "to": "lead@inbox.invalid"}
    return known | {"notification_type": "email", "template_version": "1"} | changes


async def told(desk: FastAPI, said: object, *, token: str = TOKEN, trust: str = "RXX") -> httpx.Response:
    through = httpx.ASGITransport(desk, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test") as http:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await http.post(f"/api/govuk_notify/{trust}", json=said, headers=headers)


async def kinds(owing: tuple[Ledger, str], trust: str = "RXX") -> list[tuple[str, str]]:
    """What was reported, with the causes."""
    moment = await owing[0].look(trust, owing[1])
    assert moment is not None
    found = [each for each in moment.pathway.entries if each.kind.startswith("governance_notice_")]
    return [(each.kind, getattr(each.record, "cause", "")) for each in found]


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("delivered", ("governance_notice_delivered", "")),
        ("permanent-failure", ("governance_notice_bounced", "unknown_recipient")),
        ("temporary-failure", ("governance_notice_bounced", "mailbox_unavailable")),
        ("technical-failure", ("governance_notice_bounced", "other")),
    ],
)
async def test_each_code_is_written_down_as_what_it_means(
    desk: FastAPI, owing: tuple[Ledger, str], status: str, kept: tuple[str, str]
) -> None:
    said = receipt(owing[1], status)
    for _ in range(2):
        assert (await told(desk, said)).status_code == 204
    assert await kinds(owing) == [kept]


@pytest.mark.parametrize("status", ["sending", "created", "pending-virus-check"])
async def test_a_status_that_is_no_last_word_changes_nothing(
    desk: FastAPI, owing: tuple[Ledger, str], status: str
) -> None:
    assert (await told(desk, receipt(owing[1], status))).status_code == 204
    assert await kinds(owing) == []


@pytest.mark.parametrize(("token", "trust"), [("", "RXX"), (OTHER, "RXX"), (TOKEN, "RYY"), (TOKEN, "QQQ"), ("", "QQQ")])
async def test_only_the_token_of_the_trust_is_heard(
    desk: FastAPI, owing: tuple[Ledger, str], token: str, trust: str
) -> None:
    answer = await told(desk, receipt(owing[1], "delivered"), token=token, trust=trust)
    assert answer.status_code == 401
    assert await kinds(owing) == []


async def test_the_token_of_another_trust_reaches_no_pathway_of_this_one(
    desk: FastAPI, owing: tuple[Ledger, str]
) -> None:
    answer = await told(desk, receipt(owing[1], "delivered"), token=OTHER, trust="RYY")
    assert answer.status_code == 404
    assert await kinds(owing) == []


async def test_what_is_no_message_of_ours_is_taken_and_forgotten(desk: FastAPI) -> None:
    for about in ("invoice 7", "RXX.digest.2026-W48.0123456789ab", ""):
        assert (await told(desk, receipt(NOWHERE, "delivered", reference=about))).status_code == 204


async def test_a_pathway_that_nobody_has_is_answered_as_unknown(desk: FastAPI) -> None:
    assert (await told(desk, receipt(NOWHERE, "delivered"))).status_code == 404


async def test_a_receipt_that_says_two_things_is_refused(desk: FastAPI, owing: tuple[Ledger, str]) -> None:
    said = json.dumps(receipt(owing[1], "delivered")).replace('"status"', '"status": "permanent-failure", "status"')
    through = httpx.ASGITransport(desk, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=through, base_url="http://desk.test") as http:
        answer = await http.post("/api/govuk_notify/RXX", content=said, headers=headers)
    assert (answer.status_code, await kinds(owing)) == (422, [])


async def test_what_is_no_receipt_is_refused_and_not_repeated(desk: FastAPI) -> None:
    answer = await told(desk, {"id": "canary", "status": "delivered"})
    assert answer.status_code == 422
    assert "canary" not in answer.text


@pytest.mark.parametrize("written", ["RXX = 'canary'", "RXX", "RXX = 7"])
async def test_tokens_that_cannot_stand_end_the_process_and_are_not_repeated(tmp_path: Path, written: str) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        tokens_of(file)
    assert "PATENCY_NOTIFY_TOKENS_FILE" in str(ended.value.code)
    assert "canary" not in str(ended.value.code)
