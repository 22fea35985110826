"""Where a device, or a lot of it, was used: what the device safety officer asks when it is recalled (IPG651 YR2)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AwareDatetime

from services.described import errors
from services.identity import Acting
from services.wiring import Wired, acting_as, answering_in_time
from shared.ledger.traceability import MOST, Device
from shared.pathway.roles import DEVICES
from shared.web.shapes import Shape

router = APIRouter(tags=["devices"])

CODE = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$"
Officer = Annotated[Acting, Depends(acting_as(DEVICES))]


class ShownUse(Shape):
    """One entry that names the device: in which pathway, when, which lot, and what became of it."""

    pathway_id: str
    entry: int
    at: AwareDatetime
    lot: str
    serial: str | None
    outcome: str


class DeviceUses(Shape):
    """Every use of the trust, newest first. `complete` is false when there are more than can be listed at once."""

    udi_di: str
    lot: str | None
    uses: tuple[ShownUse, ...]
    complete: bool


@router.get("/api/devices/{udi}", response_model=DeviceUses, responses=errors(), operation_id="read_device_uses")
async def read_device_uses(
    *,
    officer: Officer,
    udi: Annotated[str, Path(pattern=CODE, description="UDI-DI")],
    lot: Annotated[str | None, Query(pattern=CODE, description="Only this lot")] = None,
    wiring: Wired,
) -> Response:
    """Which pathways used this device. None: the list is empty, and that is an answer too."""
    async with answering_in_time():
        found = await wiring.ledger.device_uses(officer.trust, Device(udi, lot), officer.signature)
    shown = tuple(
        ShownUse(
            pathway_id=each.pathway_id,
            entry=each.entry,
            at=each.at,
            lot=each.lot,
            serial=each.serial,
            outcome=each.outcome,
        )
        for each in found
    )
    answer = DeviceUses(udi_di=udi, lot=lot, uses=shown, complete=len(shown) < MOST)
    return Response(answer.model_dump_json(), media_type="application/json")
