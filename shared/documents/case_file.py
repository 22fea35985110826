"""The printed half of a case file (IPG651 1.2, 1.3): what was written down, refused, told and looked at, and its proof.

Plain values in words already; the JSON made with it holds the rows themselves, and the hash of this print.
"""

from dataclasses import dataclass

from shared.documents.printable import Printable, Stamp


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """One entry: its number, the pathway's time and the server's, who in which role, what, and every answer."""

    number: int
    at: str
    kept_at: str
    who: str
    what: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One sending of a governance notice. Sent, delivered and acknowledged are different facts."""

    notice: str
    to: str
    why: str
    sent: str
    delivered: str
    acknowledged: str


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the audit: when, who in which role, what they did, and why or by which rule."""

    at: str
    who: str
    what: str
    more: str


@dataclass(frozen=True, slots=True)
class CaseFilePaper:
    """Everything that is printed. `facts` are what the file is and what proves it, as questions and answers."""

    facts: tuple[tuple[str, str], ...]
    entries: tuple[WrittenDown, ...]
    notices: tuple[Told, ...]
    attempts: tuple[Look, ...]
    looks: tuple[Look, ...]


def case_file_paper(paper: CaseFilePaper, stamp: Stamp) -> Printable:
    """The document as it is drawn. It names a pathway, and no patient."""
    return Printable("case_file", paper, stamp)
