"""What `make run` shows: a progress list (plain lines without a terminal), then addresses and identities."""

import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.local.people import MAIN_TRUST, people, trusts
from deploy.local.ports import Ports
from deploy.local.processes import Process
from deploy.local.readiness import NotReadyError
from deploy.local.supervisor import State

TITLES = {
    "postgres": "PostgreSQL",
    "temporal": "Temporal",
    "outside": "Simulated outside world (identities, mail, registry)",
    "migrations": "Database migrations",
    "worker": "Worker",
    "relay": "Outbox relay",
    "desks": "Desks",
    "operations": "Operations desk (takes the traces of all others)",
    "seed": "Training trusts and their registers",
    "patients": "Synthetic patients",
}
ADDRESSES = {
    "front_door": "Front door: start here",
    "referral": "Referral desk",
    "mdt_review": "MDT review desk",
    "governance": "Governance desk",
    "consent": "Consent desk",
    "procedure": "Procedure desk",
    "registry": "Registry desk",
    "follow_up": "Follow-up desk",
    "operations": "Operations desk: pathway health and traces",
    "issuer": "Training identities (OIDC issuer)",
    "inbox": "Training inbox (mail that was sent)",
    "simulated_registry": "Simulated venous registry (not the BSIR Venous Registry)",
    "temporal_ui": "Temporal's own pages",
}
WORDS = {
    State.STARTING: "starting",
    State.READY: "ready",
    State.DONE: "done",
    State.DIED: "ended unexpectedly; it is started again",
    State.STOPPED: "stopped",
}
LOG_LINES = 8


class Board:
    """Told of every change by the supervisor."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.begun = time.monotonic()
        self.progress: Progress | None = None
        self.bars: dict[str, TaskID] = {}

    def open(self, parts: Iterable[str]) -> None:
        """Shows the list of these parts, all waiting. On a plain stream there is nothing to show yet."""
        if not self.console.is_terminal:
            return
        columns = (
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=self.console)
        self.bars = {part: self.progress.add_task(TITLES[part], total=1, start=False) for part in parts}
        self.progress.start()

    def close(self) -> None:
        """Leaves the list as it stands; from now on changes are lines."""
        if self.progress is not None:
            self.progress.stop()
            self.progress = None

    def told(self, part: str, state: State) -> None:
        """A part has changed its state."""
        if self.progress is None:
            self.say(f"{self.elapsed_s():6.1f} s  {TITLES[part]}: {WORDS[state]}")
        elif state is State.STARTING:
            self.progress.start_task(self.bars[part])
        elif state in {State.READY, State.DONE}:
            self.progress.update(self.bars[part], completed=1)

    def failed(self, why: str, process: Process | None = None) -> None:
        """Why the world did not come up, with the end of the log of the part that failed."""
        self.close()
        self.say(why)
        if process is not None:
            for line in process.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]:
                self.say(f"    {line}")

    def patients_missing(self, why: NotReadyError) -> None:
        """Some training patients did not get where their stories end. Everything else goes on."""
        self.close()
        self.say("Not every synthetic patient could be prepared; the rest of the world is not touched by that.")
        self.say(f"    What happened: {why.process.log}")

    def welcome(self, ports: Ports) -> None:
        """Addresses, identities, and how a program signs in."""
        self.close()
        self.say(_addresses(ports))
        self.say(_identities())
        others = ", ".join(f"{code} ({name})" for code, name in trusts().items() if code != MAIN_TRUST)
        self.say(f"More people: python -m deploy.local people, for {others}")
        self.say("A token for a program: python -m deploy.local token PERSON")
        self.say(f"Ready after {self.elapsed_s():.1f} s. Synthetic patients only. Ctrl-C ends everything.")

    def say(self, what: Any) -> None:
        """Prints. A terminal that was closed must not keep us from cleaning up."""
        with suppress(OSError):
            self.console.print(what, markup=False, soft_wrap=True)

    def elapsed_s(self) -> float:
        return time.monotonic() - self.begun


def everyone() -> None:
    """Prints every identity of every training trust."""
    for trust in trusts():
        Console(highlight=False).print(_identities(trust))


def _addresses(ports: Ports) -> Table:
    table = Table(title="Where everything is", title_justify="left")
    table.add_column("What")
    table.add_column("Address")
    for name, what in ADDRESSES.items():
        table.add_row(what, ports.url(name))
    return table


def _identities(trust: str = MAIN_TRUST) -> Table:
    table = Table(title=f"Who can sign in: {trust}, {trusts()[trust]}", title_justify="left")
    for column in ("Person", "Role", "Trust"):
        table.add_column(column)
    for person in people():
        if person.trust == trust:
            table.add_row(person.id, ", ".join(person.roles) or "none", person.trust)
    return table
