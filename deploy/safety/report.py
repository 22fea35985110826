"""The safety file to print: one page with its own styles, and the same as a tagged PDF."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared.documents import drawing
from shared.documents.pdf import pdf_of
from shared.pathway.civil_time import LONDON
from shared.safety.hazards import TARGET, Likelihood, SafetyFile, Severity, link_words
from shared.safety.last_run import LastRun, Standing

STYLES = Path(drawing.__file__).with_name("templates") / "print.css"
STANDINGS = {
    Standing.PROVEN: "Every test that it names has passed",
    Standing.IN_PART: "Some of the tests that it names have not run",
    Standing.UNPROVEN: "None of the tests that it names has run",
    Standing.FAILED: "A test that it names has failed",
}


def drawn(safety: SafetyFile, run: LastRun) -> str:
    """The report as one page of HTML that asks for nothing else. The same file and run give the same page."""
    styles = Markup(STYLES.read_text(encoding="utf-8"))  # noqa: S704 -- our own file
    return (
        _environment()
        .get_template("report.jinja")
        .render(
            it=safety,
            run=run.of(safety.links),
            styles=styles,
            target=TARGET,
            severities=list(Severity),
            likelihoods=list(reversed(Likelihood)),
            standings=STANDINGS,
            london=LONDON,
        )
    )


def write(place: Path, safety: SafetyFile, run: LastRun) -> None:
    """Writes the report: a PDF when the name ends so, else HTML. Raises PrintingUnavailableError without Pango."""
    place.parent.mkdir(parents=True, exist_ok=True)
    page = drawn(safety, run)
    place.write_bytes(pdf_of(page) if place.suffix == ".pdf" else page.encode("utf-8"))


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent)
    found = Environment(undefined=StrictUndefined, autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True)
    found.filters |= {"words": _in_words, "shows": link_words}
    return found


def _in_words(name: str) -> str:
    return name.replace("_", " ")
