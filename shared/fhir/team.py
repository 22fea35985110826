"""Around the pathway: the MDT as CareTeam, the episode, booked places, and who wrote what (clinical.md 7)."""

from collections.abc import Iterator

from shared.fhir.elements import Case, Json, hl7, instant, of_list, period, person, staff
from shared.pathway import closure
from shared.pathway.consent import ResearchEnrolment
from shared.pathway.consent_duties import research_withdrawals
from shared.pathway.mdt_review import MdtReview
from shared.pathway.slot_rules import slots

BOOKED = {"booked": "booked", "used": "fulfilled", "cancelled": "cancelled"}


def told(case: Case) -> Iterator[Json]:
    """The episode, each meeting, each booked place, each study the patient entered."""
    yield _episode(case)
    yield from _meetings(case)
    yield from _bookings(case)
    yield from _studies(case)


def written(case: Case) -> Iterator[Json]:
    """A Provenance for each entry: who wrote which kind of record when, and nothing of what it says."""
    for entry in case.moment.pathway.entries:
        author = {"type": hl7("provenance-participant-type", "author"), "role": [of_list("role", entry.by.role.value)]}
        yield case.resource(
            "Provenance",
            entry.seq,
            target=[case.plan],
            recorded=instant(entry.at),
            activity=of_list("record", entry.kind),
            agent=[author | {"who": staff(entry.by), "onBehalfOf": case.trust}],
        )


def _episode(case: Case) -> Json:
    ended = case.moment.pathway.latest(closure.Closure)
    begun = case.moment.pathway.entries[0].at
    return case.resource(
        "EpisodeOfCare",
        status="finished" if ended else "active",
        patient=case.patient,
        managingOrganization=case.trust,
        referralRequest=[case.to("ServiceRequest")],
        period=period(begun, ended.at if ended else None),
    )


def _meetings(case: Case) -> Iterator[Json]:
    for entry in case.moment.pathway.every(MdtReview):
        if isinstance(entry.record, MdtReview):
            yield case.resource(
                "CareTeam",
                entry.seq,
                status="active",
                name="MDT that reviewed the case (NICE IPG651 3.8)",
                subject=case.patient,
                period=period(entry.record.met_at, None),
                participant=[{"member": person(one.person)} for one in entry.record.attendees],
                managingOrganization=[case.trust],
            )


def _bookings(case: Case) -> Iterator[Json]:
    for each in slots(case.moment):
        yield case.resource(
            "Appointment",
            each.entry.seq,
            status=BOOKED[each.state],
            start=instant(each.booked.planned_at),
            end=instant(each.booked.planned_at),
            basedOn=[case.to("ServiceRequest")],
            participant=[{"actor": case.patient, "status": "accepted"}],
        )


def _studies(case: Case) -> Iterator[Json]:
    left = research_withdrawals(case.moment)
    for entry in case.moment.pathway.every(ResearchEnrolment):
        if isinstance(entry.record, ResearchEnrolment):
            gone = any(each.seq > entry.seq for each in left)
            study = {"identifier": {"system": "urn:patency:id:study", "value": entry.record.study_id}}
            yield case.resource(
                "ResearchSubject",
                entry.seq,
                status="withdrawn" if gone else "on-study",
                period=period(entry.at, None),
                study={"type": "ResearchStudy"} | study,
                individual=case.patient,
            )
