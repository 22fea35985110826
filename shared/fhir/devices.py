"""Devices scanned or used, as Device; what stayed inside, as DeviceUseStatement and Flag (clinical.md 2.7)."""

from collections.abc import Iterator
from datetime import date

from shared.fhir.elements import Case, Json, day, instant, of_list, present, role
from shared.pathway.filter_track import Filter, filters
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, procedures
from shared.pathway.procedure_parts import ScannedDevice, UsedDevice

Key = tuple[int, str, str]
WHERE = "inferior vena cava"


def told(case: Case) -> Iterator[Json]:
    """Each device of each procedure once, then each filter: that it is inside, since when, and until when."""
    for number, each in enumerate(procedures(case.moment.pathway), start=1):
        start, end = each.start.record, each.end.record if each.end else None
        if isinstance(start, ProcedureStart):
            yield from _devices(case, number, start, end if isinstance(end, ProcedureEnd) else None)
    for inside in filters(case.moment):
        yield from _filter(case, inside)


def ids_of(number: int, start: ProcedureStart, end: ProcedureEnd | None) -> tuple[Key, ...]:
    """What tells the devices of one procedure apart: model and lot. One that was scanned and used is one device."""
    named: list[ScannedDevice | UsedDevice] = [*start.devices, *(end.devices_used if end else ())]
    return tuple(dict.fromkeys((number, each.udi_di, each.lot) for each in named))


def _devices(case: Case, number: int, start: ProcedureStart, end: ProcedureEnd | None) -> Iterator[Json]:
    scanned = {(number, each.udi_di, each.lot): each for each in start.devices}
    for key in ids_of(number, start, end):
        found = scanned.get(key)
        kind = found.role if found else "used_device"
        yield _device(case, key, kind, (found.expires_on if found else None, found.serial if found else None))


def _device(case: Case, key: tuple[object, ...], kind: str, known: tuple[date | None, str | None]) -> Json:
    """A serial number leads to one patient: whoever may not know who it is, is not told."""
    expires_on, serial = known
    _number, udi_di, lot = key[-3:]
    return case.resource(
        "Device",
        *key,
        udiCarrier=[{"deviceIdentifier": udi_di}],
        status="active",
        expirationDate=day(expires_on),
        lotNumber=lot,
        serialNumber=serial if case.identity else None,
        type=of_list("device-role", kind),
        patient=case.patient,
        owner=case.trust,
    )


def _filter(case: Case, each: Filter) -> Iterator[Json]:
    key = ("filter", each.number, each.inserted.udi_di, each.inserted.lot)
    yield _device(case, key, "filter", (None, each.inserted.serial))
    out = each.outcome
    stayed = present({"start": instant(each.inserted.inserted_at), "end": day(out.on) if out else None})
    yield case.resource(
        "DeviceUseStatement",
        "filter",
        each.number,
        status="active" if out is None or out.state == "permanent_by_decision" else "completed",
        subject=case.patient,
        timingPeriod=stayed if out is None or out.state == "retrieved" else {"start": stayed["start"]},
        device=case.to("Device", *key),
        reasonCode=[of_list("filter-outcome", out.state)] if out else None,
        bodySite={"text": f"{WHERE}, {each.inserted.position}"},
    )
    yield case.resource(
        "Flag",
        "filter",
        each.number,
        status="active" if out is None else "inactive",
        code=of_list("flag", "filter_inside", "A vena cava filter is inside and has to be followed up"),
        subject=case.patient,
        period=stayed,
        author=role(Role.PATENCY),
    )
