"""What an address of My work asks for, and the address of what is asked for. No address ever holds an identity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from shared.ledger.work import Sort, Whose, Wish
from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency

PAGE = "/my-work"
LIVE = "/my-work/live"
LONGEST_PLACE = 400
_REFERENCE = re.compile(r"[0-9a-f]{8}")
_SAID = re.compile(r"[a-z_]{1,20}-[0-9]{1,4}(?:\.[a-z_]{1,20}-[0-9]{1,4}){0,5}")

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of My work: which tasks, behind which place, what to say on top of it, and what a live page has seen."""

    wish: Wish = field(default_factory=Wish)
    after: str = ""
    said: str = ""
    seen: str = ""

    def address(self, page: str = PAGE) -> str:
        """The address of this page, with what differs from the usual."""
        wish = self.wish
        told = {
            "sort": "" if wish.sort == Sort.DUE else wish.sort.value,
            "urgency": wish.urgency.value if wish.urgency else "",
            "side": wish.side.value if wish.side else "",
            "overdue": "1" if wish.overdue else "",
            "whose": wish.whose.value if wish.whose else "",
            "reference": wish.reference,
            "after": self.after,
            "said": self.said,
            "seen": self.seen,
        }
        query = urlencode({name: value for name, value in told.items() if value})
        return f"{page}?{query}" if query else page

    def behind(self, after: str) -> "Asked":
        return replace(self, after=after, said="")

    def saying(self, said: str) -> "Asked":
        return replace(self, said=said)


def asked(params: Mapping[str, str]) -> Asked:
    """What these parameters ask for. What is not understood counts as not asked."""
    reference, after, said = (params.get(name, "") for name in ("reference", "after", "said"))
    wish = Wish(
        sort=_one_of(Sort, params.get("sort")) or Sort.DUE,
        urgency=_one_of(Urgency, params.get("urgency")),
        side=_one_of(Side, params.get("side")),
        overdue=params.get("overdue") == "1",
        whose=_one_of(Whose, params.get("whose")),
        reference=reference if _REFERENCE.fullmatch(reference) else "",
    )
    return Asked(wish, after if len(after) <= LONGEST_PLACE else "", said if _SAID.fullmatch(said) else "")


def back_to(text: str) -> Asked:
    """The page that a form says it was on, from the address it carries."""
    return asked(QueryParams(text.partition("?")[2]))


def _one_of(kind: type[E], given: str | None) -> E | None:
    return next((each for each in kind if each.value == given), None)
