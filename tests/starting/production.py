"""Every process as production starts it, with everything it is told; and the secrets that it cannot do without.

The processes are those of docker-compose.yml, so that a new one is seen here.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.evidence.keys import fresh, keep

HOUSE = Path(__file__).parents[2]
CANARY = "s3cret-canary"
PASSWORD = "PATENCY_DATABASE_PASSWORD_FILE"
EVIDENCE = "PATENCY_EVIDENCE_KEY_FILE"
TRACES = "PATENCY_TRACE_KEY_FILE"
OWNER = "PATENCY_OWNER_DSN"
BESIDE_THE_PASSWORD: Mapping[str, tuple[str, ...]] = {
    "workflows.worker": (EVIDENCE, "PATENCY_ANCHOR_FOLDER"),
    "services": (EVIDENCE, TRACES),
    "services --only front_door": (EVIDENCE,),
    "services --only operations": (TRACES,),
    "deploy.migrate": (OWNER,),
}
WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Refused:
    """How a process ended: its code, what it said, and the seconds of processor and of wall that it took."""

    code: int
    said: list[str]
    processor_s: float
    wall_s: float


def services() -> dict[str, dict[str, Any]]:
    """What docker-compose.yml runs of our image in production, by the words of its command."""
    read: dict[str, Any] = yaml.safe_load((HOUSE / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ours = [each for each in read.values() if each["image"].startswith("patency:") and "profiles" not in each]
    return {" ".join(re.sub(r"\$\{.*\}", "1", word) for word in each["command"]): each for each in ours}


def commands() -> dict[str, tuple[str, ...]]:
    """The commands of production, by their words; all desks joined in one process besides."""
    return {name: tuple(name.split()) for name in (*services(), "services")}


def secrets(command: str) -> tuple[str, ...]:
    return (PASSWORD, *BESIDE_THE_PASSWORD.get(command, ()))


def environment(folder: Path) -> dict[str, str]:
    """Everything that a process in production may be told, with real files; nothing of it is ever connected to."""
    for name in ("password", "trace-key"):
        (folder / name).write_text(f"{CANARY}\n", encoding="utf-8")
    keep(fresh(), folder / "evidence-key", folder / "evidence-key.pub")
    told = {name: value for name, value in os.environ.items() if not name.startswith(("PATENCY_", "OTEL_"))}
    return told | {
        "PATENCY_ENV": "production",
        "PATENCY_POSTGRES": "database.invalid:5432/patency",
        PASSWORD: str(folder / "password"),
        TRACES: str(folder / "trace-key"),
        EVIDENCE: str(folder / "evidence-key"),
        "PATENCY_ANCHOR_FOLDER": str(folder),
        OWNER: f"postgresql://owner:{CANARY}@database.invalid/patency",
        "PATENCY_TEMPORAL": "temporal.invalid:7233",
        "PATENCY_OIDC_ISSUER": "https://staff.invalid/realms/rxx",
        "PATENCY_OIDC_CLIENT_ID": "patency",
        "PATENCY_PUBLIC_URL": "https://patency.invalid",
        "PATENCY_SMTP": "mail.invalid:25",
        "PATENCY_MAIL_FROM": "patency@trust.invalid",
        "PATENCY_REGISTRY_URL": "https://registry.invalid",
    }


def started(command: tuple[str, ...], told: Mapping[str, str]) -> Refused:
    """Starts it, and waits for its end. Raises TimeoutExpired when it does not end: then it refused nothing."""
    before, began = os.times(), time.monotonic()
    run = [sys.executable, "-m", *command]
    ended = subprocess.run(run, cwd=HOUSE, env=dict(told), capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 -- our own modules
    after, wall_s = os.times(), time.monotonic() - began
    processor_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Refused(ended.returncode, ended.stderr.splitlines(), processor_s, wall_s)
