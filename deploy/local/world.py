"""The whole product on one machine without Docker: PostgreSQL, Temporal, the outside world, our processes.

Used by `make run`, by tests and by chaos runs: choose the parts, kill some, start them again.
"""

import asyncio
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from deploy.local import postgres, readiness, temporal
from deploy.local.evidence_key import anchor_folder, evidence_key
from deploy.local.ports import CARE_DESKS, METRICS, NEEDED_PORTS, Ports, PortTakenError, free_ports
from deploy.local.processes import REPOSITORY, Command, Process, launch, rotate, stand_back
from deploy.local.readiness import Probe, until_ready
from deploy.local.secret_files import secret_file
from deploy.local.supervisor import Opening, Supervisor, Told, tell_nobody
from shared.contracts.identifiers import PATHWAY_QUEUE

PATIENTS = "patients"
OPERATIONS = "operations"
ONCE = {"migrations": "deploy.migrate", "seed": "deploy.seed", PATIENTS: "deploy.scenarios"}
# People are served first: desks wait for PostgreSQL by themselves, have a processor to themselves while they come,
# and come before those that follow clicks.
AFTER = {
    "temporal": ("postgres",),
    "outside": ("temporal",),
    "migrations": ("postgres",),
    "desks": ("migrations",),
    OPERATIONS: ("migrations", "desks"),
    "worker": ("postgres", "migrations", "temporal", "desks"),
    "relay": ("postgres", "migrations", "temporal", "desks"),
    "seed": ("postgres", "migrations", "desks"),
}
PARTS = ("postgres", "temporal", "outside", "migrations", "desks", OPERATIONS, "worker", "relay", "seed")
EVERY_PART = (*PARTS, PATIENTS)  # patients are there only when asked for, and come when all else is ready
# Whoever sends spans ends before those who take them.
ENDS = (("worker", "relay", "desks"), ("postgres", "temporal", "outside", OPERATIONS))
STORIES = REPOSITORY / "deploy" / "seed" / "patients"
MODULES = {"worker": "workflows.worker", "relay": "activities.relay", "desks": "services"}
STAND_BACK = frozenset({"worker", "relay", "outside", OPERATIONS})
LOOKED_AFTER = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_SDK_DISABLED")
"""With one of these set, somebody else has decided where spans go."""
SPANS_EVERY_MS = "1000"
DESKS_ALONE = (MODULES["desks"], "--only")
READY_WITHIN_S = 45.0
PORT_PATIENCE_S = 5.0


# Stories, benches and storms are few people who click as fast as a machine can.
UNHURRIED = {"PATENCY_PERSON_PER_SECOND": "1000000", "PATENCY_TRUST_PER_SECOND": "1000000"}


class InUseError(Exception):
    """Another runner works in the same directory."""


class World:
    """One local world in `directory`; `base_port` 0 takes free ports. Parts go by their names in EVERY_PART.

    As an async context manager it starts nothing by itself and stops everything at the end.
    """

    def __init__(self, directory: Path, base_port: int = 8000, *, told: Told = tell_nobody) -> None:
        self.directory = directory.resolve()
        self.ports = Ports(base_port) if base_port else free_ports()
        self.supervisor = Supervisor(told)
        self._lock: TextIO | None = None
        self._watched = False

    @classmethod
    @asynccontextmanager
    async def scratch(cls, *, told: Told = tell_nobody) -> AsyncIterator[Self]:
        """A world for one test: free ports, a folder the database account reaches, all deleted at the end."""
        directory = _scratch_folder()
        try:
            async with cls(directory, 0, told=told) as world:
                yield world
        finally:
            postgres.remove(directory)
            shutil.rmtree(directory, ignore_errors=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, parts: Collection[str] = PARTS) -> None:
        """Starts those of these parts that do not run yet; returns when every one is ready.

        The part `patients` plays the stories of the training patients who are not here yet, through the desks.
        Raises InUseError, PortTakenError or NotReadyError; call `stop` after that as well.
        """
        if unknown := set(parts) - set(EVERY_PART):
            raise ValueError(f"No such parts: {', '.join(sorted(unknown))}")
        self._claim()
        self._watched = self._watched or OPERATIONS in parts
        await self._ports_are_free(parts)
        wanted = {part: self._opening(part) for part in EVERY_PART if part in parts and self._to_start(part)}
        await self.supervisor.start(wanted, after=AFTER | {PATIENTS: PARTS}, once=ONCE)

    def _to_start(self, part: str) -> bool:
        if part == PATIENTS:
            return bool(self.patients_to_come())
        return part not in self.supervisor.processes

    async def stop(self) -> None:
        """Ends every part in reverse order, and lets others use the directory."""
        await self.supervisor.stop(ENDS)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def kill(self, name: str) -> None:
        """SIGKILL for one part; it stays dead until `restart`."""
        await self.supervisor.kill(name)

    async def restart(self, name: str) -> None:
        """Starts one part again (ending it first if need be) and waits until it is ready."""
        await self.supervisor.restart(name)

    def patients_to_come(self) -> tuple[Path, ...]:
        """The stories of training patients whom this world has not had yet; none after the first start."""
        been = set(self._patients_been.read_text(encoding="utf-8").split()) if self._patients_been.exists() else set()
        return tuple(path for path in sorted(STORIES.glob("*.yaml")) if path.stem not in been)

    @property
    def _patients_been(self) -> Path:
        """Remembers whose story was played here, a line each."""
        return self.directory / "patients-played"

    @property
    def env(self) -> dict[str, str]:
        """The settings every process of the product gets. The password stays in its file."""
        return {
            "PATENCY_ENV": "training",
            "PATENCY_POSTGRES": f"{self.ports.address('postgres')}/{postgres.DATABASE}",
            "PATENCY_DATABASE_PASSWORD_FILE": str(secret_file(self.directory, "database-password")),
            "PATENCY_TEMPORAL": self.ports.address("temporal"),
            "PATENCY_OIDC_ISSUER": self.ports.url("issuer"),
            "PATENCY_OIDC_CLIENT_ID": "patency",
            "PATENCY_SMTP": self.ports.address("smtp"),
            "PATENCY_REGISTRY_URL": self.ports.url("simulated_registry"),
            "PATENCY_BASE_PORT": str(self.ports.base),
            "PATENCY_PUBLIC_URL": self.ports.url("front_door"),
            "PATENCY_EVIDENCE_KEY_FILE": str(evidence_key(self.directory)),
            "PATENCY_ANCHOR_FOLDER": str(anchor_folder(self.directory)),
            "PATENCY_RESEARCH_KEY_FILE": str(secret_file(self.directory, "research-key")),
            "PATENCY_TRACE_KEY_FILE": str(secret_file(self.directory, "trace-key")),
            "PATENCY_TEMPORAL_UI_URL": self.ports.url("temporal_ui"),
            **UNHURRIED,
        }

    @property
    def tracing_env(self) -> dict[str, str]:
        """Where spans go, and what their senders show: to our own operations desk, unless somebody else is named."""
        if not self._watched or any(os.environ.get(name) for name in LOOKED_AFTER):
            return {}
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.ports.url(OPERATIONS),
            "OTEL_BSP_SCHEDULE_DELAY": os.environ.get("OTEL_BSP_SCHEDULE_DELAY", SPANS_EVERY_MS),
            "PATENCY_TRACE_KEY_FILE": str(secret_file(self.directory, "trace-key")),
        }

    @property
    def owner_env(self) -> dict[str, str]:
        """The settings of migrations and seeding: the only two that may act as the owner of the database."""
        return {
            **self.env,
            "PATENCY_OWNER_DSN": postgres.owner_dsn(self.directory, self.ports.of("postgres")),
        }

    @property
    def superuser_dsn(self) -> str:
        """For tests that look past every policy."""
        return postgres.superuser_dsn(self.directory, self.ports.of("postgres"), postgres.DATABASE)

    def _claim(self) -> None:
        if self._lock is not None:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = (self.directory / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InUseError(f"Another runner is using {self.directory}") from None
        self._lock = lock
        rotate(self.directory / "logs")

    async def _ports_are_free(self, parts: Collection[str]) -> None:
        """Waits a little: after a kill -9 of the last runner its children may still be on their way out."""
        needed = [
            port for part in parts if part not in self.supervisor.processes for port in NEEDED_PORTS.get(part, ())
        ]
        clock = asyncio.get_running_loop()
        latest = clock.time() + PORT_PATIENCE_S
        while True:
            try:
                return self.ports.refuse_taken(*needed)
            except PortTakenError:
                if clock.time() > latest:
                    raise
            await asyncio.sleep(0.2)

    def _opening(self, part: str) -> Opening:
        ports = self.ports
        match part:
            case "postgres":
                return lambda: postgres.start(self.directory, ports.of("postgres"))
            case "temporal":
                numbers = [ports.of(name) for name in NEEDED_PORTS[part]]
                return lambda: temporal.start(self.directory, *numbers)
            case "outside":
                argv = ("deploy.local.outside", str(self.directory), str(ports.base))
                return lambda: self._module(part, argv, self.tracing_env, self._outside_answers)
            case "migrations" | "seed":
                return lambda: self._module(part, (ONCE[part],), self.owner_env, None)
            case "patients":
                return lambda: self._module(part, (ONCE[part], *self._play()), {}, None)
            case _:
                return self._opening_of_ours(part)

    def _opening_of_ours(self, part: str) -> Opening:
        """A process that serves or works until it is ended."""
        probe = {
            "worker": self._worker_polls,
            "relay": self._relay_connected,
            "desks": self._desks_answer,
            OPERATIONS: self._operations_answer,
        }
        only = {"desks": CARE_DESKS, OPERATIONS: (OPERATIONS,)}
        argv = (*DESKS_ALONE, ",".join(only[part])) if part in only else (MODULES[part],)
        env = self.env if part == OPERATIONS else self.env | self.tracing_env  # who looks at traces sends none
        env |= self._figures_env(part)
        return lambda: self._module(part, argv, env, probe[part])

    def _figures_env(self, part: str) -> dict[str, str]:
        """Where this process says how it is doing, on loopback like all else."""
        asked = {"PATENCY_METRICS": f"{part}_metrics", "PATENCY_TEMPORAL_METRICS": f"{part}_temporal_metrics"}
        return {name: self.ports.address(port) for name, port in asked.items() if port in METRICS}

    def _play(self) -> tuple[str, ...]:
        """How the story player is asked for the patients who are to come."""
        stories = (str(path) for path in self.patients_to_come())
        return "--at", self.ports.url("front_door"), "--own-numbers", "--remember", str(self._patients_been), *stories

    async def _module(self, name: str, argv: tuple[str, ...], env: dict[str, str], probe: Probe | None) -> Process:
        command = Command(name, (sys.executable, "-m", *argv), env)
        process = await launch(command, self.directory / "logs")
        if probe is not None:
            await until_ready(process, probe, within_s=READY_WITHIN_S)
        if name in STAND_BACK:
            await stand_back(process)
        return process

    async def _outside_answers(self, _: Process) -> bool:
        issuer = await readiness.get(self.ports.of("issuer"), "/.well-known/openid-configuration")
        inbox = await readiness.get(self.ports.of("inbox"), "/messages")
        registry = await readiness.get(self.ports.of("simulated_registry"), "/entries")
        answered = {issuer[0], inbox[0], registry[0]} == {200}
        return answered and await readiness.listens(self.ports.of("smtp"))

    async def _worker_polls(self, process: Process) -> bool:
        return await temporal.polled(self.ports.of("temporal_ui"), PATHWAY_QUEUE)(process)

    async def _relay_connected(self, process: Process) -> bool:
        """The relay serves nobody, so PostgreSQL is asked whether it has a session begun since this start."""
        question = "SELECT max(backend_start) FROM pg_stat_activity WHERE usename LIKE '%relay%'"
        begun = await readiness.asked(self.superuser_dsn, question)
        return begun is not None and begun > process.started_at

    async def _desks_answer(self, _: Process) -> bool:
        status, _body = await readiness.get(self.ports.of("front_door"), "/health/ready")
        if status != 200:  # noqa: PLR2004 -- HTTP's own number for "OK"
            return False
        return all([await readiness.listens(self.ports.of(desk)) for desk in CARE_DESKS])

    async def _operations_answer(self, _: Process) -> bool:
        return await readiness.listens(self.ports.of(OPERATIONS))


def _scratch_folder() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="patency-"))
    directory.chmod(0o711)
    return directory
