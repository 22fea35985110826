"""Runs a process of the product that dies where it is told to: `python -m tests.chaos.crashing ORDER MODULE [...]`.

ORDER is a file. While it names a point, such as `commit before`, the process kills itself with SIGKILL when it gets
there next, and leaves ORDER.struck behind. At `commit pass` it lives, and leaves ORDER.passed behind. The product knows
nothing of this: its libraries are wrapped from here.
"""

import asyncio
import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

POINTS = ("commit", "statement", "mail", "registry", "activity", "signal")
"""A transaction that wrote; a statement outside one; a mail handed over; an entry sent to the registry; an activity's
return to the engine; a signal to the engine.
"""

SIDES = ("before", "after")
PASS = "pass"
WROTE = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) > 0 FROM pg_stat_xact_user_tables"
"""Whether this transaction wrote. One that only took a lock, as for an answer given before, would have a number too."""

REPORTED_WITHIN_S = 0.03
"""An activity's return is given to the engine by the library's own core: a moment later it has been."""


class Order:
    """Where to die, read at each point anew: whoever gives the order writes it while the process runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._struck = file.with_suffix(".struck")
        self._passed = file.with_suffix(".passed")

    def reached(self, point: str, side: str) -> None:
        """Dies here if that is the order."""
        try:
            asked = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        if asked == f"{point} {PASS}" and side == SIDES[-1]:
            self._file.rename(self._passed)
        if asked == f"{point} {side}":
            self._file.rename(self._struck)  # first, so that the next process lives
            os.kill(os.getpid(), signal.SIGKILL)


def around(order: Order, point: str, real: Callable[..., Any]) -> Callable[..., Any]:
    """The same coroutine function, with a point before and one after."""

    async def wrapped(*given: Any, **named: Any) -> Any:
        order.reached(point, "before")
        answer = await real(*given, **named)
        order.reached(point, "after")
        return answer

    return wrapped


def wrap_database(order: Order) -> None:
    """Commits of transactions that wrote something, and statements that are a transaction of their own."""
    import asyncpg
    from asyncpg.transaction import Transaction

    commit: Any = Transaction._Transaction__commit  # type: ignore[attr-defined]

    async def committing(self: Any) -> None:
        wrote = await self._connection.fetchval(WROTE)
        if wrote:
            order.reached("commit", "before")
        await commit(self)
        if wrote:
            order.reached("commit", "after")

    Transaction._Transaction__commit = committing  # type: ignore[attr-defined]
    asyncpg.Pool.execute = around(order, "statement", asyncpg.Pool.execute)  # type: ignore[method-assign]


def wrap_outside(order: Order) -> None:
    """Mail and registry."""
    import aiosmtplib
    import httpx

    aiosmtplib.SMTP.send_message = around(order, "mail", aiosmtplib.SMTP.send_message)  # type: ignore[method-assign]
    httpx.AsyncClient.put = around(order, "registry", httpx.AsyncClient.put)  # type: ignore[method-assign]


def wrap_engine(order: Order) -> None:
    """What activities return, and what the relay tells."""
    from temporalio.client import Client

    from activities.tracing import _TracedActivity

    real = _TracedActivity.execute_activity

    async def execute_activity(self: Any, given: Any) -> Any:
        answer = await real(self, given)
        order.reached("activity", "before")
        asyncio.get_running_loop().call_later(REPORTED_WITHIN_S, order.reached, "activity", "after")
        return answer

    _TracedActivity.execute_activity = execute_activity  # type: ignore[method-assign, assignment]
    Client.start_workflow = around(order, "signal", Client.start_workflow)  # type: ignore[method-assign]


def main() -> None:
    file, module = Path(sys.argv[1]), sys.argv[2]
    order = Order(file)
    for wrap in (wrap_database, wrap_outside, wrap_engine):
        wrap(order)
    sys.argv = [module, *sys.argv[3:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
