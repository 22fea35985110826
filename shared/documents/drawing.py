"""Draws a document as HTML: its body for a page of ours, or whole, with its own styles, to be turned into a PDF."""

from functools import cache
from pathlib import Path

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shared.documents.printable import Printable
from shared.documents.sheets import rows
from shared.documents.wording import shared_words

_STYLES = Path(__file__).parent / "templates" / "print.css"
DOTS = 4
"""Size of one square of the QR code."""


@cache
def _environment() -> Environment:
    found = Environment(
        undefined=StrictUndefined,  # a word or value that is missing is a defect, never a gap on paper
        autoescape=True,
        loader=PackageLoader("shared.documents"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"said": shared_words(), "square": square, "rows": rows}
    return found


def body(document: Printable) -> Markup:
    """What the document says, without its frame: headings begin at the second level."""
    return Markup(_drawn(f"{document.name}.jinja", document))  # noqa: S704 -- drawn by us, everything in it escaped


def whole(document: Printable) -> str:
    """The document as a page of its own: language, title, styles, and who and what it is on every sheet."""
    styles = Markup(_STYLES.read_text(encoding="utf-8"))  # noqa: S704 -- our own file
    return _drawn("frame.jinja", document, body=body(document), styles=styles)


def square(address: str) -> str:
    """The QR code of a public address, as a data address of an SVG. Never of anything that names a patient."""
    return str(segno.make(address, error="m").svg_data_uri(scale=DOTS, border=2))


def _drawn(template: str, document: Printable, **context: object) -> str:
    found = _environment().get_template(template)
    return found.render(say=document.say, it=document.content, stamp=document.stamp, title=document.title, **context)
