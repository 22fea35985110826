"""One child process: started in a session of its own, logged, and gone when we are gone."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.account import Account

REPOSITORY = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
ROTATED_LOGS = 3
LIBC = ctypes.CDLL(None, use_errno=True)

BEHIND_CLICKS = 5
"""What follows a click by itself stands back for clicks: a third of their share of a busy processor."""

BETWEEN_GROUPS_S = 0.1
MOST_GROUPS = 20

# What children inherit of our surroundings. Proxies stay out: everything they talk to is on this machine.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    "PYTHONWARNINGS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
)


@dataclass(frozen=True, slots=True)
class Command:
    """What to run and how to end it. `env` is added to the few inherited variables."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL  # what it gets if we are killed ourselves (Linux)
    grace_s: float = 10.0  # between the stop signal and KILL


@dataclass(slots=True)
class Process:
    """A running child. Everything here acts on its own pid, never on a name."""

    command: Command
    child: asyncio.subprocess.Process
    log: Path
    started_at: datetime

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def running(self) -> bool:
        return self.child.returncode is None

    async def ended(self) -> int:
        """Waits for the end; returns the exit code, negative for a signal."""
        return await self.child.wait()

    async def stop(self) -> None:
        """Asks politely, waits for the grace, then kills its whole process group."""
        if self.running:
            self._signal(self.command.stop_signal)
            try:
                await asyncio.wait_for(self.child.wait(), self.command.grace_s)
            except TimeoutError:
                self.kill()
        await self.child.wait()

    def kill(self) -> None:
        """SIGKILL to the child and its process group, which nobody outside it can have joined."""
        if self.running:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # it ended a moment ago and the event loop has not heard yet
                return

    def _signal(self, number: signal.Signals) -> None:
        # Not child.send_signal: it polls first, and may so take the exit code away from the event loop.
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:  # the same moment as above
            return


async def launch(command: Command, logs: Path) -> Process:
    """Starts the child with its output appended to `logs`/<name>.log.

    Must be called on an event loop of a thread that lives as long as the child should: the kernel's
    parent-death signal follows the thread that forked.
    """
    log = _log(command, logs)
    account = command.account
    with log.open("ab") as output:
        child = await asyncio.create_subprocess_exec(
            *command.argv,
            env={**inherited(), **command.env},
            cwd=REPOSITORY if account is None else "/",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_tied_to_us(command.death_signal) if sys.platform == "linux" else None,
        )
    return Process(command, child, log, datetime.now(UTC))


async def stand_back(process: Process, nice: int = BEHIND_CLICKS) -> None:
    """Give it less of a busy processor from now on, when it has started.

    With groups for each session (Linux) the group's own value is what counts.
    """
    pid = process.pid
    try:
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        for _ in range(MOST_GROUPS):
            if _group_stands_back(Path(f"/proc/{pid}/autogroup"), nice):
                return
            await asyncio.sleep(BETWEEN_GROUPS_S)
    except (ProcessLookupError, FileNotFoundError):  # it ended at once: whoever waits for it is told
        return


def _group_stands_back(group: Path, nice: int) -> bool:
    """False: Linux lets a user change one group in a tenth of a second, and it was another's turn."""
    if not group.exists():
        return True
    try:
        group.write_text(str(nice), encoding="ascii")
    except BlockingIOError:
        return False
    return True


def inherited() -> dict[str, str]:
    """Our surroundings as children see them: a short list, and the exporter's settings (OTEL_*)."""
    return {name: value for name, value in os.environ.items() if name in INHERITED or name.startswith("OTEL_")}


def _log(command: Command, logs: Path) -> Path:
    logs.mkdir(parents=True, exist_ok=True)
    return logs / f"{command.name}.log"


def rotate(logs: Path) -> None:
    """Moves the last run's logs aside (name.log.1 is the newest), so that a log tells of one run."""
    for log in logs.glob("*.log"):
        for number in range(ROTATED_LOGS, 1, -1):
            older = log.with_name(f"{log.name}.{number - 1}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{number}"))
        log.replace(log.with_name(f"{log.name}.1"))


def _tied_to_us(number: signal.Signals) -> Callable[[], None]:
    runner = os.getpid()

    def tie() -> None:  # runs in the child between fork and exec, after it changed accounts (which would clear this)
        LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != runner:
            os._exit(1)

    return tie
