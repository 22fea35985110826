"""The files that pages need, served by every desk under /assets: each page names the version it was drawn for."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

FOLDER = Path(__file__).with_name("static")
ADDRESS = "/assets"
A_DAY, A_YEAR = "public, max-age=86400", "public, max-age=31536000, immutable"
DIGITS = 12


@cache
def version(name: str) -> str:
    """The first digits of the file's SHA-256. Raises FileNotFoundError for a file that is not there."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:DIGITS]


def asset(name: str) -> str:
    """The address of a file in the version that is here now."""
    return f"{ADDRESS}/{name}?v={version(name)}"


class _KeptByBrowsers(StaticFiles):
    """Static files: for ever when the address names their version, for a day when it does not (icons)."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code < 400:  # noqa: PLR2004 -- HTTP: below are good answers
            named = scope.get("query_string", b"").decode("latin-1") == f"v={_version_or_none(path)}"
            answer.headers["Cache-Control"] = A_YEAR if named else A_DAY
        return answer


def _version_or_none(path: str) -> str:
    return version(path) if (FOLDER / path).is_file() else ""


def mount_static(app: FastAPI) -> None:
    """Serves the folder `static` of this package at /assets."""
    app.mount(ADDRESS, _KeptByBrowsers(directory=FOLDER), name="assets")
