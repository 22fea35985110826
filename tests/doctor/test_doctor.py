"""The doctor sees what is wrong, says what to do, and shows no secret."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.doctor import machine
from deploy.doctor.__main__ import examined
from deploy.doctor.findings import Verdict, code, ill, line, warning, well
from deploy.doctor.surroundings import database, outbox, schema
from deploy.local.ports import free_ports
from shared.wiring.settings import Address, PostgresPlace, RelaySettings
from tests.database import Postgres


def relay(here: Postgres, **changes: object) -> RelaySettings:
    given = RelaySettings(
        env="training",
        database_password_file=here.settings.database_password_file,
        postgres=here.settings.postgres,
        temporal=Address("127.0.0.1", 1),  # nobody is there
    )
    return given.model_copy(update=changes)


def test_a_line_says_what_was_found_and_what_to_do() -> None:
    assert line("disk", ill("1 GB free", "make room")) == "put right  disk           1 GB free: make room"
    assert line("disk", well("fine")).endswith("fine")


def test_only_what_has_to_be_put_right_ends_with_a_code() -> None:
    assert code([Verdict.WELL, Verdict.WARNING]) == 0
    assert code([Verdict.WELL, Verdict.ILL]) == 1
    assert warning("x", "y").verdict == Verdict.WARNING


def test_a_package_that_differs_from_the_lock_is_seen(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("pytest==0.0.1 \\\n    --hash=sha256:00\n", encoding="utf-8")
    assert machine.packages(lock).verdict == Verdict.ILL
    lock.write_text("pytest==0.0.1\n", encoding="utf-8")
    assert "hashes" in machine.packages(lock).said


def test_a_port_in_use_is_named() -> None:
    base = free_ports().base
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base))
        taken.listen()
        assert "front_door" in machine.ports(base).said
    assert machine.ports(base).verdict == Verdict.WELL


def test_a_secret_that_others_can_read_is_named_and_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "database-password"
    secret.write_text("hush", encoding="ascii")
    tmp_path.chmod(0o755)
    secret.chmod(0o644)
    found = machine.secrets(tmp_path)
    assert (found.verdict, "database-password" in found.said, "hush" in found.said) == (Verdict.ILL, True, False)
    secret.chmod(0o600)
    assert machine.secrets(tmp_path).verdict == Verdict.WELL


@pytest.mark.parametrize(
    ("date", "verdict"),
    [
        ("Mon, 09 Mar 2026 09:00:02 GMT", Verdict.WELL),
        ("Mon, 09 Mar 2026 09:01:00 GMT", Verdict.ILL),
        (None, Verdict.WARNING),
    ],
)
def test_a_clock_that_is_off_is_seen(date: str | None, verdict: Verdict) -> None:
    assert machine.clock(date, datetime(2026, 3, 9, 9, tzinfo=UTC)).verdict == verdict


async def test_a_database_that_is_there_and_migrated_is_well(postgres: Postgres) -> None:
    assert (await database(relay(postgres))).verdict == Verdict.WELL
    assert (await schema(postgres.owner_dsn)).verdict == Verdict.WELL
    assert "waited" in (await outbox(relay(postgres))).said


async def test_a_database_that_is_away_is_ill(postgres: Postgres) -> None:
    nowhere = relay(postgres, postgres=PostgresPlace("127.0.0.1", 1, "patency"))
    assert (await database(nowhere)).verdict == Verdict.ILL


async def test_a_wrong_password_is_said_without_being_shown(postgres: Postgres, tmp_path: Path) -> None:
    wrong = tmp_path / "password"
    wrong.write_text("not-the-password", encoding="ascii")
    found = await database(relay(postgres, database_password_file=wrong))
    assert found.verdict == Verdict.ILL
    assert "not-the-password" not in line("database", found)


async def test_a_machine_without_settings_is_still_looked_at() -> None:
    names = [name for name, _ in await examined(beyond=False)]
    assert names == ["python", "packages", "ports", "printing", "fonts", "chromium", "disk", "secrets"]
