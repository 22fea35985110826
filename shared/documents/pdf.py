"""Turns a drawn document into bytes: tagged PDF (PDF/UA-1) with language and title. The same HTML gives the same bytes.

Pango, which sets the type, is a library of the machine. Where it is missing everything else still works.
"""

import asyncio
import ctypes
import hashlib
import sys
from functools import cache
from threading import Lock

from shared.documents.drawing import whole
from shared.documents.printable import Printable

VARIANT = "pdf/ua-1"
_ONE_AT_A_TIME = Lock()  # Pango's font map is shared by all threads


class PrintingUnavailableError(Exception):
    """This machine lacks the library that sets type. The page says what to install."""


# What WeasyPrint loads when it is loaded itself, which takes a second or more: too long for a page that only asks.
LIBRARIES = (
    "libgobject-2.0.so.0",
    "libfontconfig.so.1",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
)


@cache
def can_print() -> bool:
    """Whether this machine can make PDFs."""
    try:
        for name in LIBRARIES:
            ctypes.CDLL(name)
    except OSError:  # how it says that one was not found
        return False
    return True


def printed(document: Printable) -> bytes:
    """The PDF. Takes tenths of a second a page: not to be called in an event loop. Raises PrintingUnavailableError."""
    return pdf_of(whole(document))


def pdf_of(drawn: str) -> bytes:
    """The PDF of this HTML. Raises PrintingUnavailableError, and FetchRefusedError if it names any address."""
    if not can_print():
        raise PrintingUnavailableError
    from weasyprint import HTML

    from shared.documents.nothing_fetched import NothingFetched

    with _ONE_AT_A_TIME:
        found: bytes = HTML(string=drawn, url_fetcher=NothingFetched()).write_pdf(pdf_variant=VARIANT)
    return found


async def pdf_made_apart(drawn: str) -> bytes:
    """The same for long documents: made by a process of its own, so that nobody's page waits for it.

    Raises PrintingUnavailableError, and RuntimeError when that process fails.
    """
    if not can_print():
        raise PrintingUnavailableError
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, stdin=pipe, stdout=pipe)
    try:
        content, _ = await process.communicate(drawn.encode("utf-8"))
    finally:
        if process.returncode is None:  # nobody waits for it any more
            process.kill()
    if process.returncode != 0:
        raise RuntimeError("the process that makes PDFs ended without one")
    return content


def fingerprint(found: bytes) -> str:
    """The SHA-256 under which a document is kept: 64 digits and letters from a to f."""
    return hashlib.sha256(found).hexdigest()


if __name__ == "__main__":  # HTML in, PDF out
    sys.stdout.buffer.write(pdf_of(sys.stdin.buffer.read().decode("utf-8")))
