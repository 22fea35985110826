"""POST /fhir at the referral desk: a referral as a transaction Bundle, entered like one from the desk (IPG651 2.1).

The Bundle's own identifier makes it happen once: the same Bundle again gets the same answer, another one under the
same identifier is refused. What the rules of the referral refuse is told by the element it came from.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from services.described import WRITING
from services.entering import note
from services.fhir.outcomes import MEDIA_TYPE, FhirRoute, answer, described, of_problem, refused
from services.fhir.scopes import scoped
from services.identity import Acting
from services.preconditions import reused
from services.referral.opening import NewPathway, TrainingNow
from services.wiring import Wired, answering_in_time
from shared.fhir.elements import Json, instant
from shared.fhir.inbound import read
from shared.fhir.inbound_reading import Reading, Wrong
from shared.fhir.inbound_shape import ReferralBundle
from shared.ledger import Kept, KeyReused, NotAllowed, Opening, Refused
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS
from shared.web import json_text, problems
from shared.web.bodies import BODY_SECONDS, names_of, parse, reason
from shared.web.problems import FieldError, ProblemError
from shared.wiring import telemetry

TYPES = frozenset({"Patient", "ServiceRequest", "Condition", "ImagingStudy", "Observation", "MedicationStatement"})
NAMES = names_of(ReferralBundle) | TYPES

router = APIRouter(tags=["fhir"], route_class=FhirRoute)
Referrer = Annotated[Acting, Depends(scoped(KINDS[Referral.kind].roles, ("ServiceRequest",), "c"))]
BODY = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A Bundle that could be read: the new pathway it asks for, where each field stood, and what makes it one."""

    pathway: NewPathway
    reading: Reading
    key: str
    digest: bytes


class NotReadError(Exception):
    """The Bundle is not one that is read here: every place that is wrong."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__("not read")
        self.wrong = wrong


@router.post(
    "/fhir",
    status_code=201,
    operation_id="fhir_open_pathway",
    response_class=Response,
    responses=described(201, 400, 409, *WRITING),
    openapi_extra=BODY,
)
async def take_referral(
    *, acting: Referrer, training_now: TrainingNow = None, wiring: Wired, request: Request
) -> Response:
    """Open a pathway with a referral that arrives as a FHIR Bundle."""
    if training_now is not None and not wiring.training:
        raise problems.forbidden("This is not the training world")
    raw = await _body(request)
    try:
        arrived = arrive(raw)
    except NotReadError as error:
        return refused(422, error.wrong)
    opening = Opening(
        trust=acting.trust,
        patient=arrived.pathway.patient,
        referral=arrived.pathway.referral(),
        by=acting.signature,
        key=arrived.key,
        body_hash=arrived.digest,
        traceparent=telemetry.traceparent(),
        training_now=training_now,
        imported=True,
    )
    async with answering_in_time():
        outcome = await wiring.ledger.open_pathway(opening)
    note(outcome, acting, Referral.kind, outcome.pathway_id if isinstance(outcome, Kept) else "")
    return _answered(outcome, arrived.reading)


def _answered(outcome: Kept | Refused | NotAllowed | KeyReused, reading: Reading) -> Response:
    match outcome:
        case Kept():
            return _opened(outcome)
        case Refused():
            return of_problem(problems.refused(outcome.refusals), reading.place_of)
        case KeyReused():
            return of_problem(reused())
        case NotAllowed():
            return of_problem(problems.forbidden("The trust's staff directory does not give you this role"))


def _opened(kept: Kept) -> Response:
    """A transaction-response: where the pathway is. The same for the same Bundle sent again."""
    where = f"CarePlan/{kept.pathway_id}"
    made = {"status": "201 Created", "location": where, "etag": f'W/"{kept.version}"', "lastModified": instant(kept.at)}
    told = {"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": made}]}
    return answer(told, 201, ETag=problems.etag(kept.version))


async def _body(request: Request) -> bytes:
    """Raises ProblemError 415 or 408; the size was limited before."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise ProblemError(415, "media-type", f"Send {MEDIA_TYPE}")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.body()
    except TimeoutError:
        raise ProblemError(408, "slow", "The body did not arrive in time") from None


def arrive(raw: bytes) -> Arrived:
    """The Bundle as a new pathway. Raises NotReadError with every place that is wrong, told by FHIR's own paths."""
    written = _written(raw)
    try:
        bundle = ReferralBundle.model_validate_json(raw, strict=True)
    except ValidationError as error:
        raise NotReadError(list(_explained(error))) from None
    reading = read(bundle)
    if reading.wrong:
        raise NotReadError(reading.wrong)
    try:
        pathway = parse(json.dumps(reading.fields).encode(), NewPathway).model
    except ProblemError as error:
        raise NotReadError(
            [Wrong(reading.place_of(each["field"]), each["reason"]) for each in _errors(error)]
        ) from None
    named = f"{bundle.identifier.system}|{bundle.identifier.value}"
    key = f"fhir-{hashlib.sha256(named.encode()).hexdigest()[:40]}"
    return Arrived(pathway, reading, key, hashlib.sha256(json.dumps(written, sort_keys=True).encode()).digest())


def _errors(error: ProblemError) -> list[Json]:
    found: list[Json] = error.extra.get("errors", [])
    return found


def _written(raw: bytes) -> Any:
    try:
        written = json_text.read(raw)
    except json_text.NotJsonError as error:
        raise NotReadError([Wrong("Bundle", error.words, "structure")]) from None
    if faults := list(json_text.faults(written, NAMES)):
        raise NotReadError([_placed(each) for each in faults])
    return written


def _placed(fault: FieldError) -> Wrong:
    parts: tuple[str | int, ...] = tuple(int(each) if each.isdigit() else each for each in fault.field.split("."))
    return Wrong(_path(parts), fault.reason, "structure")


def _explained(error: ValidationError) -> Iterator[Wrong]:
    for each in error.errors(include_url=False, include_input=False):
        yield Wrong(_path(each["loc"]), reason(each), "structure")


def _path(loc: tuple[str | int, ...]) -> str:
    """Bundle.entry[1].resource.status: as far as the names are ours, without the name of the type chosen on the way."""
    told = "Bundle"
    for part in loc:
        if isinstance(part, int):
            told += f"[{part}]"
        elif part in TYPES:
            continue
        elif part not in NAMES:
            break
        else:
            told += f".{part}"
    return told
