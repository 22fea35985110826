"""Writing down: entries, audit, derived rows, the answer to the key and the word to the engine, in one statement."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import to_json

from shared.ledger.derived import Derived
from shared.ledger.known import Known
from shared.ledger.visit import Connection
from shared.pathway.people import Signature
from shared.pathway.record import Entry
from shared.pathway.refusal import Refusal

# Derived rows are written by difference: what no longer follows is deleted, what has not changed is not touched,
# and a task that stays open keeps the time it was opened at.
KEEP = """
WITH entered AS (
    INSERT INTO entry (pathway_id, seq, trust, kind, at, by_person, by_role, record, facts)
    SELECT $1, seq, $2, kind, at, $3, $4, record::json, facts::json
    FROM unnest($5::int[], $6::text[], $7::timestamptz[], $8::text[], $9::text[]) AS new (seq, kind, at, record, facts)
), audited AS (
    INSERT INTO audit (trust, person, role, action, pathway_id, kind)
    SELECT $2, $3, $4, $10, $1, kind FROM unnest($6::text[]) AS kind
), stands AS (
    UPDATE pathway SET version = $11, status = $12, step = $13, next_due_at = $14, closed_at = $15, told = $16
    WHERE id = $1
), task_now AS (
    SELECT * FROM json_to_recordset($17::json) AS now (kind text, key text, role text, state text,
        opened_at timestamptz, due_at timestamptz, escalated_to text[], why text)
), task_gone AS (
    DELETE FROM task WHERE pathway_id = $1
        AND NOT EXISTS (SELECT FROM task_now AS now
            WHERE (now.kind, now.key, now.role) = (task.kind, task.key, task.role))
), task_kept AS (
    INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
    SELECT $1, $2, kind, key, role, state, opened_at, due_at, escalated_to, why FROM task_now
    ON CONFLICT (pathway_id, kind, key, role) DO UPDATE
    SET state = excluded.state, due_at = excluded.due_at, escalated_to = excluded.escalated_to, why = excluded.why,
        opened_at = CASE WHEN task.state = 'open' THEN task.opened_at ELSE excluded.opened_at END
    WHERE (task.state, task.due_at, task.escalated_to, task.why)
        IS DISTINCT FROM (excluded.state, excluded.due_at, excluded.escalated_to, excluded.why)
), timer_now AS (
    SELECT * FROM json_to_recordset($18::json) AS now (id text, rung text, anchor_field text, anchor_value text,
        due_at timestamptz, due_on date, state text, fired_at timestamptz)
), timer_gone AS (
    DELETE FROM timer WHERE pathway_id = $1 AND NOT EXISTS (SELECT FROM timer_now AS now
        WHERE (now.id, now.rung, now.anchor_value) = (timer.id, timer.rung, timer.anchor_value))
), timer_kept AS (
    INSERT INTO timer (pathway_id, trust, id, rung, anchor_field, anchor_value, due_at, due_on, state, fired_at)
    SELECT $1, $2, id, rung, anchor_field, anchor_value, due_at, due_on, state, fired_at FROM timer_now
    ON CONFLICT (pathway_id, id, rung, anchor_value) DO UPDATE
    SET anchor_field = excluded.anchor_field, due_at = excluded.due_at, due_on = excluded.due_on,
        state = excluded.state, fired_at = excluded.fired_at
    WHERE (timer.due_at, timer.state, timer.fired_at)
        IS DISTINCT FROM (excluded.due_at, excluded.state, excluded.fired_at)
), notice_now AS (
    SELECT * FROM json_to_recordset($19::json) AS now (dispatch text, number int, about text, role text, reason text,
        owed_at timestamptz, sent_at timestamptz, delivered_at timestamptz, failed_at timestamptz,
        acknowledged_at timestamptz, acknowledged_by text)
), notice_gone AS (
    DELETE FROM notice WHERE pathway_id = $1
        AND NOT EXISTS (SELECT FROM notice_now AS now WHERE now.dispatch = notice.dispatch)
), notice_kept AS (
    INSERT INTO notice (pathway_id, trust, dispatch, number, about, role, reason, owed_at, sent_at, delivered_at,
        failed_at, acknowledged_at, acknowledged_by)
    SELECT $1, $2, dispatch, number, about, role, reason, owed_at, sent_at, delivered_at, failed_at, acknowledged_at,
        acknowledged_by FROM notice_now
    ON CONFLICT (pathway_id, dispatch) DO UPDATE
    SET number = excluded.number, about = excluded.about, role = excluded.role, reason = excluded.reason,
        owed_at = excluded.owed_at, sent_at = excluded.sent_at, delivered_at = excluded.delivered_at,
        failed_at = excluded.failed_at, acknowledged_at = excluded.acknowledged_at,
        acknowledged_by = excluded.acknowledged_by
    WHERE (notice.sent_at, notice.delivered_at, notice.failed_at, notice.acknowledged_at)
        IS DISTINCT FROM (excluded.sent_at, excluded.delivered_at, excluded.failed_at, excluded.acknowledged_at)
), answered AS (
    INSERT INTO idempotency (trust, person, key, pathway_id, body_hash, answer)
    SELECT $2, $3, $20, $1, $21, $22::jsonb WHERE $20::text IS NOT NULL
), outgoing AS (
    INSERT INTO outbox (pathway_id, trust, version, traceparent, at_leisure) SELECT $1, $2, $11, $23, $27 WHERE $24
    ON CONFLICT (pathway_id) DO UPDATE
    SET version = excluded.version, traceparent = excluded.traceparent, since = excluded.since,
        at_leisure = outbox.at_leisure AND excluded.at_leisure
)
SELECT CASE WHEN $24 THEN pg_notify('outbox', '') END, keep_compliance($1, $2, $25, $26::json)
"""
# From a form: what was kept of it while it was typed goes with it.
KEEP_FORM = f"{KEEP.rstrip()}, drop_draft($2, $3, $28, $29)"

MOVE_CLOCK = """
WITH moved AS (
    INSERT INTO pathway_clock (pathway_id, trust, ahead) VALUES ($1, $2, $3)
    ON CONFLICT (pathway_id) DO UPDATE SET ahead = excluded.ahead
), outgoing AS (
    INSERT INTO outbox (pathway_id, trust, version, traceparent) VALUES ($1, $2, $4, $5)
    ON CONFLICT (pathway_id) DO UPDATE
    SET version = excluded.version, traceparent = excluded.traceparent, since = excluded.since, at_leisure = false
)
SELECT pg_notify('outbox', '')
"""
AUDIT = """
INSERT INTO audit (trust, person, role, action, pathway_id, kind, detail) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb)
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What makes the answer repeatable: the key, what was asked (`asked_for`), and the answer itself (JSON)."""

    key: str
    asked_for: bytes
    answer: str


@dataclass(frozen=True, slots=True)
class Note:
    """One audit row. `rules` are rule ids, never what anybody typed; `shown` are the pathways a search showed."""

    trust: str
    by: Signature
    action: str
    pathway_id: UUID | None = None
    kind: str | None = None
    rules: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody's draft is about: None while the pathway was not there yet; and the kind of record it became."""

    about: UUID | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Everything that is written when entries are accepted. `tell`: the engine is told; `known`: what it knows then.

    `at_leisure`: it is told when nobody else's news waits. `form`: the draft that this person's entry was.
    """

    pathway_id: UUID
    trust: str
    by: Signature
    entries: tuple[Entry, ...]
    action: str
    derived: Derived
    receipt: Receipt | None
    tell: bool
    known: Known
    traceparent: str | None
    at_leisure: bool
    form: Form | None


async def keep(connection: Connection, deed: Deed) -> None:
    """Writes it all, or raises and writes nothing: a kind this process may not enter is refused by policy."""
    derived, receipt, form = deed.derived, deed.receipt, deed.form
    await connection.execute(
        KEEP_FORM if form else KEEP,
        deed.pathway_id,
        deed.trust,
        deed.by.person,
        deed.by.role.value,
        [entry.seq for entry in deed.entries],
        [entry.kind for entry in deed.entries],
        [entry.at for entry in deed.entries],
        [entry.record.model_dump_json() for entry in deed.entries],
        [entry.facts.model_dump_json() for entry in deed.entries],
        deed.action,
        derived.version,
        derived.status,
        derived.step,
        derived.next_due_at,
        derived.closed_at,
        deed.known.text(),
        derived.tasks,
        derived.timers,
        derived.notices,
        receipt.key if receipt else None,
        receipt.asked_for if receipt else None,
        receipt.answer if receipt else None,
        deed.traceparent,
        deed.tell,
        derived.compliance.digest,
        derived.compliance.columns,
        deed.at_leisure,
        *((form.about, form.kind) if form else ()),
    )


async def audit(connection: Connection, note: Note) -> None:
    await connection.execute(
        AUDIT,
        note.trust,
        note.by.person,
        note.by.role.value,
        note.action,
        note.pathway_id,
        note.kind,
        to_json(note.rules or tuple(dict.fromkeys(note.shown))).decode("ascii"),
    )


def rules_of(refusals: tuple[Refusal, ...]) -> tuple[str, ...]:
    """Their rule ids, each once, in their order."""
    return tuple(dict.fromkeys(each.rule for each in refusals))


def asked_for(kind: str, body_hash: bytes) -> bytes:
    """The same only for the same body given as the same kind of record: two forms may be filled in alike."""
    return hashlib.sha256(kind.encode("ascii") + b"\x00" + body_hash).digest()


def answer_json(version: int, at: datetime) -> str:
    return to_json({"version": version, "at": at}).decode("ascii")
