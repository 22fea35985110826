"""In production a process without one of its secrets ends, and says which. How fast, `make refusing` measures."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.starting.__main__ import in_order
from tests.starting.production import (
    BESIDE_THE_PASSWORD,
    CANARY,
    EVIDENCE,
    PASSWORD,
    TRACES,
    Refused,
    commands,
    environment,
    secrets,
    services,
    started,
)

CASES = [(name, secret) for name in commands() for secret in secrets(name)]


@pytest.mark.parametrize(("name", "secret"), CASES)
def test_a_process_without_a_secret_refuses_to_start_and_names_it_alone(tmp_path: Path, name: str, secret: str) -> None:
    told = environment(tmp_path)
    del told[secret]

    ended = started(commands()[name], told)

    assert ended.code == 2
    assert [line.split(":")[:2] for line in ended.said] == [["settings", f" {secret}"]]
    assert "is missing" in ended.said[0]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", CANARY.encode()])
@pytest.mark.parametrize(("name", "secret"), [("services --only front_door", EVIDENCE), ("workflows.worker", EVIDENCE)])
def test_a_key_that_signs_nothing_is_refused_and_not_repeated(
    tmp_path: Path, name: str, secret: str, content: bytes
) -> None:
    told = environment(tmp_path)
    Path(told[secret]).write_bytes(content)

    ended = started(commands()[name], told)

    assert ended.code == 2
    assert ended.said == [f"settings: {secret}: holds no Ed25519 key in PEM without a password"]


def test_an_empty_key_for_spans_is_refused(tmp_path: Path) -> None:
    told = environment(tmp_path)
    Path(told[TRACES]).write_text("\n", encoding="utf-8")

    ended = started(("services", "--only", "operations"), told)

    assert (ended.code, ended.said) == (2, [f"settings: {TRACES}: is an empty file, or cannot be read"])


def test_every_process_that_needs_more_than_a_password_is_one_that_is_started() -> None:
    assert set(BESIDE_THE_PASSWORD) <= set(commands())
    assert len(CASES) > 2 * len(BESIDE_THE_PASSWORD)


def without_what_is_demanded(read: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """What compose does not tell a process that it needs. The owner's password is put together in an entrypoint."""
    given = {name: {*each["environment"], *re.findall(r"PATENCY_\w+(?==)", str(each))} for name, each in read.items()}
    return [(name, secret) for name in read for secret in secrets(name) if secret not in given[name]]


def test_compose_tells_every_process_what_production_demands() -> None:
    assert without_what_is_demanded(services()) == []


def test_a_secret_that_compose_forgets_is_seen() -> None:
    forgetful = deepcopy(services())
    del forgetful["workflows.worker"]["environment"][EVIDENCE]
    assert without_what_is_demanded(forgetful) == [("workflows.worker", EVIDENCE)]


@pytest.mark.parametrize(
    "ended",
    [
        Refused(0, [PASSWORD], 0.1, 0.1),
        Refused(2, ["settings: something"], 0.1, 0.1),
        Refused(2, [PASSWORD], 2.1, 2.1),
    ],
)
def test_the_measuring_command_sees_who_starts_says_nothing_or_is_slow(ended: Refused) -> None:
    assert not in_order(ended, PASSWORD)
    assert in_order(Refused(2, [f"settings: {PASSWORD}: is missing"], 0.5, 9.0), PASSWORD)
