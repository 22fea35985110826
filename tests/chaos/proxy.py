"""A TCP proxy of our own, in front of whatever processes talk to: it can be cut, go silent, become slow, or reset."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum

CHUNK_BYTES = 65_536
SLOW_S = 0.15
NO_LINGER = struct.pack("ii", 1, 0)


class Weather(StrEnum):
    """CUT: every connection ends, new ones are refused. SILENT: nothing gets through in either direction and nobody is
    told. SLOW: each piece waits. RESET: every connection is torn off (RST), new ones are torn off at their first byte.
    """

    CLEAR = "clear"
    CUT = "cut"
    SILENT = "silent"
    SLOW = "slow"
    RESET = "reset"


FAULTS = tuple(each for each in Weather if each is not Weather.CLEAR)


@dataclass
class Proxy:
    """Listens on a free loopback port and passes everything on to `port`, as the weather allows."""

    name: str
    port: int
    weather: Weather = Weather.CLEAR
    passed_bytes: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _passing: set["asyncio.Task[None]"] = field(default_factory=set)
    _clears: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        self._clears.set()
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)

    @property
    def listens_on(self) -> int:
        if self._server is None:
            raise ValueError("the proxy was not started")
        address: tuple[str, int] = self._server.sockets[0].getsockname()
        return address[1]

    async def become(self, weather: Weather) -> None:
        """Changes the weather, also for connections that are open."""
        self.weather = weather
        if weather is Weather.SILENT:
            self._clears.clear()
        else:
            self._clears.set()
        if weather in {Weather.CUT, Weather.RESET}:
            for each in tuple(self._open):
                _end(each, torn=weather is Weather.RESET)

    async def stop(self) -> None:
        await self.become(Weather.CUT)
        for task in tuple(self._passing):
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        if self._server is not None:
            self._server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)
        self._open.add(writer)
        try:
            await self._through(reader, writer)
        finally:
            self._open.discard(writer)
            _end(writer, torn=False)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.weather is Weather.CUT:
            return
        if self.weather is Weather.RESET:
            await reader.read(1)
            _end(writer, torn=True)
            return
        await self._clears.wait()
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:  # what stands behind is away: so is the connection
            return
        self._open.add(back)
        try:
            await asyncio.gather(self._pour(reader, back), self._pour(there, writer))
        finally:
            self._open.discard(back)
            _end(back, torn=False)

    async def _pour(self, out: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
        """One direction, until its end or until a connection breaks off."""
        try:
            while piece := await out.read(CHUNK_BYTES):
                await self._clears.wait()
                if self.weather is Weather.SLOW:
                    await asyncio.sleep(SLOW_S)
                into.write(piece)
                await into.drain()
                self.passed_bytes += len(piece)
        except OSError:  # broken off: what has been passed stays passed
            return
        finally:
            _end(into, torn=False)


def _end(writer: asyncio.StreamWriter, *, torn: bool) -> None:
    """Closes; `torn` with RST, so that the other side hears an error instead of an end."""
    if torn:
        kept: socket.socket | None = writer.get_extra_info("socket")
        if kept is not None and not writer.is_closing():
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()
    else:
        writer.close()
