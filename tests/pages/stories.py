"""How far a patient has come when a page is looked at: told through the ledger, which is quicker than through pages."""

from datetime import date

from deploy.local.people import mail_system_of
from shared.pathway.governance import NoticeAcknowledged, NoticeDelivered
from shared.pathway.governance_notice import notices
from shared.pathway.people import Role, Signature
from tests.forms import consent as consent_form
from tests.forms import procedure as procedure_form
from tests.forms import referral as referral_form
from tests.forms import the_day
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, act, classifying, kept, moved, opened, person, signed

FRONT = "http://127.0.0.1:8000"
MAIL = Signature(mail_system_of("RXX"), Role.MAIL_SYSTEM)
LEAD = person(Role.GOVERNANCE_LEAD)
TAKER = person(Role.CONSENT_TAKER)
OPERATOR = person(Role.PROCEDURALIST)
NURSE = person(Role.IR_NURSE)
WARD = person(Role.WARD_CLINICIAN)
LEAFLET = consent_form.leaflet(document_id="PMT-INFO-1", version="2.1")
CONSENT = consent_form.consent(written_information=LEAFLET)
START = procedure_form.start(operators=(OPERATOR.person,))


async def classified(ledger_of: LedgerOf) -> str:
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    return pathway_id


async def offered(ledger_of: LedgerOf) -> str:
    """An offer three specialties have signed; Friday 6 March, 10:00."""
    pathway_id = await signed(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-06T10:00")
    return pathway_id


async def came_late(ledger_of: LedgerOf) -> str:
    """Presented on 18 February with symptoms since the 10th, referred on 3 March, the MDT met on the 5th."""
    changes = {"presentation_at": london("2026-02-18T10:15"), "symptom_onset_date": date(2026, 2, 10)}
    pathway_id = await opened(ledger_of, referral=referral_form.referral(**changes))
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    await moved(ledger_of, pathway_id, "2026-03-05T14:30")
    return pathway_id


async def prepared(ledger_of: LedgerOf) -> str:
    """Governance has read its notice, consent is given; Monday 9 March, 09:30."""
    pathway_id = await offered(ledger_of)
    desk = ledger_of("desk_governance")
    moment = await desk.look("RXX", pathway_id)
    assert moment is not None
    dispatch = notices(moment)[0].dispatches[0].key
    kept(await desk.enter(act(pathway_id, NoticeDelivered(dispatch=dispatch), MAIL)))
    kept(await desk.enter(act(pathway_id, NoticeAcknowledged(notice=1), LEAD)))
    kept(await ledger_of("desk_consent").enter(act(pathway_id, CONSENT, TAKER)))
    await moved(ledger_of, pathway_id, "2026-03-09T09:30")
    return pathway_id


async def treated(ledger_of: LedgerOf) -> str:
    """The procedure has ended; Monday 9 March, 11:00."""
    pathway_id = await prepared(ledger_of)
    kept(await ledger_of("desk_referral").enter(act(pathway_id, the_day.bloods(), WARD)))
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.confirmation(), OPERATOR)))
    desk = ledger_of("desk_procedure")
    kept(await desk.enter(act(pathway_id, START, OPERATOR)))
    await moved(ledger_of, pathway_id, "2026-03-09T11:00")
    kept(await desk.enter(act(pathway_id, procedure_form.end(), OPERATOR)))
    return pathway_id


async def entries(ledger_of: LedgerOf, pathway_id: str, kind: str) -> int:
    """How many entries of a kind there are."""
    moment = await ledger_of("desk_front_door").look("RXX", pathway_id)
    assert moment is not None
    return sum(each.kind == kind for each in moment.pathway.entries)
