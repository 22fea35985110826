"""A page that is left open, as a browser holds it: the stream of its list, read piece by piece."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.pages.work.conftest import ADDRESS, Colleague, House

PATIENCE_S = 20


class Stream:
    """One request whose answer is read while it is still being given."""

    def __init__(self) -> None:
        self._parts: asyncio.Queue[str] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.over = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.body":
            await self._parts.put(message.get("body", b"").decode())
            if not message.get("more_body", False):
                self.over.set()

    async def until(self, wanted: Callable[[str], bool]) -> str:
        """The next piece that is wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted(part := await self._parts.get()):
                pass
        return part


@asynccontextmanager
async def listening(house: House, who: Colleague, address: str, *, desk: str = "front_door") -> AsyncIterator[Stream]:
    """The stream at this address of a desk, for as long as somebody listens."""
    path, _, query = address.partition("?")
    cookie = "; ".join(f"{name}={value}" for name, value in who.browser.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1:8000"), (b"accept", b"text/event-stream"), (b"cookie", cookie.encode())],
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5),
    }
    stream = Stream()
    app: Any = house.desks[ADDRESS[desk]]
    answering = asyncio.create_task(app(scope, stream.receive, stream.send))
    yield stream
    stream.gone.set()
    await asyncio.wait_for(answering, PATIENCE_S)


async def address_of(who: Colleague, page: str = "/my-work", *, desk: str = "front_door") -> str:
    """Where a page that was drawn just now listens."""
    found = re.search(r'hx-sse:connect="([^"]*)"', (await who.get(page, desk=desk)).text)
    assert found
    return found[1].replace("&amp;", "&")


def still_here(part: str) -> bool:
    return part.startswith(":")


def lines(part: str) -> bool:
    return part.startswith("data: ")
