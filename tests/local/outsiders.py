"""Those the simulated outside world deals with: a governance desk that only listens, and a sender of notices."""

import asyncio
import gzip
import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import aiosmtplib

LISTENING_S = 10.0


@dataclass
class ListeningDesk:
    """Stands where the governance desk would; notes what it is told.

    `once` is what it answers the first time it hears of a pathway; letters of other tests may come in between.
    """

    once: dict[str, int] = field(default_factory=dict)
    told: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def hear(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.told.get(), LISTENING_S)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        status = self.once.pop(request.split()[1].split("/")[3], 200)
        writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        self.told.put_nowait({"path": request.split()[1], "headers": headers, "body": body, "answered": status})


@dataclass
class Collector:
    """Takes spans as an OTLP collector does, and keeps them as they came."""

    taken: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
        self.taken.put_nowait(gzip.decompress(await reader.readexactly(int(length.partition(":")[2]))))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@dataclass
class Sender:
    """Sends governance notices as the worker does."""

    port: int

    async def send(self, message_id: str, pathway: str, *, to: str = "governance@rxx.example") -> None:
        letter = EmailMessage()
        letter["Message-ID"] = message_id
        letter["From"] = "patency@training.invalid"
        letter["To"] = to
        letter["Subject"] = "A procedure to be noted"
        letter["X-Patency-Pathway"] = pathway
        letter["X-Patency-Notice"] = f"notice-of-{pathway}"
        letter.set_content("Please look at the pathway.")
        await aiosmtplib.send(letter, hostname="127.0.0.1", port=self.port, timeout=LISTENING_S)
