"""What goes on beside the steps: a filter that stays too long, a withdrawal on the day, a transfer in parts."""

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer
from shared.pathway.endings import TransferAccepted, TransferPart
from shared.pathway.slot import SlotBooked
from tests.browser.journeys.person import Staff
from tests.browser.journeys.prepared import consented, start, treat
from tests.forms import consent, endings, filters, procedure
from tests.forms.filled import london
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, body_of

OPERATOR, RADIOLOGIST = PEOPLE["proceduralist"], PEOPLE["interventional-radiologist"]
COORDINATOR, TAKER, WARD = PEOPLE["mdt-coordinator"], PEOPLE["consent-taker"], PEOPLE["ward-clinician"]


async def with_filter(clinic: Clinic) -> str:
    """9 March: a filter went in, to be out by 6 April."""
    pathway = await consented(clinic)
    planned = {"filter_planned": True, "filter_indication": "Free-floating clot"}
    await clinic.write(OPERATOR, pathway, "procedure_start", body_of(start(Side.LEFT).model_copy(update=planned)))
    await clinic.advance(OPERATOR, pathway, "2026-03-09T11:30:00Z")
    plan = filters.plan(owner_person=RADIOLOGIST, backup_owner=PEOPLE["vascular-surgeon"])
    end = procedure.end(filter=filters.inserted(plan=plan), sign_out=procedure.sign_out(filter_present=Answer.YES))
    await clinic.write(OPERATOR, pathway, "procedure_end", body_of(end))
    return pathway


async def test_a_filter_that_stays_too_long_is_on_the_executives_list_until_it_is_out(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await with_filter(clinic)
    await clinic.advance(OPERATOR, pathway, "2026-05-08T09:00:00Z")

    director = await (await staff("rxx-medical-director-1")).signed_in()
    await director.follows("Filters inside")
    assert "Red: day 60" in await director.reads()
    assert "Synthetic" not in await director.reads()

    radiologist = await (await staff(RADIOLOGIST)).signed_in(f"/pathways/{pathway}")
    assert "FILTER INSIDE, day 60" in await radiologist.reads()
    await radiologist.takes_up(pathway, "filter_retrieval")
    taken_out = filters.retrieval(
        attempted_at=london("2026-05-08T09:30"), venogram=filters.venogram(performed_at=london("2026-05-08T09:10"))
    )
    await clinic.advance(RADIOLOGIST, pathway, "2026-05-08T10:00:00Z")
    await radiologist.opens_form(pathway, "filter_retrieval")
    await radiologist.hands_in(taken_out)
    assert "60 days inside, ended 8 May 2026" in await radiologist.reads()

    await director.opens("/filters")
    assert pathway not in await director.page.content()


async def test_a_withdrawal_on_the_day_stops_the_room_and_nothing_breaks_it(staff: Staff, clinic: Clinic) -> None:
    pathway = await consented(clinic)
    booked = SlotBooked(side=Side.LEFT, planned_at=london("2026-03-09T11:00"), room="IR 2")
    await clinic.write(OPERATOR, pathway, "slot_booked", body_of(booked))
    operator = await (await staff(OPERATOR)).signed_in()
    await operator.opens_form(pathway, "procedure_start")
    await operator.answers_all(start(Side.LEFT))

    ward = await (await staff(WARD)).signed_in(f"/pathways/{pathway}")
    await ward.opens_form(pathway, "consent_withdrawn")
    await ward.fills_in(consent.withdrawal())
    await ward.presses("Save")

    await operator.opens_form(pathway, "procedure_start")
    assert "CONSENT WITHDRAWN: STOP" in await operator.reads()
    await operator.opens_case(pathway)
    assert "Cancelled" in await operator.reads()


async def test_another_trust_accepts_part_by_part_and_until_then_the_rest_stays_ours(
    staff: Staff, clinic: Clinic
) -> None:
    pathway = await consented(clinic)
    await treat(clinic, pathway)
    ward = await (await staff(WARD)).signed_in()
    await ward.opens_form(pathway, "transferred_out")
    await ward.hands_in(endings.transfer())
    assert "Offered to another trust: still ours" in await ward.reads()

    await clinic.advance(COORDINATOR, pathway, "2026-03-09T15:00:00Z")
    coordinator = await (await staff(COORDINATOR)).signed_in()
    for part, left in ((TransferPart.ANTICOAGULATION, True), (TransferPart.PATHWAY_CARE, False)):
        await coordinator.opens_form(pathway, TransferAccepted.kind)
        await coordinator.hands_in(endings.answered(part, answered_at=london("2026-03-09T14:30")))
        assert ("Not accepted yet, and still ours" in await coordinator.reads()) == left
    assert "TRANSFERRED" in await coordinator.reads()
