"""One patient's records, each written down on its page: drawn, filled in, checked, kept."""

import httpx

from deploy.local.people import mail_system_of
from shared.pathway.governance import NoticeAcknowledged, NoticeDelivered
from shared.pathway.governance_notice import notices
from shared.pathway.people import Role, Signature
from shared.pathway.record import Record
from tests.forms import consent as consent_form
from tests.forms import follow_up as follow_up_form
from tests.forms import mdt_review as mdt_form
from tests.forms import procedure as procedure_form
from tests.forms import referral as referral_form
from tests.forms import the_day
from tests.ledger.acting import SPECIALISTS, LedgerOf, act, kept, moved, opened, person
from tests.pages.visitors import House

MAIL = Signature(mail_system_of("RXX"), Role.MAIL_SYSTEM)


def kept_as(answer: httpx.Response, pathway_id: str) -> int:
    """The number of the entry that was kept."""
    assert answer.status_code == 303, answer.text
    address, _, number = answer.headers["location"].partition("?kept=")
    assert address == f"http://127.0.0.1:8000/pathways/{pathway_id}"
    return int(number)


async def writes(house: House, pathway_id: str, role: Role, record: Record, side: str = "left") -> int:
    visitor = await house.visitor(person(role))
    return kept_as(await visitor.handed_in(pathway_id, record, side=side), pathway_id)


async def offered(house: House, ledger_of: LedgerOf) -> str:
    pathway_id = await opened(ledger_of)
    await writes(house, pathway_id, Role.TRIAGE_CLINICIAN, referral_form.classification())
    await moved(ledger_of, pathway_id, "2026-03-05T14:30")
    people = mdt_form.attendees(*(each.person for each in SPECIALISTS))
    review = await writes(house, pathway_id, Role.MDT_COORDINATOR, mdt_form.mdt_review(attendees=people))
    for each in SPECIALISTS:
        await writes(house, pathway_id, each.role, mdt_form.sign_off(review))
    return pathway_id


async def prepared(house: House, ledger_of: LedgerOf) -> str:
    pathway_id = await offered(house, ledger_of)
    moment = await ledger_of("desk_governance").look("RXX", pathway_id)
    assert moment is not None
    await moved(ledger_of, pathway_id, "2026-03-06T10:00")
    leaflet = consent_form.leaflet(document_id="PMT-INFO-1", version="2.1")
    await writes(house, pathway_id, Role.CONSENT_TAKER, consent_form.consent(written_information=leaflet))
    return pathway_id


async def told(house: House, ledger_of: LedgerOf, pathway_id: str) -> None:
    moment = await ledger_of("desk_governance").look("RXX", pathway_id)
    assert moment is not None
    dispatch = notices(moment)[0].dispatches[0].key
    delivered = act(pathway_id, NoticeDelivered(dispatch=dispatch), MAIL)
    kept(await ledger_of("desk_governance").enter(delivered))
    await writes(house, pathway_id, Role.GOVERNANCE_LEAD, NoticeAcknowledged(notice=1))


async def test_every_record_of_a_pathway_is_written_down_on_its_page(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await prepared(house, ledger_of)
    await told(house, ledger_of, pathway_id)
    await moved(ledger_of, pathway_id, "2026-03-09T09:30")
    operator = person(Role.PROCEDURALIST).person
    await writes(house, pathway_id, Role.PROCEDURALIST, the_day.bloods())
    await writes(house, pathway_id, Role.PROCEDURALIST, consent_form.confirmation())
    await writes(house, pathway_id, Role.PROCEDURALIST, procedure_form.start(operators=(operator,)))
    await moved(ledger_of, pathway_id, "2026-03-09T11:00")
    await writes(house, pathway_id, Role.PROCEDURALIST, procedure_form.end())
    await moved(ledger_of, pathway_id, "2026-03-11T10:00")
    await writes(house, pathway_id, Role.WARD_CLINICIAN, follow_up_form.discharge())
    await moved(ledger_of, pathway_id, "2026-06-01T10:00")
    decided = follow_up_form.clinic_review(decision_maker=person(Role.HAEMATOLOGIST).person)
    await writes(house, pathway_id, Role.ANTICOAG_CLINIC, decided)
    reader = await house.visitor(person(Role.ANTICOAG_CLINIC))
    page = await reader.get(f"http://127.0.0.1:8000/pathways/{pathway_id}")
    assert page.status_code == 200
    assert len(page.text.encode()) < 50 * 1024
