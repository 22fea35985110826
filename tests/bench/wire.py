"""A client that costs little beside what it measures: one kept connection, requests as bytes, answers half read."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer. `location` is "" where nothing leads on."""

    status: int
    location: str
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """One connection to one port of this machine; opened when first used, and again when the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Heard:
        """Raises OSError when the connection is lost in between, TimeoutError after PATIENCE_S."""
        head = {"Host": f"127.0.0.1:{self.port}", "Content-Length": str(len(body))} | headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        asked = f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._asked(asked)
            except (OSError, asyncio.IncompleteReadError) as lost:
                self.close()
                raise ConnectionError from lost
            except BaseException:
                self.close()
                raise

    async def _asked(self, asked: bytes) -> Heard:
        if self._writer is None or self._writer.is_closing() or (self._reader and self._reader.at_eof()):
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        self._writer.write(asked)
        status, told = _head(await self._reader.readuntil(b"\r\n\r\n"))
        body = await self._reader.readexactly(int(told.get("content-length", "0")))
        if told.get("connection") == "close":
            self.close()
        return Heard(status, told.get("location", ""), body)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    first, *rest = raw.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in rest if line)
    return int(first.split(" ", 2)[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}


class Lines:
    """The connections of one person at work: one for each port."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}

    def to(self, port: int) -> Line:
        return self._lines.setdefault(port, Line(port))

    def close(self) -> None:
        for line in self._lines.values():
            line.close()


def as_json(body: Any) -> tuple[dict[str, str], bytes]:
    """Header and bytes of a JSON body."""
    return {"Content-Type": "application/json"}, json.dumps(body).encode()


def as_form(texts: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    """Header and bytes of a form, as a browser on our own page sends it."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    return headers, urlencode(texts, doseq=True).encode()
