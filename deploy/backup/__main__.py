"""Backup and restore: `python -m deploy.backup COMMAND`; what to do when, step by step: deploy/runbook/restore.md.

    save     --dsn-file FILE --to FOLDER                a base backup, verified
    follow   --dsn-file FILE --to FOLDER                stay in front and stream every later change into it
    restore  --from FOLDER --to FOLDER [--until TIME]   lay a cluster out as it was at TIME (ISO, with its zone)
    compare  --dsn-file FILE --mail PLACE [--mend]      list every disagreement with engine, mail and registry
    rehearse --dsn-file FILE --mail PLACE --from FOLDER [--until TIME]   restore beside the live one, list, discard

The file behind --dsn-file holds the connection string of a role that may replicate and sees every trust, and is
readable by its owner alone. `compare` and `rehearse` read the settings of a worker besides.
"""

import argparse
import asyncio
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.backup import cluster, reconciling
from deploy.backup.differences import Difference, Remedy
from deploy.local import postgres
from deploy.local.ports import free_ports
from deploy.local.world import World
from shared.wiring.settings import WorkerSettings, load
from shared.wiring.temporal import connect

FOR_A_PERSON = 3
"""The exit code when somebody has to look: not an error of the command's, and not all well."""


class FileOpenToOthersError(Exception):
    """A file with a secret can be read by more than its owner."""


def dsn_of(file: Path) -> str:
    """The connection string in this file. Raises FileOpenToOthersError."""
    if file.stat().st_mode & 0o077:
        raise FileOpenToOthersError(f"{file.name} is readable by others than its owner: chmod 600")
    return file.read_text(encoding="utf-8").strip()


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def tell(found: tuple[Difference, ...]) -> None:
    """A line each, and a count. Ids are opaque: no patient is named."""
    for each in found:
        say(f"{each.remedy.value}: {each.kind.value}: {each.trust or '?'} {each.pathway} {each.about}".rstrip())
    by = {remedy: sum(each.remedy == remedy for each in found) for remedy in Remedy}
    say(f"{len(found)} differences: " + ", ".join(f"{count} {remedy.value}" for remedy, count in by.items()))


async def follow(asked: argparse.Namespace) -> int:
    process = await cluster.follow(dsn_of(asked.dsn_file), asked.to)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, lambda: asyncio.ensure_future(process.stop()))
    code = await process.ended()
    say(f"the log is no longer followed (code {code})")
    return 0 if code in {0, -signal.SIGTERM} else 1


async def compare(asked: argparse.Namespace) -> int:
    settings, dsn = load(WorkerSettings), dsn_of(asked.dsn_file)
    client, messages = await connect(settings), await reconciling.messages_of(asked.mail)
    found = await reconciling.compared(dsn, client, messages, settings)
    tell(found)
    if asked.mend and found:
        done = await reconciling.mended(found, dsn, client, settings, datetime.now(UTC))
        waiting = ", ".join(sorted(done.blocked)) or "no trust"
        say(f"{done.told} pathways are looked at again; procedures wait in: {waiting}")
    return FOR_A_PERSON if any(each.remedy == Remedy.PERSON for each in found) else 0


async def rehearse(asked: argparse.Namespace) -> int:
    """Restore into a scratch folder and compare; the live record, the engine and the world are only read."""
    settings, began = load(WorkerSettings), time.monotonic()
    password = urlsplit(dsn_of(asked.dsn_file)).password or ""
    async with World.scratch() as scratch:
        _keep_password(scratch.directory, password)
        cluster.restore(asked.source, postgres.files_of(scratch.directory), until=asked.until)
        process = await postgres.start(scratch.directory, free_ports().of("postgres"))
        try:
            port = int(process.command.argv[process.command.argv.index("-p") + 1])
            dsn = postgres.superuser_dsn(scratch.directory, port, settings.postgres.dbname)
            messages = await reconciling.messages_of(asked.mail)
            found = await reconciling.compared(dsn, await connect(settings), messages, settings)
        finally:
            await process.stop()
    tell(found)
    say(f"restored and compared in {time.monotonic() - began:.1f} s")
    return 0


def _keep_password(directory: Path, password: str) -> None:
    """The restored cluster keeps the passwords of the one that was saved."""
    folder = directory / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "postgres-superuser"
    file.touch(mode=0o600)
    file.write_text(password, encoding="ascii")


def asking() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = asked.add_subparsers(dest="command", required=True)
    for name in ("save", "follow", "restore", "compare", "rehearse"):
        command = commands.add_parser(name)
        if name != "restore":
            command.add_argument("--dsn-file", type=Path, required=True)
        if name in {"restore", "rehearse"}:
            command.add_argument("--from", dest="source", type=Path, required=True)
            command.add_argument("--until", type=datetime.fromisoformat)
        if name in {"save", "follow", "restore"}:
            command.add_argument("--to", type=Path, required=True)
        if name in {"compare", "rehearse"}:
            command.add_argument("--mail", required=True, metavar="FILE|ADDRESS")
    commands.choices["compare"].add_argument("--mend", action="store_true")
    return asked


def run(asked: argparse.Namespace) -> int:
    if asked.command == "save":
        cluster.save(dsn_of(asked.dsn_file), asked.to)
        say("saved and verified")
        return 0
    if asked.command == "restore":
        cluster.restore(asked.source, asked.to, until=asked.until)
        say("laid out: start PostgreSQL on it, then compare before any worker is started")
        return 0
    return asyncio.run({"follow": follow, "compare": compare, "rehearse": rehearse}[asked.command](asked))


def main() -> int:
    try:
        return run(asking().parse_args())
    except (cluster.BackupFailedError, FileOpenToOthersError) as trouble:
        sys.stderr.write(f"backup: {trouble}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
