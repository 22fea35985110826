"""What operations see of an act at the ledger's door: one span and a few figures, with its kind, outcome and lock.

Not a word of the record, and no span for each statement: a step of care is one step.
"""

from collections.abc import Callable, Coroutine, Iterable
from functools import wraps
from time import perf_counter
from typing import Any, TypeVar

from opentelemetry.trace import Span

from shared.ledger.acts import Absent, Act, Answer, Kept, KeyReused, NotAllowed, Opening, Refused, Stale
from shared.ledger.lock import Lock, watching
from shared.pathway.record import Entry
from shared.wiring import metrics, telemetry

FAILED = "failed"
OUTCOMES: dict[type[Answer], str] = {
    Kept: "kept",
    Refused: "refused",
    Stale: "stale",
    KeyReused: "key_reused",
    NotAllowed: "not_allowed",
    Absent: "absent",
}

L = TypeVar("L")
G = TypeVar("G", Act, Opening)
A = TypeVar("A", bound=Answer)


def outcome(answer: Answer) -> str:
    """What became of an act, in one word of a closed list."""
    return "replayed" if isinstance(answer, Kept) and answer.replayed else OUTCOMES[type(answer)]


def watched(door: Callable[[L, G], Coroutine[Any, Any, A]]) -> Callable[[L, G], Coroutine[Any, Any, A]]:
    """Give every act that goes through this door its span below the click's, and count it when it has its answer."""

    @wraps(door)
    async def enter(self: L, given: G) -> A:
        begun_at, said = perf_counter(), FAILED
        kind, pathway = _about(given)
        with telemetry.within(f"enter {kind}", pathway_id=pathway, trust=given.trust) as span, watching() as lock:
            try:
                answer = await door(self, given)
                said = outcome(answer)
            finally:
                _note(span, lock, said)
                metrics.entered(kind, said, perf_counter() - begun_at)
        return answer

    return enter


def came_due(entries: Iterable[Entry]) -> None:
    """Count what the clock entered: it comes through no door."""
    for entry in entries:
        metrics.acted(entry.kind, OUTCOMES[Kept])


def _about(given: Act | Opening) -> tuple[str, str | None]:
    """Which kind of record it is, and for which pathway; a referral has none yet."""
    if isinstance(given, Act):
        return given.record.kind, given.pathway_id
    return given.referral.kind, None


def _note(span: Span, lock: Lock, said: str) -> None:
    span.set_attribute(telemetry.KEYS["outcome"], said)
    if lock.got_at is not None:
        held_s = perf_counter() - lock.got_at
        metrics.LOCK_HELD_SECONDS.observe(held_s)
        span.set_attribute(telemetry.KEYS["lock_waited_ms"], round(lock.waited_s * 1000))
        span.set_attribute(telemetry.KEYS["lock_held_ms"], round(held_s * 1000))
