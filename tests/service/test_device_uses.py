"""Where a device was used: asked at the governance desk, by those who answer for devices, and by nobody else."""

from datetime import UTC, datetime

import pytest

from shared.ledger.traceability import MOST, Device, DeviceUse
from shared.pathway.people import Signature
from tests.service.callers import NOWHERE, Caller, apps, wiring

UDI = "05012345678900"
ADDRESS = f"/api/devices/{UDI}"
USE = DeviceUse(NOWHERE, 12, datetime(2026, 3, 9, 11, tzinfo=UTC), "L-1", None, "used")


class Traces:
    """A ledger that finds the same uses for everybody, and remembers who asked for what."""

    def __init__(self, found: tuple[DeviceUse, ...]) -> None:
        self.found = found
        self.asked: list[tuple[str, Device, str]] = []

    async def device_uses(self, trust: str, device: Device, reader: Signature) -> tuple[DeviceUse, ...]:
        self.asked.append((trust, device, reader.person))
        return self.found


def officer(ledger: Traces, person: str = "rxx-device-safety-officer-1") -> Caller:
    return Caller(apps(wiring(ledger)), person)


async def test_the_officer_is_told_where_a_lot_was_used() -> None:
    ledger = Traces((USE,))

    answer = await officer(ledger).get("governance", ADDRESS, lot="L-1")

    assert answer.status_code == 200
    told = answer.json()
    assert (told["udi_di"], told["lot"], told["complete"]) == (UDI, "L-1", True)
    assert told["uses"] == [
        {
            "pathway_id": NOWHERE,
            "entry": 12,
            "at": "2026-03-09T11:00:00Z",
            "lot": "L-1",
            "serial": None,
            "outcome": "used",
        }
    ]
    assert ledger.asked == [("RXX", Device(UDI, "L-1"), "rxx-device-safety-officer-1")]


async def test_a_list_that_was_cut_says_so() -> None:
    answer = await officer(Traces((USE,) * MOST)).get("governance", ADDRESS)
    assert answer.json()["complete"] is False


@pytest.mark.parametrize("person", ["rxx-ward-clinician-1", "rxx-referrer-1", "rxx-registry-clerk-1", "rxx-ops-1"])
async def test_others_are_not_told(person: str) -> None:
    ledger = Traces((USE,))
    assert (await officer(ledger, person).get("governance", ADDRESS)).status_code == 403
    assert ledger.asked == []


async def test_what_is_no_lot_is_refused_and_not_repeated() -> None:
    answer = await officer(Traces(())).get("governance", ADDRESS, lot="<b>x y")
    assert answer.status_code == 422
    assert "<b>" not in answer.text
