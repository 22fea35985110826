"""PostgreSQL's own tools: a base backup, the log that is written after it, and a cluster laid out again from both.

A backup folder holds `base/` (checked against its manifest) and `log/`, to which `follow` adds every change within
moments: what may be lost with the machine is what had not been streamed yet.
"""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local import postgres
from deploy.local.account import unprivileged
from deploy.local.processes import Command, Process, launch

PARTIAL = ".partial"


class BackupFailedError(Exception):
    """A tool of PostgreSQL's ended badly. Says which; its words stay out, they may repeat a connection string."""


def surroundings(dsn: str) -> dict[str, str]:
    """The connection as environment variables: a password in an argument is there for everybody to see."""
    parts = urlsplit(dsn)
    given = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGSSLMODE": "disable" if "sslmode=disable" in parts.query else "prefer",
    }
    return {name: value for name, value in given.items() if value}


def save(dsn: str, folder: Path) -> None:
    """A base backup of the whole cluster into `folder`/base. Raises BackupFailedError; refuses a folder in use."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    base = folder / "base"
    if base.exists():
        raise BackupFailedError("this folder holds a base backup already: take a new folder for each")
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _run(dsn, "pg_basebackup", "-D", str(unfinished), "--checkpoint=fast", "--wal-method=stream", "--no-password")
    _run(dsn, "pg_verifybackup", "--quiet", str(unfinished))
    unfinished.rename(base)


async def follow(dsn: str, folder: Path) -> Process:
    """Streams the log into `folder`/log until it is stopped; start it before `save`, and again when it ends."""
    log = prepared(folder)
    argv = (_program("pg_receivewal"), "-D", str(log), "--synchronous", "--no-loop", "--no-password")
    return await launch(Command("backup-log", argv, surroundings(dsn)), folder / "said")


def prepared(folder: Path) -> Path:
    """The folder of the log, made where it is missing."""
    log = folder / "log"
    log.mkdir(parents=True, exist_ok=True, mode=0o700)
    return log


def restore(folder: Path, to: Path, *, until: datetime | None = None) -> None:
    """Lay a cluster out in the empty folder `to`, as it was at `until` (None: at the end of the log).

    The server that is started on it goes through the log by itself, and then works. Refuses a folder that is in use.
    """
    if to.exists() and any(to.iterdir()):
        raise BackupFailedError("the folder to restore to is not empty")
    shutil.copytree(folder / "base", to, dirs_exist_ok=True)
    shutil.copytree(folder / "log", to / "log-to-restore", ignore=shutil.ignore_patterns("*.tmp"))
    for piece in (to / "log-to-restore").glob(f"*{PARTIAL}"):
        piece.rename(piece.with_name(piece.name.removesuffix(PARTIAL)))
    with (to / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{line}\n" for line in recovery(to / "log-to-restore", until))
    (to / "recovery.signal").touch()
    to.chmod(0o700)
    if account := unprivileged():
        for path in (to, *to.rglob("*")):
            account.owns(path)


def recovery(log: Path, until: datetime | None) -> tuple[str, ...]:
    """What the server is told: where the log is, when to stop, and to work afterwards."""
    told = [f'restore_command = \'cp "{log}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        told.append(f"recovery_target_time = '{until.astimezone(UTC).isoformat(sep=' ')}'")
    return tuple(told)


def _run(dsn: str, program: str, *words: str) -> None:
    ended = subprocess.run(  # noqa: S603 -- a program of PostgreSQL's, and our own words
        [_program(program), *words], env={**os.environ, **surroundings(dsn)}, check=False, capture_output=True
    )
    if ended.returncode:
        raise BackupFailedError(f"{program} ended with code {ended.returncode}")


def _program(name: str) -> str:
    return str(postgres.programs() / name)
