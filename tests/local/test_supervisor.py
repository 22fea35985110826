import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.local.ports import Ports, PortTakenError, free_ports
from deploy.local.processes import BEHIND_CLICKS, REPOSITORY, Command, Process, launch, rotate, stand_back
from deploy.local.readiness import NotReadyError, until_ready
from deploy.local.supervisor import Opening, State, Supervisor
from deploy.local.world import InUseError, World

GONE_WITHIN_S = 10.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_child_is_left_when_the_runner_ends(tmp_path: Path, number: signal.Signals) -> None:
    argv = [sys.executable, "-m", "tests.local.household", str(tmp_path)]
    with subprocess.Popen(argv, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as runner:  # noqa: S603 -- our own program
        assert runner.stdout is not None
        children = [psutil.Process(pid) for pid in json.loads(runner.stdout.readline())]
        runner.send_signal(number)
        runner.wait(GONE_WITHIN_S)
    _gone, alive = psutil.wait_procs(children, timeout=GONE_WITHIN_S)
    assert alive == []


async def test_a_part_that_died_is_started_again_and_told_of(tmp_path: Path) -> None:
    told: asyncio.Queue[tuple[str, State]] = asyncio.Queue()
    supervisor = Supervisor(lambda name, state: told.put_nowait((name, state)))
    await supervisor.start({"calm": partial(launch, Command("calm", ("/bin/sleep", "600")), tmp_path)})
    watching = asyncio.create_task(supervisor.watch())
    os.kill(supervisor.processes["calm"].pid, signal.SIGKILL)
    heard = [await asyncio.wait_for(told.get(), GONE_WITHIN_S) for _ in range(5)]
    watching.cancel()
    await asyncio.wait([watching])
    await supervisor.stop()
    starts = [State.STARTING, State.READY]
    assert [state for _, state in heard] == [*starts, State.DIED, *starts]


def _told(supervisor: Supervisor) -> list[tuple[str, State]]:
    heard: list[tuple[str, State]] = []
    supervisor.told = lambda name, state: heard.append((name, state))
    return heard


async def test_a_part_is_started_as_soon_as_those_it_comes_after_are_ready(tmp_path: Path) -> None:
    supervisor, let_go = Supervisor(), asyncio.Event()
    heard = _told(supervisor)

    async def slow() -> Process:
        await let_go.wait()
        return await calm("slow", tmp_path)

    async def follower() -> Process:
        let_go.set()  # it did not wait for whom it does not follow
        return await calm("follower", tmp_path)

    parts: dict[str, Opening] = {"last": partial(calm, "last", tmp_path), "follower": follower, "slow": slow}
    parts["first"] = partial(launch, Command("first", ("/bin/true",)), tmp_path)
    after = {"follower": ("first", "nobody here"), "last": ("slow", "follower")}
    await supervisor.start(parts, after=after, once=("first",))
    await supervisor.stop()
    began = [name for name, state in heard if state is State.STARTING]
    assert began.index("first") < began.index("follower") < began.index("last")
    assert heard.index(("slow", State.READY)) < heard.index(("last", State.STARTING))


async def test_parts_end_line_by_line(tmp_path: Path) -> None:
    supervisor = Supervisor()
    await supervisor.start({name: partial(calm, name, tmp_path) for name in ("bottom", "top", "guest", "idle")})
    heard = _told(supervisor)
    await supervisor.stop((("top",), ("bottom", "idle", "never started")))
    assert [name for name, _ in heard[:2]] == ["guest", "top"]
    assert {name for name, _ in heard[2:]} == {"bottom", "idle"}


async def calm(name: str, logs: Path) -> Process:
    return await launch(Command(name, ("/bin/sleep", "600")), logs)


async def test_what_follows_clicks_stands_back_for_them_when_the_processor_is_short(tmp_path: Path) -> None:
    process = await launch(Command("calm", ("/bin/sleep", "600")), tmp_path)
    await stand_back(process)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == BEHIND_CLICKS
    assert _nice_of_group(process.pid) in {None, BEHIND_CLICKS}
    await process.stop()


def _nice_of_group(pid: int) -> int | None:
    """None, where the system has no groups for sessions."""
    group = Path(f"/proc/{pid}/autogroup")
    return int(group.read_text(encoding="ascii").split()[-1]) if group.exists() else None


async def test_a_part_that_ends_before_it_is_ready_is_an_error_that_names_its_log(tmp_path: Path) -> None:
    process = await launch(Command("short", ("/bin/false",)), tmp_path)

    async def never(_: object) -> bool:
        return False

    with pytest.raises(NotReadyError, match=r"short\.log"):
        await until_ready(process, never, within_s=GONE_WITHIN_S)


async def test_a_part_that_is_never_ready_is_not_left_running(tmp_path: Path) -> None:
    process = await launch(Command("calm", ("/bin/sleep", "600")), tmp_path)

    async def never(_: object) -> bool:
        return False

    with pytest.raises(NotReadyError):
        await until_ready(process, never, within_s=0.1)
    assert not process.running


async def test_children_see_settings_they_were_given_and_none_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATENCY_HOME", "ours")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "passed-on")
    process = await launch(Command("environment", ("/usr/bin/env",), {"PATENCY_ENV": "training"}), tmp_path)
    await process.ended()
    seen = process.log.read_text(encoding="utf-8")
    assert "PATENCY_ENV=training" in seen
    assert "OTEL_SERVICE_NAME=passed-on" in seen
    assert "PATENCY_HOME" not in seen


def test_the_log_of_the_last_run_is_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "worker.log").write_text("last run", encoding="utf-8")
    rotate(tmp_path)
    assert (tmp_path / "worker.log.1").read_text(encoding="utf-8") == "last run"
    assert not (tmp_path / "worker.log").exists()


def test_a_taken_port_is_named_with_the_setting_to_change() -> None:
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports.of("consent"))), pytest.raises(PortTakenError) as refused:
        ports.refuse_taken("referral", "consent")
    for word in (str(ports.of("consent")), "consent", "PATENCY_BASE_PORT"):
        assert word in str(refused.value)


def test_two_desks_never_share_a_port() -> None:
    from deploy.local.ports import OFFSETS

    assert len({Ports().of(name) for name in OFFSETS}) == len(OFFSETS)


async def test_two_runners_cannot_share_a_directory(tmp_path: Path) -> None:
    async with World(tmp_path, 0) as first, World(tmp_path, 0) as second:
        await first.start(())
        with pytest.raises(InUseError):
            await second.start(())
