"""Pathways taken on by the ledger alone, without desks: to three signatures, to a procedure's end, to a closing."""

from deploy.local.people import mail_system_of
from shared.pathway.choices import ClosingReason
from shared.pathway.closure import Closure
from shared.pathway.governance import NoticeDelivered, NoticeSent
from shared.pathway.people import PATENCY, Role, Signature
from tests.forms import consent, mdt_review, procedure, referral, the_day
from tests.forms.filled import LEFT
from tests.ledger.acting import COORDINATOR, SPECIALISTS, TRIAGE, WARD, person
from tests.upgrades.fleet import Fleet

OPERATOR = person(Role.PROCEDURALIST)
MAIL = Signature(mail_system_of("RXX"), Role.MAIL_SYSTEM)
FIRST = "n1-first"


async def signed(here: Fleet, pathway: str) -> None:
    """Three specialties have signed an offer on 5 March: governance is owed its notice."""
    await here.write(pathway, referral.classification(), TRIAGE)
    await here.move(pathway, "2026-03-05T14:30")
    people = mdt_review.attendees(*(each.person for each in SPECIALISTS))
    review = await here.write(pathway, mdt_review.mdt_review(attendees=people), COORDINATOR)
    for specialist in SPECIALISTS:
        await here.write(pathway, mdt_review.sign_off(review), specialist)


async def treated(here: Fleet, pathway: str) -> None:
    """A procedure on 9 March has ended: the registry is owed its entry. Governance was told by hand."""
    await signed(here, pathway)
    await here.write(pathway, NoticeSent(dispatch=FIRST, to=Role.GOVERNANCE_LEAD, recipients=1), PATENCY)
    await here.write(pathway, NoticeDelivered(dispatch=FIRST), MAIL)
    await here.move(pathway, "2026-03-06T12:00")
    leaflet = consent.leaflet(document_id="PMT-INFO-1", version="2.1")
    await here.write(pathway, consent.consent(written_information=leaflet), person(Role.CONSENT_TAKER))
    await here.move(pathway, "2026-03-09T09:30")
    await here.write(pathway, the_day.bloods(), WARD)
    await here.write(pathway, consent.confirmation(), OPERATOR)
    await here.write(pathway, procedure.start(LEFT, operators=(OPERATOR.person,)), OPERATOR)
    await here.move(pathway, "2026-03-09T11:30")
    await here.write(pathway, procedure.end(), OPERATOR)


async def closed(here: Fleet, pathway: str) -> None:
    """Overtaken by events: the pathway ends, and so does its workflow."""
    await here.write(pathway, referral.classification(), TRIAGE)
    story = Closure(reason=ClosingReason.CLINICALLY_OVERTAKEN, note="Treated by the vascular team, who follow up")
    await here.write(pathway, story, COORDINATOR)
