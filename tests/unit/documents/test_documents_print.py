"""The bytes of printed documents: tagged, with language and title, the same each time, and nothing ever fetched."""

import tomllib
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from shared import documents
from shared.documents import pdf
from shared.documents.drawing import whole
from shared.documents.nothing_fetched import FetchRefusedError
from shared.documents.pdf import PrintingUnavailableError, pdf_made_apart, pdf_of, printed
from shared.documents.wording import wording
from shared.pathway.documents import DOCUMENTS, Document
from tests.patients import discharged
from tests.unit.documents.papers import paper, unpacked

EVERY = pytest.mark.parametrize("document", DOCUMENTS)
HERE = Path(documents.__file__).parent


@cache
def printed_once(document: Document) -> bytes:
    return printed(paper(document, discharged()))


@EVERY
def test_a_pdf_is_tagged_and_names_its_language_and_title(document: Document) -> None:
    found = unpacked(printed_once(document))

    assert found.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in found
    assert b"/Marked true" in found
    assert b"/Lang (en)" in found
    assert b"/Title (" in found
    assert b"pdfuaid" in found


@EVERY
def test_the_same_document_is_the_same_bytes(document: Document) -> None:
    assert printed(paper(document, discharged())) == printed_once(document)


async def test_another_process_makes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = whole(paper("filter_letter", discharged()))
    monkeypatch.setenv("PYTHONHASHSEED", "7")

    assert await pdf_made_apart(drawn) == pdf_of(drawn)


@pytest.mark.parametrize(
    "outside",
    [
        '<img alt="" src="http://127.0.0.1:9/picture.png">',
        '<img alt="" src="https://example.org/picture.png">',
        '<img alt="" src="file:///etc/hostname">',
        '<img alt="" src="data:text/html,x">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/styles.css">',
        "<style>@import 'http://127.0.0.1:9/styles.css';</style>",
        "<style>p { background: url(file:///etc/hostname) }</style><p>words</p>",
    ],
)
def test_a_document_that_names_an_address_is_not_printed(outside: str) -> None:
    with pytest.raises(FetchRefusedError):
        pdf_of(f"<html lang=en><title>Planted</title>{outside}</html>")


def test_a_machine_without_pango_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "can_print", lambda: False)

    with pytest.raises(PrintingUnavailableError):
        printed(paper("filter_letter", discharged()))


@pytest.mark.parametrize("document", [*DOCUMENTS, "paper_sheets", "case_file"])
def test_a_change_of_wording_or_template_has_a_version_of_its_own(document: str) -> None:
    """What is written down with a document is its version: after a change of words raise it, and add its digest."""
    released = tomllib.loads((HERE / "released.toml").read_text(encoding="utf-8"))

    assert released[document].get(wording(document).version) == digest(document)


def digest(document: str) -> str:
    """Of everything that decides what this document says and how it looks."""
    parts = (f"words/{document}.toml", "words/shared.toml", f"templates/{document}.jinja", "templates/frame.jinja")
    return sha256(b"".join((HERE / part).read_bytes() for part in (*parts, "templates/print.css"))).hexdigest()
