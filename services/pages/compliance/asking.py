"""Who may look at the figures, and which period they ask for: whole months of referral, in the address (IPG651 1.1)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from services.identity import Acting
from services.sessions import page_actor, reception_of
from shared.ledger.compliance import Period
from shared.pathway.civil_time import add_months
from shared.pathway.people import Role
from shared.pathway.roles import GOVERNANCE
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

READERS = GOVERNANCE | {Role.AUDITOR, Role.CLINICAL_OWNER}
"""Governance, and who oversees without treating. They see their own trust's figures, and its cases by reference."""

MONTHS_SHOWN = 24
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)

Reader = Annotated[Acting, Depends(page_actor(READERS))]


@dataclass(frozen=True, slots=True)
class Asked:
    """The period of a page. `error` is the word that says what was wrong with what was asked; "" when nothing was.

    `typed` is what then stands in the two boxes: the months that could be read, as they were asked for.
    """

    first: date
    last: date
    error: str = ""
    typed: tuple[str, str] = ("", "")

    @property
    def period(self) -> Period:
        return Period(self.first, add_months(self.last, 1))

    @property
    def since(self) -> str:
        return _written(self.first)

    @property
    def until(self) -> str:
        return _written(self.last)

    def address(self, path: str, **more: str) -> str:
        """That page for the same period."""
        return f"{path}?{urlencode({'from': self.since, 'to': self.until} | more)}"

    def on_page(self) -> dict[str, Any]:
        """What every template of these pages needs to draw the choice of a period."""
        at = "to" if self.typed[0] and not self.typed[1] else "from"
        errors = [{"text": spoken()(self.error), "href": f"#{at}", "at": at}] if self.error else []
        boxes = self.typed if self.error else (self.since, self.until)
        return {
            "asked": self,
            "boxes": boxes,
            "errors": errors,
            "status": 422 if self.error else 200,
            "wide": True,
        }


async def period(request: Request) -> Asked:
    """The months asked for; the last two years without any. What cannot be read is asked for again, and said so."""
    today = reception_of(request).compliance.today()
    last = today.replace(day=1)
    usual = Asked(add_months(last, 1 - MONTHS_SHOWN), last)
    given = (request.query_params.get("from", ""), request.query_params.get("to", ""))
    if given == ("", ""):
        return usual
    found = [_month(each) for each in given]
    typed = (_written(found[0]), _written(found[1]))  # what could not be read is never sent back
    if found[0] is None or found[1] is None:
        return Asked(usual.first, usual.last, "compliance.month_wrong", typed)
    if found[0] > found[1]:
        return Asked(usual.first, usual.last, "compliance.month_order", typed)
    return Asked(found[0], found[1])


def asked_again(request: Request, asked: Asked, title: str) -> Response:
    """The page without a figure: those of other months would be taken for the answer."""
    return render(request, "compliance/wrong.jinja", title=title, path=request.url.path, **asked.on_page())


def _written(month: date | None) -> str:
    return month.strftime("%Y-%m") if month else ""


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text.strip())
    return date(int(found[1]), int(found[2]), 1) if found else None


Chosen = Annotated[Asked, Depends(period)]
