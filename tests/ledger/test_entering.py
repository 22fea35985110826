import asyncio
import hashlib
from uuid import uuid4

import asyncpg
import pytest

from shared.ledger import Absent, Act, Kept, KeyReused, Ledger, NotAllowed, Refused, Stale
from shared.ledger.keeping import keep
from shared.pathway import decide
from shared.pathway.governance import NoticeSent
from shared.pathway.people import PATENCY, Role, Signature
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import is_outage
from tests.forms import consent as consent_form
from tests.forms import referral as referral_form
from tests.ledger.acting import (
    TRIAGE,
    TRUST,
    WARD,
    LedgerOf,
    act,
    classifying,
    kept,
    opened,
    person,
    signed,
)
from tests.ledger.conftest import POLICY

AUDIT = "SELECT person, role, action, kind, detail FROM audit WHERE pathway_id = $1 ORDER BY id"
WRITTEN = """
SELECT (SELECT count(*) FROM entry WHERE pathway_id = $1) AS entries,
    (SELECT count(*) FROM audit WHERE pathway_id = $1) AS audits,
    (SELECT count(*) FROM idempotency WHERE pathway_id = $1) AS keys,
    (SELECT md5(string_agg(task::text, ',' ORDER BY kind, key, role)) FROM task WHERE pathway_id = $1) AS tasks,
    (SELECT md5(string_agg(timer::text, ',' ORDER BY id, rung)) FROM timer WHERE pathway_id = $1) AS timers,
    (SELECT version FROM pathway WHERE id = $1) AS version,
    (SELECT since FROM outbox WHERE pathway_id = $1) AS told
"""


async def test_a_record_that_stands_is_kept_with_everything_that_follows(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    answer = kept(await ledger_of("desk_referral").enter(classifying(pathway_id, expected_version=1)))
    assert (answer.version, answer.replayed) == (2, False)
    row = await anything.fetchrow("SELECT * FROM pathway WHERE id = $1", pathway_id)
    assert row is not None
    assert (row["version"], row["status"], row["step"]) == (2, "mdt_pending", "mdt_review")
    assert row["next_due_at"] is not None
    tasks = await anything.fetch("SELECT kind, role, state FROM task WHERE pathway_id = $1", pathway_id)
    assert ("mdt_review", "mdt_coordinator", "open") in {(each["kind"], each["role"], each["state"]) for each in tasks}
    said = await anything.fetch(AUDIT, pathway_id)
    assert [(each["action"], each["kind"]) for each in said] == [("opened", "referral"), ("entered", "classification")]


async def test_what_another_process_reads_is_what_was_written(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool]
) -> None:
    pathway_id = await signed(ledger_of)
    remembered = await ledger_of("desk_mdt_review").look(TRUST, pathway_id)
    fresh = await Ledger(pools["patency_worker"], POLICY, ServerClock()).look(TRUST, pathway_id)
    assert remembered is not None
    assert fresh is not None
    assert fresh.pathway.entries == remembered.pathway.entries
    assert [view.timer.key for view in decide.timers(fresh)] == [view.timer.key for view in decide.timers(remembered)]
    assert fresh.facts.age_years == 46


async def test_the_same_key_twice_is_one_entry_and_the_same_answer(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    once = classifying(pathway_id, expected_version=1)
    first = kept(await ledger_of("desk_referral").enter(once))
    again = await ledger_of("desk_referral").enter(once)
    assert again == Kept(pathway_id, first.version, first.at, replayed=True)
    moment = await ledger_of("patency_worker").look(TRUST, pathway_id)
    assert moment is not None
    assert moment.pathway.version == 2


async def test_the_same_key_a_hundred_times_at_once_is_one_entry(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    once = classifying(pathway_id, expected_version=1)
    answers = await asyncio.gather(*(ledger_of("desk_referral").enter(once) for _ in range(100)))
    assert sum(not kept(each).replayed for each in answers) == 1
    assert {kept(each).version for each in answers} == {2}


async def test_the_same_key_with_another_body_is_no_repetition(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id, key=pathway_id)))
    answer = await ledger_of("desk_referral").enter(classifying(pathway_id, key=pathway_id, body_hash=b"another"))
    assert answer == KeyReused()


async def test_the_same_key_and_body_for_another_kind_of_record_is_no_repetition(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id, key=pathway_id)))
    other = act(pathway_id, referral_form.new_imaging(), TRIAGE, key=pathway_id)
    assert await ledger_of("desk_referral").enter(other) == KeyReused()


async def test_the_same_key_on_another_pathway_is_no_repetition(ledger_of: LedgerOf) -> None:
    one, other, key = await opened(ledger_of), await opened(ledger_of), str(uuid4())
    kept(await ledger_of("desk_referral").enter(classifying(one, key=key)))
    assert await ledger_of("desk_referral").enter(classifying(other, key=key)) == KeyReused()


async def test_the_same_key_on_two_pathways_at_once_is_kept_once(ledger_of: LedgerOf) -> None:
    pathways, key = [await opened(ledger_of) for _ in range(4)], str(uuid4())
    answers = await asyncio.gather(*(ledger_of("desk_referral").enter(classifying(each, key=key)) for each in pathways))
    assert sorted(type(each).__name__ for each in answers) == ["Kept", "KeyReused", "KeyReused", "KeyReused"]


async def test_of_fifty_who_save_one_version_at_once_one_is_kept(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    saving = (ledger_of("desk_referral").enter(classifying(pathway_id, expected_version=1)) for _ in range(50))
    answers = await asyncio.gather(*saving)
    assert sum(isinstance(each, Kept) for each in answers) == 1
    assert [each for each in answers if not isinstance(each, Kept)] == [Stale(2)] * 49


async def test_the_last_version_but_one_is_stale(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    imaging = act(pathway_id, referral_form.new_imaging(), TRIAGE, expected_version=1)
    assert await ledger_of("desk_referral").enter(imaging) == Stale(2)


async def test_a_refused_attempt_is_audited_by_rule_and_leaves_nothing_else(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    answer = await ledger_of("desk_consent").enter(
        act(pathway_id, consent_form.consent(what_matters="Secret words"), person(Role.CONSENT_TAKER))
    )
    assert isinstance(answer, Refused)
    assert "G4" in {each.rule for each in answer.refusals}
    last = (await anything.fetch(AUDIT, pathway_id))[-1]
    assert (last["action"], last["kind"], last["role"]) == ("refused", "consent", "consent_taker")
    assert '"G4"' in last["detail"]
    assert "Secret" not in last["detail"]
    assert await anything.fetchval("SELECT count(*) FROM entry WHERE pathway_id = $1", pathway_id) == 1


@pytest.mark.parametrize(
    "by",
    [
        Signature("rxx-ward-clinician-1", Role.TRIAGE_CLINICIAN),  # does not hold it
        Signature("rxx-ward-clinician-1", Role.WARD_CLINICIAN),  # holds it, but may not classify
        Signature("ryy-triage-clinician-1", Role.TRIAGE_CLINICIAN),  # holds it in another trust
        Signature("nobody", Role.TRIAGE_CLINICIAN),
        PATENCY,
    ],
)
async def test_a_role_the_directory_does_not_give_is_not_allowed(
    by: Signature, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of)
    answer = await ledger_of("desk_referral").enter(act(pathway_id, referral_form.classification(), by))
    assert answer == NotAllowed()
    assert (await anything.fetch(AUDIT, pathway_id))[-1]["action"] == "denied"


async def test_a_role_that_ended_yesterday_is_not_allowed(ledger_of: LedgerOf, owner: asyncpg.Connection) -> None:
    async with owner.transaction():
        await owner.execute("SELECT set_config('patency.trust', 'RXX', true)")
        await owner.execute(
            "INSERT INTO staff (trust, person, role, from_on, until_on)"
            " VALUES ('RXX', 'rxx-left', 'triage_clinician', '2020-01-01', current_date) ON CONFLICT DO NOTHING"
        )
    pathway_id = await opened(ledger_of)
    by = Signature("rxx-left", Role.TRIAGE_CLINICIAN)
    assert await ledger_of("desk_referral").enter(act(pathway_id, referral_form.classification(), by)) == NotAllowed()


@pytest.mark.parametrize("spelled", ["upper", "braces", "none", "foreign", "unknown"])
async def test_another_trusts_pathway_cannot_be_told_from_none(spelled: str, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    asked = {
        "upper": pathway_id.upper(),
        "braces": f"{{{pathway_id}}}",
        "none": "not-an-id",
        "foreign": pathway_id,
        "unknown": str(uuid4()),
    }[spelled]
    trust, by = ("RYY", person(Role.TRIAGE_CLINICIAN, "RYY")) if spelled == "foreign" else (TRUST, TRIAGE)
    ledger = ledger_of("desk_referral")
    assert await ledger.enter(act(asked, referral_form.classification(), by, trust=trust)) == Absent()
    assert await ledger.look(trust, asked) is None
    assert await ledger.read(trust, asked, by) is None
    assert await ledger.patient(trust, asked, by) is None


async def test_a_trust_that_does_not_exist_has_no_pathway(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    assert await ledger_of("patency_worker").look("ZZZ", pathway_id) is None


async def test_an_error_in_the_middle_leaves_nothing_half_written(
    ledger_of: LedgerOf, anything: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway_id = await opened(ledger_of)
    before = await anything.fetchrow(WRITTEN, pathway_id)

    async def breaks_after(*given: object) -> None:
        await keep(*given)  # type: ignore[arg-type]
        raise ConnectionResetError

    monkeypatch.setattr("shared.ledger.ledger.keep", breaks_after)
    once = classifying(pathway_id)
    with pytest.raises(ConnectionResetError):
        await ledger_of("desk_referral").enter(once)
    assert await anything.fetchrow(WRITTEN, pathway_id) == before
    monkeypatch.undo()
    assert kept(await ledger_of("desk_referral").enter(once)).version == 2


async def test_a_backend_that_is_ended_in_the_middle_leaves_nothing_half_written(
    ledger_of: LedgerOf, anything: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway_id = await opened(ledger_of)
    before = await anything.fetchrow(WRITTEN, pathway_id)

    async def loses_its_backend(connection: asyncpg.Connection, deed: object) -> None:
        await keep(connection, deed)  # type: ignore[arg-type]
        await anything.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())

    monkeypatch.setattr("shared.ledger.ledger.keep", loses_its_backend)
    with pytest.raises(Exception) as lost:  # noqa: PT011 -- of which family it is, is asked of the wiring
        await ledger_of("desk_referral").enter(classifying(pathway_id))
    assert is_outage(lost.value)
    assert await anything.fetchrow(WRITTEN, pathway_id) == before


async def test_a_system_entry_is_the_workers_and_repeatable(ledger_of: LedgerOf) -> None:
    pathway_id = await signed(ledger_of)
    sent = NoticeSent(dispatch="n1-first", to=Role.GOVERNANCE_LEAD, recipients=1)
    key = f"{pathway_id}/n1-first"
    body = hashlib.sha256(b"n1-first").digest()
    once: Act = act(pathway_id, sent, PATENCY, key=key, body_hash=body)
    assert not kept(await ledger_of("patency_worker").enter(once)).replayed
    assert kept(await ledger_of("patency_worker").enter(once)).replayed


async def test_a_ward_may_always_write_a_withdrawal_whatever_the_version(ledger_of: LedgerOf) -> None:
    pathway_id = await signed(ledger_of)
    withdrawn = act(pathway_id, consent_form.withdrawal(), WARD)
    assert isinstance(await ledger_of("desk_consent").enter(withdrawn), Kept)
