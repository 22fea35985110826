"""What the tests of printed documents share: a synthetic patient's papers, their text, and what is inside a PDF."""

import re
import zlib
from datetime import date
from html import unescape

from shared.documents.drawing import whole
from shared.documents.printable import Printable, printable
from shared.pathway.documents import Document
from shared.web.shapes import Patient
from tests.patients import Case

PATIENT = Patient(
    nhs_number="9996510018",
    chi=None,
    hc_number=None,
    temporary_id=None,
    number_status="number_present_and_verified",
    name="Alpha, Synthetic",
    date_of_birth=date(1979, 11, 20),
    sex="male",
)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def paper(document: Document, case: Case, entry: int | None = None, *, patient: Patient | None = PATIENT) -> Printable:
    """The document of this case at an entry, the newest unless told otherwise."""
    made_from = case.pathway.version if entry is None else entry
    return printable(
        document, case.moment, made_from=made_from, patient=patient, trust_name="Synthetic Trust", training=True
    )


def text_of(drawn: str) -> str:
    """What a reader reads: without tags and styles, white space made even."""
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", drawn, flags=re.DOTALL)).split())


def words(document: Document, case: Case, entry: int | None = None) -> str:
    return text_of(whole(paper(document, case, entry)))


def unpacked(content: bytes) -> bytes:
    """A PDF with what its compressed streams hold behind it."""
    return content + b"\n".join(map(_inflated, _STREAM.findall(content)))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:  # a stream that was not compressed
        return stream
