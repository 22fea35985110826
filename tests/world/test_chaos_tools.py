"""What chaos works with is checked too: the weather does what it says, and a process dies where it is told to."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.processes import REPOSITORY
from tests.chaos.proxy import Proxy, Weather

NEVER_S = 0.3


@pytest_asyncio.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """In front of a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.read(1024):
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    before = Proxy("echo", server.sockets[0].getsockname()[1])
    await before.start()
    yield before
    await before.stop()
    server.close()


async def joined(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.listens_on)
    writer.write(b"one")
    return reader, writer


@pytest.mark.parametrize("weather", [Weather.CLEAR, Weather.SLOW])
async def test_what_is_sent_comes_back(proxy: Proxy, weather: Weather) -> None:
    await proxy.become(weather)
    reader, writer = await joined(proxy)
    assert await reader.readexactly(3) == b"one"
    writer.close()


async def test_a_cut_ends_what_is_open_and_lets_nothing_new_through(proxy: Proxy) -> None:
    reader, writer = await joined(proxy)
    await reader.readexactly(3)
    await proxy.become(Weather.CUT)
    assert await reader.read() == b""
    again, second = await joined(proxy)
    with suppress(ConnectionResetError):  # the kernel may say it either way
        assert await again.read() == b""
    assert proxy.passed_bytes == 2 * len(b"one")
    writer.close()
    second.close()


async def test_a_reset_is_an_error_and_no_end(proxy: Proxy) -> None:
    reader, writer = await joined(proxy)
    await reader.readexactly(3)
    await proxy.become(Weather.RESET)
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()


async def test_silence_keeps_everything_until_it_clears(proxy: Proxy) -> None:
    await proxy.become(Weather.SILENT)
    reader, writer = await joined(proxy)
    answer = asyncio.create_task(reader.readexactly(3))
    done, _waiting = await asyncio.wait({answer}, timeout=NEVER_S)
    assert not done
    await proxy.become(Weather.CLEAR)
    assert await answer == b"one"
    writer.close()


def lived(order: Path, *points: str) -> int:
    """The exit code of a process that comes to these points, one after the other."""
    reaching = "; ".join(f"order.reached({point.split()[0]!r}, {point.split()[1]!r})" for point in points)
    code = f"from pathlib import Path; from tests.chaos.crashing import Order; order = Order(Path({str(order)!r})); "
    return subprocess.run([sys.executable, "-c", code + reaching], cwd=REPOSITORY, check=False).returncode  # noqa: S603 -- our own code


def test_a_process_dies_at_the_point_it_is_told_and_leaves_a_sign(tmp_path: Path) -> None:
    order = tmp_path / "worker.order"
    order.write_text("commit after", encoding="utf-8")
    assert lived(order, "mail before", "commit before", "commit after") == -signal.SIGKILL
    assert [each.name for each in tmp_path.iterdir()] == ["worker.struck"]


def test_a_process_that_never_comes_there_lives(tmp_path: Path) -> None:
    order = tmp_path / "worker.order"
    order.write_text("registry before", encoding="utf-8")
    assert lived(order, "mail before", "commit before") == 0
    assert order.exists()
