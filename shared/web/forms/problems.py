"""What is wrong, for the error summary of a page: field errors and refusals alike, from the top of the page down."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.pathway.refusal import Refusal
from shared.web.forms import places
from shared.web.forms.description import Form
from shared.web.forms.layouts import Page
from shared.web.forms.raw import RawForm
from shared.web.problems import FieldError


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One line of the error summary. `href` leads to the input; "" when nothing on this page answers for it."""

    text: str
    href: str

    def as_params(self) -> dict[str, str]:
        """As the NHS error summary takes it."""
        return {"text": self.text, "href": self.href} if self.href else {"text": self.text}


def refusal_errors(refusals: Iterable[Refusal], form: Form, raw: RawForm) -> tuple[FieldError, ...]:
    """Refusals as errors of this form, each once, in page order; what belongs to no question comes first."""
    found: dict[FieldError, None] = {}
    for each in refusals:
        place = places.at(form, each.field, raw)
        found[FieldError(place.name if place else "", each.words)] = None
    rank = places.order(form.fields, raw)
    return tuple(sorted(found, key=lambda each: rank.get(each.field, -1)))


def form_errors(
    errors: Iterable[FieldError], form: Form, raw: RawForm, *, page: Page | None = None
) -> tuple[ErrorItem, ...]:
    """The lines of the error summary for this form, or this page of it."""
    return tuple(ErrorItem(each.reason, _href(each.field, form, raw, page)) for each in errors)


def _href(name: str, form: Form, raw: RawForm, page: Page | None) -> str:
    place = places.at(form, name, raw)
    if place is None or (page is not None and not page.asks(name)):
        return ""
    return f"#{places.anchor(place, raw)}"
