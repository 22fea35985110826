"""Real Chromium for tests. All browser tests share one event loop, for browser and server live longer than one test."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.browser.gallery import gallery

Opening = Callable[..., Awaitable[Page]]
Serving = Callable[[FastAPI], Awaitable[str]]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    # The issuer's page asks a stranger for its style: no name leads anywhere. To stop such requests by a route would
    # take the cache from the browser, and every page would load and compile its scripts and styles again.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every asynchronous test of this folder runs on the loop of the session, where the browser is."""
    for item in items:
        if "tests/browser/" in item.path.as_posix() and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium: nothing is downloaded."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def serving() -> AsyncIterator[Serving]:
    """Serves an application on a free loopback port until the end of the tests; gives its address."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(app: FastAPI) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", access_log=False, log_config=None, ws="none"))
        running.append((server, asyncio.create_task(server.serve(sockets=[listening]))))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield serve
    for server, task in running:
        server.should_exit = True
        await task


@pytest_asyncio.fixture(loop_scope="session")
async def opening(browser: Browser) -> AsyncIterator[Opening]:
    """Opens new browser pages, each with its own cookies. When the test ends no console may have said anything.

    Arguments are those of a browser context (viewport, java_script_enabled, ...). `expected` are the beginnings of
    what the console may say, such as Chromium's own line about an answer 422.
    """
    contexts: list[BrowserContext] = []
    said: list[str] = []

    async def open_page(*, expected: tuple[str, ...] = (), **options: object) -> Page:
        def listen(message: ConsoleMessage) -> None:
            if not message.text.startswith(expected or ("\0",)):
                said.append(f"{message.type}: {message.text}")

        context = await browser.new_context(locale="en-GB", timezone_id="Europe/London", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert said == []


@pytest_asyncio.fixture(loop_scope="session")
async def browser_page(opening: Opening) -> Page:
    """One page in a window of a usual size."""
    return await opening(viewport={"width": 1280, "height": 900})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gallery_at(serving: Serving) -> str:
    """The address of the gallery of components."""
    return await serving(gallery())
