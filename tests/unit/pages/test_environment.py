"""What every page has whatever it is about: its headers, its title, its files, and text that stays text."""

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request, Response
from httpx import ASGITransport, AsyncClient
from jinja2 import ChoiceLoader, DictLoader

from shared.web.pages.environment import environment, render
from shared.web.pages.files import FOLDER, asset, mount_static
from shared.web.pages.house import House, origin

POISON = "<script>alert(1)</script>\"'{{ 7 * 7 }}"
TYPED = "  first\n\n      second  \n\t\u2028third"
PAGE = """{% extends "layout.jinja" %}{% block content %}
    <p>{{ said }}</p>
    <textarea>
{{ typed }}</textarea>
{% endblock %}"""


@pytest.fixture
async def pages() -> AsyncIterator[AsyncClient]:
    """Pages of one template at /, drawn without anybody signed in."""
    app = FastAPI()
    app.state.house = House(
        training=True,
        front_door="http://127.0.0.1:8000",
        form_targets=("http://127.0.0.1:8001/x", "http://127.0.0.1:8001"),
    )
    mount_static(app)

    @app.get("/")
    async def draw(request: Request) -> Response:
        return render(request, "page-of-a-test.jinja", title=POISON, said=POISON, typed=TYPED)

    loader = environment().loader
    assert isinstance(loader, ChoiceLoader)
    before = loader.loaders
    loader.loaders = [*before, DictLoader({"page-of-a-test.jinja": PAGE})]
    async with AsyncClient(transport=ASGITransport(app), base_url="http://pages") as client:
        yield client
    loader.loaders = before


def directives(answer: object) -> dict[str, str]:
    assert hasattr(answer, "headers")
    return dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))


async def test_nobody_keeps_a_page(pages: AsyncClient) -> None:
    assert (await pages.get("/")).headers["cache-control"] == "no-store"


async def test_the_policy_allows_nothing_unsafe(pages: AsyncClient) -> None:
    found = directives(await pages.get("/"))

    assert found["default-src"] == found["base-uri"] == found["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(found)


async def test_forms_may_lead_to_the_desks_and_nowhere_else(pages: AsyncClient) -> None:
    assert directives(await pages.get("/"))["form-action"] == "'self' http://127.0.0.1:8001"


async def test_each_answer_has_its_own_nonce_and_every_inline_script_carries_it(pages: AsyncClient) -> None:
    first, second = await pages.get("/"), await pages.get("/")
    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in (first, second)]
    inline = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", first.text)

    assert set(nonces[0]).isdisjoint(nonces[1])
    assert len(set(nonces[0])) == 1
    assert all("nonce=" in each for each in inline)
    assert f"'nonce-{nonces[0][0]}'" in directives(first)["script-src"]


async def test_no_page_has_a_style_or_a_handler_in_its_markup(pages: AsyncClient) -> None:
    assert re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", (await pages.get("/")).text) == []


async def test_what_was_written_stays_text(pages: AsyncClient) -> None:
    drawn = (await pages.get("/")).text

    assert "<script>alert" not in drawn
    assert "&lt;script&gt;alert(1)" in drawn
    assert "49" not in drawn.split("<main")[1]


async def test_what_was_typed_keeps_its_white_space(pages: AsyncClient) -> None:
    assert f"<textarea>\n{TYPED}</textarea>" in (await pages.get("/")).text


async def test_an_empty_page_is_small(pages: AsyncClient) -> None:
    assert len((await pages.get("/")).content) < 5_000


async def test_a_page_asks_for_nothing_from_elsewhere(pages: AsyncClient) -> None:
    asked = re.findall(r"""<(?:link|script|img)[^>]+(?:src|href)="([^"]+)""", (await pages.get("/")).text)

    assert asked
    assert [each for each in asked if not each.startswith("/assets/")] == []


async def test_a_file_in_the_version_of_the_page_is_kept_for_ever(pages: AsyncClient) -> None:
    for name in ("nhsuk.css", "app.css", "nhsuk.js", "app.js", "htmx.js", "htmx-sse.js", "favicon.svg"):
        answer = await pages.get(asset(name))
        assert answer.status_code == 200, name
        assert "immutable" in answer.headers["cache-control"], name


async def test_a_file_in_another_version_is_not_kept_for_ever(pages: AsyncClient) -> None:
    assert "immutable" not in (await pages.get("/assets/app.css?v=000000000000")).headers["cache-control"]


@pytest.mark.parametrize("path", ["/assets/../environment.py", "/assets/%2e%2e/environment.py", "/assets/nothing.css"])
async def test_nothing_else_is_served(pages: AsyncClient, path: str) -> None:
    assert (await pages.get(path)).status_code == 404


def test_every_picture_that_the_style_sheets_name_is_there() -> None:
    named = re.findall(r"url\(\"?/assets/([^)\"]+)", (FOLDER / "nhsuk.css").read_text(encoding="utf-8"))

    assert named
    assert [name for name in named if not (FOLDER / name).is_file()] == []


def test_no_style_sheet_asks_for_a_font_or_a_stranger() -> None:
    for name in ("nhsuk.css", "app.css"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert "@font-face" not in text, name
        assert "url(http" not in text, name


def test_the_logo_of_the_nhs_is_not_among_the_files() -> None:
    assert [
        path.name for path in FOLDER.rglob("*") if re.match(r"nhsuk-icon-(\d|mask)|nhsuk-opengraph", path.name)
    ] == []


def test_others_works_carry_their_licences() -> None:
    told = (FOLDER / "NOTICE.txt").read_text(encoding="utf-8")

    assert all(
        name in told for name in ("nhsuk.css", "nhsuk.js", "images/", "htmx.js", "htmx-sse.js", "MIT", "Zero-Clause")
    )


@pytest.mark.parametrize("address", ["", "ftp://x", "//x", "javascript:alert(1)"])
def test_an_origin_is_that_of_a_web_address(address: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        origin(address)
