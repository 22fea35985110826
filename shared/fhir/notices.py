"""What governance was told, as Communication: one for each sending (IPG651 1.2). Says who the patient is to nobody."""

from collections.abc import Iterator

from shared.fhir.elements import Case, Json, instant, of_list, role
from shared.pathway.governance_notice import Dispatch, Notice, notices


def told(case: Case) -> Iterator[Json]:
    """Every dispatch of every notice. Accepted by the mail system is in progress; only delivered is completed."""
    for notice in notices(case.moment):
        yield from (_dispatch(case, notice, each) for each in notice.dispatches)


def _dispatch(case: Case, notice: Notice, each: Dispatch) -> Json:
    read = notice.acknowledged_at
    return case.resource(
        "Communication",
        each.key,
        basedOn=[case.plan],
        status=_status(each),
        statusReason={"text": "It came back, or there was nobody to send it to"} if each.failed_at else None,
        category=[of_list("notice", "governance_notice")],
        subject=case.patient,
        topic=of_list("occasion", notice.about),
        about=[case.plan],
        sent=instant(each.sent_at) if each.sent_at else None,
        received=instant(each.delivered_at) if each.delivered_at else None,
        recipient=[role(each.to)],
        note=[{"time": instant(read), "text": "The notice was acknowledged"}] if read else None,
    )


def _status(each: Dispatch) -> str:
    if each.delivered_at is not None:
        return "completed"
    if each.failed_at is not None:
        return "not-done"
    return "in-progress" if each.sent_at is not None else "preparation"
