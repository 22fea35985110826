"""What operations see of an act: one span with its outcome and its lock, and the same in the figures."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from shared.ledger import Kept, Ledger, Refused
from shared.ledger.watched import outcome
from shared.pathway.people import Role
from shared.wiring import metrics, telemetry
from shared.wiring.clock import ServerClock
from tests.database import Postgres
from tests.forms import consent as consent_form
from tests.ledger.acting import TRUST, LedgerOf, act, classifying, kept, moved, opened, opening, patient, person
from tests.ledger.conftest import POLICY
from tests.service.callers import NOWHERE

CANARY = "Zephyrine Quandaryson"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    memory = InMemorySpanExporter()
    telemetry.start("desks", onward=memory)
    yield memory
    telemetry.stop()


def seen(spans: InMemorySpanExporter) -> list[ReadableSpan]:
    telemetry.stop()
    return list(spans.get_finished_spans())


def counted(kind: str, said: str) -> float:
    return metrics.REGISTRY.get_sample_value("patency_ledger_acts_total", {"kind": kind, "outcome": said}) or 0.0


def of_locks(what: str) -> float:
    return metrics.REGISTRY.get_sample_value(f"patency_ledger_lock_{what}_seconds_count") or 0.0


def about(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_an_act_is_one_span_below_the_click_with_its_outcome_and_its_lock(
    ledger_of: LedgerOf, spans: InMemorySpanExporter
) -> None:
    pathway_id = await opened(ledger_of)
    with telemetry.continuing(None, "click"):
        kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    opening_, entering, click = seen(spans)
    assert (opening_.name, entering.name, click.name) == ("enter referral", "enter classification", "click")
    assert entering.parent is not None
    assert click.context is not None
    assert entering.parent.span_id == click.context.span_id
    found = about(entering)
    assert 0 <= found.pop("pmt.lock.waited_ms") < 60_000
    assert 0 <= found.pop("pmt.lock.held_ms") < 60_000
    assert found == {"pmt.pathway.id": pathway_id, "pmt.trust": TRUST, "pmt.step.outcome": "kept"}


async def test_every_outcome_is_named_and_counted(ledger_of: LedgerOf, spans: InMemorySpanExporter) -> None:
    pathway_id = await opened(ledger_of)
    desk, once = ledger_of("desk_referral"), classifying(pathway_id)
    wanted = ["kept", "replayed", "stale", "key_reused", "not_allowed", "absent", "refused"]
    before = {said: counted("classification", said) + counted("consent", said) for said in wanted}
    acts = [
        (desk, once),
        (desk, once),
        (desk, classifying(pathway_id, expected_version=7)),
        (desk, classifying(pathway_id, key=once.key, body_hash=b"another")),
        (desk, classifying(pathway_id, by=person(Role.REFERRER))),
        (desk, classifying(NOWHERE)),
        (ledger_of("desk_consent"), act(pathway_id, consent_form.consent(), person(Role.CONSENT_TAKER))),
    ]
    for ledger, given in acts:
        await ledger.enter(given)
    assert [about(span)["pmt.step.outcome"] for span in seen(spans)] == ["kept", *wanted]
    after = {said: counted("classification", said) + counted("consent", said) for said in wanted}
    assert {said: after[said] - before[said] for said in wanted} == dict.fromkeys(wanted, 1)


async def test_no_outcome_is_an_error_but_what_was_raised(
    postgres: Postgres, ledger_of: LedgerOf, spans: InMemorySpanExporter
) -> None:
    before = counted("classification", "failed")
    pathway_id = await opened(ledger_of)
    nowhere = await asyncpg.create_pool(postgres.owner_dsn, min_size=0)
    await nowhere.close()
    with pytest.raises(asyncpg.InterfaceError):
        await Ledger(nowhere, POLICY, ServerClock()).enter(classifying(pathway_id))
    opened_, failed = seen(spans)
    assert opened_.status.status_code is StatusCode.UNSET
    assert failed.status.status_code is StatusCode.ERROR
    assert about(failed)["pmt.step.outcome"] == "failed"
    assert "pmt.lock.held_ms" not in about(failed)
    assert counted("classification", "failed") == before + 1


async def test_who_waits_for_the_lock_is_seen_waiting(
    ledger_of: LedgerOf, anything: asyncpg.Connection, spans: InMemorySpanExporter
) -> None:
    pathway_id = await opened(ledger_of)
    before = of_locks("wait")
    async with anything.transaction():
        await anything.execute("SELECT FROM pathway WHERE id = $1 FOR UPDATE", pathway_id)
        entering = asyncio.create_task(ledger_of("desk_referral").enter(classifying(pathway_id)))
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%visit_pathway%'"
        )
        while not await anything.fetchval(waiting):  # until PostgreSQL itself says that somebody waits
            await anything.execute("SELECT pg_stat_clear_snapshot()")
        assert of_locks("wait") == before
        await anything.fetchval("SELECT pg_sleep(0.05)")
    kept(await entering)
    assert of_locks("wait") == before + 1
    assert about(seen(spans)[-1])["pmt.lock.waited_ms"] >= 50


async def test_what_the_clock_enters_is_counted_though_it_comes_through_no_door(ledger_of: LedgerOf) -> None:
    pathway_id, before = await opened(ledger_of), counted("timer_fired", "kept")
    fired = await moved(ledger_of, pathway_id, "2026-03-10T09:00")
    assert fired > 0
    assert counted("timer_fired", "kept") == before + fired


async def test_nothing_of_the_patient_is_in_span_or_figure(ledger_of: LedgerOf, spans: InMemorySpanExporter) -> None:
    await opened(ledger_of, patient=patient(name=CANARY))
    refused = await ledger_of("desk_referral").open_pathway(opening(patient=patient(name=CANARY), trust="RYY"))
    assert not isinstance(refused, Kept)
    figures = " ".join(str(sample) for family in metrics.REGISTRY.collect() for sample in family.samples)
    assert CANARY not in figures + " ".join(span.to_json() for span in seen(spans))


def test_every_answer_of_the_ledger_has_its_word() -> None:
    words = {outcome(Refused(())), outcome(Kept(NOWHERE, 1, ServerClock().now()))}
    assert words == {"refused", "kept"}
