"""How the tests of the ledger speak: synthetic patients of RXX, people of its directory, acts with their own keys."""

import itertools
import random
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

from shared.ledger import Act, Answer, Kept, Ledger, NumberStatus, Opening, PatientIdentity, Sex
from shared.pathway.people import Role, Signature
from shared.pathway.record import Record
from tests.forms import mdt_review as mdt_form
from tests.forms import referral as referral_form
from tests.forms.filled import london

TRUST = "RXX"
REFERRED_AT = london("2026-03-03T09:00")
NUMBERS = itertools.count(random.SystemRandom().randrange(1_000_000))

LedgerOf = Callable[[str], Ledger]


def person(role: Role, trust: str = TRUST) -> Signature:
    """The first of the training directory who holds this role there."""
    return Signature(f"{trust.lower()}-{role.value.replace('_', '-')}-1", role)


REFERRER = person(Role.REFERRER)
TRIAGE = person(Role.TRIAGE_CLINICIAN)
COORDINATOR = person(Role.MDT_COORDINATOR)
SPECIALISTS = tuple(
    person(role) for role in (Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST, Role.HAEMATOLOGIST)
)
WARD = person(Role.WARD_CLINICIAN)
OPS = person(Role.OPS)


def synthetic_number(prefix: str = "999") -> str:
    """A number with a right check digit that no other test of this run was given."""
    while True:
        nine = f"{prefix}{next(NUMBERS) % 1_000_000:06d}"
        total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
        if (check := (11 - total % 11) % 11) != 10:
            return f"{nine}{check}"


def patient(**changes: Any) -> PatientIdentity:
    given: dict[str, Any] = {
        "number_status": NumberStatus.NUMBER_PRESENT_AND_VERIFIED,
        "name": "Synthetic Alpha",
        "date_of_birth": date(1979, 11, 20),
        "sex": Sex.MALE,
    }
    if not {"chi", "hc_number", "temporary_id"} & set(changes):
        given["nhs_number"] = synthetic_number()
    return PatientIdentity(**(given | changes))


def opening(**changes: Any) -> Opening:
    given: dict[str, Any] = {
        "trust": TRUST,
        "patient": patient(),
        "referral": referral_form.referral(),
        "by": REFERRER,
        "key": str(uuid4()),
        "body_hash": b"referral",
        "training_now": REFERRED_AT,
    }
    return Opening(**(given | changes))


def act(pathway_id: str, record: Record, by: Signature, **changes: Any) -> Act:
    given: dict[str, Any] = {"trust": TRUST, "key": str(uuid4()), "body_hash": b"body"}
    return Act(pathway_id=pathway_id, record=record, by=by, **(given | changes))


def classifying(pathway_id: str, **changes: Any) -> Act:
    return act(pathway_id, referral_form.classification(), changes.pop("by", TRIAGE), **changes)


def kept(answer: Answer) -> Kept:
    assert isinstance(answer, Kept), answer
    return answer


async def opened(ledger_of: LedgerOf, **changes: Any) -> str:
    return kept(await ledger_of("desk_referral").open_pathway(opening(**changes))).pathway_id


async def signed(ledger_of: LedgerOf) -> str:
    """A pathway whose MDT offer three specialties have signed on 5 March: governance is owed its notice."""
    pathway_id = await opened(ledger_of)
    kept(await ledger_of("desk_referral").enter(classifying(pathway_id)))
    await moved(ledger_of, pathway_id, "2026-03-05T14:30")
    desk = ledger_of("desk_mdt_review")
    people = mdt_form.attendees(*(each.person for each in SPECIALISTS))
    review = kept(await desk.enter(act(pathway_id, mdt_form.mdt_review(attendees=people), COORDINATOR)))
    for specialist in SPECIALISTS:
        kept(await desk.enter(act(pathway_id, mdt_form.sign_off(review.version), specialist)))
    return pathway_id


async def moved(ledger_of: LedgerOf, pathway_id: str, wall: str) -> int:
    """The clock moved to this London time, and how many timers fired on the way."""
    kept(await ledger_of("desk_front_door").advance_clock(TRUST, pathway_id, london(wall), OPS))
    return await ledger_of("patency_worker").fire_due(TRUST, pathway_id)
