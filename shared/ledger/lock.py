"""The lock that an act works under: how long it took to get, and since when it is held."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from shared.wiring import metrics


@dataclass(slots=True)
class Lock:
    """Of one act. `got_at` is None until it is held."""

    got_at: float | None = None
    waited_s: float = 0.0


_of_this_act: ContextVar[Lock | None] = ContextVar("lock", default=None)


@contextmanager
def watching() -> Iterator[Lock]:
    """Whoever takes a lock in here writes it down in this one."""
    lock = Lock()
    token = _of_this_act.set(lock)
    try:
        yield lock
    finally:
        _of_this_act.reset(token)


@contextmanager
def locking() -> Iterator[None]:
    """Around the question that takes the lock. What raises has none, and is not counted."""
    asked_at = perf_counter()
    yield
    got_at = perf_counter()
    metrics.LOCK_WAIT_SECONDS.observe(got_at - asked_at)
    if (lock := _of_this_act.get()) is not None:
        lock.got_at, lock.waited_s = got_at, got_at - asked_at
