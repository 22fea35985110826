"""Each procedure that was begun, as Procedure (IPG651 2.4-2.7, 3.3). No procedure code: coders assign OPCS-4."""

from collections.abc import Iterator

from shared.fhir.devices import ids_of
from shared.fhir.elements import Case, Json, identifier, leg, of_list, period, person
from shared.fhir.referral import WANTED
from shared.pathway.procedure import Procedure, ProcedureEnd, ProcedureStart, procedure_id, procedures, started_at


def told(case: Case) -> Iterator[Json]:
    """Oldest first. An abandoned one is `stopped`, and is told like every other: the registry is owed it too."""
    for number, each in enumerate(procedures(case.moment.pathway), start=1):
        start, end = each.start.record, each.end.record if each.end else None
        if isinstance(start, ProcedureStart):
            yield _procedure(case, number, each, (start, end if isinstance(end, ProcedureEnd) else None))


def _procedure(case: Case, number: int, each: Procedure, said: tuple[ProcedureStart, ProcedureEnd | None]) -> Json:
    start, end = said
    wrong = sorted(end.events) if end else []
    return case.resource(
        "Procedure",
        number,
        identifier=identifier("procedure", procedure_id(case.moment.pathway, number)),
        basedOn=[case.to("ServiceRequest")],
        status=_status(end),
        code=of_list("procedure", "percutaneous_mechanical_thrombectomy", WANTED),
        subject=case.patient,
        performedPeriod=period(started_at(each.start), end.ended_at if end else None),
        performer=[{"actor": person(operator)} for operator in start.operators],
        reasonReference=[case.to("Condition", start.side)],
        bodySite=leg(start.side),
        complication=[of_list("event", event.value) for event in wrong],
        usedReference=[case.to("Device", *key) for key in ids_of(number, start, end)],
    )


def _status(end: ProcedureEnd | None) -> str:
    if end is None:
        return "in-progress"
    return "completed" if end.outcome == "completed" else "stopped"
