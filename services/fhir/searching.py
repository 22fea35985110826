"""GET /fhir/{type}: searching the pathways one has a relationship with, in pages, strictly: nothing is passed over.

A page looks at a bounded number of pathways, so it may be short, or empty, while there is a next one.
"""

import base64
import binascii
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.fhir.capability import PARAMETERS
from services.fhir.opening import Reader, reader_of, related, root
from services.fhir.outcomes import FhirRoute, answer, described, refused
from services.fhir.scopes import scoped
from services.identity import Acting
from services.reading import READERS
from services.wiring import Wired, answering_in_time
from shared.fhir.elements import Case, Json
from shared.fhir.everything import SEARCHED, bundle, of_type
from shared.fhir.inbound_reading import Wrong
from shared.ledger.interchange import Candidate, Wanted

COUNT, LARGEST_COUNT = 50, 200
LOOKED_AT = 40
"""Pathways that one page looks at. A reader who is related to few of many gets short pages."""

NEEDS = {"Procedure": "procedure_start", "Consent": "consent", "AdverseEvent": "adverse_event"}
"""Which entries a pathway has to have before it can have one of these."""

_TIME = re.compile(r"(ge|lt)([0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2}))?)")
OWN = ("_count", "_after")
_STATUSES = re.compile(r"[a-z-]{1,40}(?:,[a-z-]{1,40}){0,9}")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")

router = APIRouter(tags=["fhir"], route_class=FhirRoute)


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which resource of which pathway a page begins."""

    pathway: UUID
    shown: int

    def written(self) -> str:
        return base64.urlsafe_b64encode(f"{self.pathway}/{self.shown}".encode()).decode()


START = Place(UUID(int=0), 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was understood. `given` is what every link to another page repeats."""

    wanted: Wanted
    ids: frozenset[str]
    statuses: frozenset[str]
    count: int
    place: Place
    given: tuple[tuple[str, str], ...]


class NotUnderstoodError(ValueError):
    """A parameter that is not known, or a value that cannot be read. Names the parameter, never the value."""


def asked(kind: str, parameters: list[tuple[str, str]]) -> Asked:
    """The search these parameters ask for. Raises NotUnderstoodError: a server that guesses would show too much."""
    told: dict[str, list[str]] = {}
    for name, value in parameters:
        if name not in PARAMETERS and name not in OWN:
            raise NotUnderstoodError("A parameter is not known here")
        told.setdefault(name, []).append(value)
    if any(len(values) > 1 for name, values in told.items() if name != "_lastUpdated"):
        raise NotUnderstoodError("A parameter stands there more than once")
    one = {name: values[0] for name, values in told.items()}
    ids = _ids(one.get("_id"))
    since, until = _times(told.get("_lastUpdated", []))
    pathway = next(iter({each.partition(".")[0] for each in ids}), None)
    wanted = Wanted(patient_id=_patient(one), pathway_id=pathway, since=since, until=until, kind=NEEDS.get(kind))
    given = tuple((name, value) for name, value in parameters if name != "_after")
    return Asked(wanted, ids, _statuses(one.get("status")), _count(one), _place(one.get("_after")), given)


def _ids(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    if _ID.fullmatch(text) is None:
        raise NotUnderstoodError("_id takes one id")
    return frozenset({text})


def _patient(one: dict[str, str]) -> str | None:
    told = {one[name].removeprefix("Patient/") for name in ("patient", "subject") if name in one}
    if len(told) > 1 or any(_ID.fullmatch(each) is None for each in told):
        raise NotUnderstoodError("patient takes one opaque id")
    return next(iter(told), None)


def _statuses(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    if _STATUSES.fullmatch(text) is None:
        raise NotUnderstoodError("status takes codes with commas between them")
    return frozenset(text.split(","))


def _times(texts: list[str]) -> tuple[datetime | None, datetime | None]:
    found: dict[str, datetime] = {}
    for text in texts:
        read = _TIME.fullmatch(text)
        if read is None or read[1] in found:
            raise NotUnderstoodError("_lastUpdated takes ge and lt, each once, with a date or an instant")
        try:
            at = datetime.fromisoformat(read[2])
        except ValueError:
            raise NotUnderstoodError("_lastUpdated takes a date or an instant") from None
        found[read[1]] = at if at.tzinfo else at.replace(tzinfo=UTC)
    return found.get("ge"), found.get("lt")


def _count(one: dict[str, str]) -> int:
    text = one.get("_count", str(COUNT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LARGEST_COUNT):
        raise NotUnderstoodError(f"_count takes a number from 1 to {LARGEST_COUNT}")
    return int(text)


def _place(text: str | None) -> Place:
    if text is None:
        return START
    try:
        pathway, _, shown = base64.b64decode(text, altchars=b"-_", validate=True).decode("ascii").partition("/")
        return Place(UUID(pathway), int(shown[:6]))
    except (binascii.Error, ValueError):
        raise NotUnderstoodError("_after takes what a page gave") from None


@dataclass(frozen=True, slots=True)
class Found:
    """One page: what is shown, of which pathways, and where the next one begins (None: this was the last)."""

    resources: tuple[Json, ...]
    pathways: tuple[str, ...]
    after: Place | None


async def page(reader: Reader, kind: str, search: Asked) -> Found:
    """The next resources, at most `count`, of at most LOOKED_AT pathways."""
    behind = UUID(int=search.place.pathway.int - 1) if search.place.shown else search.place.pathway
    looked = await reader.reception.interchange.candidates(
        reader.trust, search.wanted, after=behind, limit=LOOKED_AT + 1
    )
    resources: list[Json] = []
    shown: list[str] = []
    last = search.place.pathway
    for candidate in looked[:LOOKED_AT]:
        room = search.count - len(resources)
        if not room:
            return Found(tuple(resources), tuple(shown), Place(last, 0))
        matches = await _matches(reader, kind, search, candidate)
        begin = search.place.shown if candidate.pathway_id == str(search.place.pathway) else 0
        taken = matches[begin : begin + room]
        resources += taken
        shown += [candidate.pathway_id] if taken else []
        last = UUID(candidate.pathway_id)
        if len(matches) > begin + room:
            return Found(tuple(resources), tuple(shown), Place(last, begin + room))
    return Found(tuple(resources), tuple(shown), Place(last, 0) if len(looked) > LOOKED_AT else None)


async def _matches(reader: Reader, kind: str, search: Asked, candidate: Candidate) -> tuple[Json, ...]:
    """What one pathway has to offer; nothing without a relationship. Identity is in none of the searched types."""
    if not await related(reader, candidate.pathway_id):
        return ()
    moment = await reader.wiring.ledger.look(reader.trust, candidate.pathway_id)
    if moment is None or not moment.pathway.version:
        return ()
    return tuple(each for each in of_type(Case(moment, candidate.patient_id, None), kind) if _fits(each, search))


def _fits(resource: Json, search: Asked) -> bool:
    right_one = not search.ids or resource["id"] in search.ids
    return right_one and (not search.statuses or resource.get("status") in search.statuses)


def _links(address: str, search: Asked, after: Place | None) -> Iterator[str | None]:
    yield f"{address}?{urlencode(search.given)}" if search.given else address
    yield f"{address}?{urlencode([*search.given, ('_after', after.written())])}" if after else None


def _searching(kind: str) -> Callable[..., Awaitable[Response]]:
    async def search(
        *, request: Request, acting: Annotated[Acting, Depends(scoped(READERS, (kind,), "s"))], wiring: Wired
    ) -> Response:
        try:
            understood = asked(kind, request.query_params.multi_items())
        except NotUnderstoodError as error:
            return refused(400, [Wrong("", str(error), "not-supported")])
        reader = reader_of(acting, wiring)
        async with answering_in_time():
            found = await page(reader, kind, understood)
            await reader.reception.interchange.note(reader.trust, acting.signature, kind, found.pathways)
        here, following = _links(f"{root(request)}/{kind}", understood, found.after)
        return answer(bundle(found.resources, root(request), link=here, more=following))

    return search


for _kind in SEARCHED:
    router.add_api_route(
        f"/fhir/{_kind}",
        _searching(_kind),
        methods=["GET"],
        operation_id=f"fhir_search_{_kind}",
        summary=f"{_kind} of the pathways one has a relationship with",
        response_class=Response,
        responses=described(200, 400),
    )
