"""GET /fhir: what this server can do, a pathway with everything in it, and single resources of the searched types."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.fhir.capability import statement
from services.fhir.opening import opened, reader_of, root
from services.fhir.outcomes import FhirRoute, answer, described
from services.fhir.scopes import scoped
from services.identity import Acting
from services.reading import READERS
from services.wiring import PathwayId, Wired, a_pathway
from shared.fhir.everything import RESOURCES, SEARCHED, bundle, of_type, plan, resources
from shared.web.problems import unknown

PLAN = "/fhir/CarePlan/{pathway_id}"

router = APIRouter(tags=["fhir"], route_class=FhirRoute)
rest = APIRouter(include_in_schema=False, route_class=FhirRoute)
Whole = Annotated[Acting, Depends(scoped(READERS, RESOURCES, "r"))]
OfPlans = Annotated[Acting, Depends(scoped(READERS, ("CarePlan",), "r"))]
ANSWER: dict[str, Any] = {"response_class": Response, "responses": described(200, 404)}


@router.get("/fhir/metadata", operation_id="fhir_metadata", response_class=Response, responses=described(200))
async def metadata(request: Request) -> Response:
    """The CapabilityStatement, for anybody: it is about nobody."""
    return answer(statement(root(request)))


@router.get(PLAN, operation_id="fhir_read_CarePlan", **ANSWER)
async def read_plan(*, request: Request, acting: OfPlans, pathway_id: PathwayId, wiring: Wired) -> Response:
    """The pathway as CarePlan."""
    del request
    return answer(plan(await opened(reader_of(acting, wiring), pathway_id)))


@router.get(f"{PLAN}/$everything", operation_id="fhir_everything", **ANSWER)
async def read_everything(*, request: Request, acting: Whole, pathway_id: PathwayId, wiring: Wired) -> Response:
    """The pathway with everything that is told of it, in one Bundle. Needs a read scope for every type in it."""
    case = await opened(reader_of(acting, wiring), pathway_id)
    found = tuple(resources(case))
    address = root(request)
    told = bundle(found, address, link=f"{address}/CarePlan/{case.id}/$everything")
    return answer(told | {"total": len(found)})


def _reading(kind: str) -> Callable[..., Awaitable[Response]]:
    async def read(
        *,
        acting: Annotated[Acting, Depends(scoped(READERS, (kind,), "r"))],
        pathway_id: str,
        part: str,
        wiring: Wired,
    ) -> Response:
        case = await opened(reader_of(acting, wiring), a_pathway(pathway_id))
        wanted = f"{case.id}.{part}"
        found = next((each for each in of_type(case, kind) if each["id"] == wanted), None)
        if found is None:
            raise unknown()
        return answer(found)

    return read


for _kind in SEARCHED:
    router.add_api_route(
        f"/fhir/{_kind}/{{pathway_id}}.{{part}}",
        _reading(_kind),
        methods=["GET"],
        operation_id=f"fhir_read_{_kind}",
        summary=f"One {_kind}",
        **ANSWER,
    )


@rest.get("/fhir/{elsewhere:path}")
async def nothing(elsewhere: str) -> Response:
    """404 for every address that is none, said as FHIR says it."""
    del elsewhere
    raise unknown()
