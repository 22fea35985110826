"""Every kind of record through its own page: what was typed is drawn, what was drawn is sent, and is the record."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.pages.records.offered import ONLY
from services.pages.records.routes import MAIL_SYSTEM_ONLY
from services.pages.records.sides import asked_again
from shared.ledger import Act, Kept, Opening
from shared.ledger.access import Why
from shared.ledger.drafts import Whose
from shared.pathway.people import Signature
from shared.pathway.record import Part, Record
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms.writing import to_raw
from tests.forms.generated import generated
from tests.ledger.acting import TRUST, patient, person
from tests.pages.visitors import House, Visitor, action_of, sent_by
from tests.service.permissions.operations import page_operations

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The forms that say who the patient is carry more than their record: they have tests of their own.
FORMS = {each.record for each in page_operations() if each.changes and each.path.endswith("{slug}")}
WITH_PATIENT = {"referral", "identity_corrected"}
ADDED = [kind for kind in KINDS.values() if kind.name in FORMS - WITH_PATIENT]
WITHOUT_A_FORM = MAIL_SYSTEM_ONLY | WITH_PATIENT
WHOLE, SPARSE = True, False


class Desk:
    """Stands at a desk's ledger and keeps whatever is handed in: the rules have their own tests."""

    def __init__(self) -> None:
        self.given: list[Act | Opening] = []

    async def enter(self, act: Act) -> Kept:
        self.given.append(act)
        return Kept(act.pathway_id, 2, datetime.now(UTC))

    async def open_pathway(self, opening: Opening) -> Kept:
        self.given.append(opening)
        return Kept("0b6d1f5e-5b0e-4c33-9d0b-0a6f2f6f1c11", 1, datetime.now(UTC))


@pytest.fixture
def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Every desk's ledger reads as ever and keeps everything."""
    found = Desk()
    for ledger in house.ledgers.values():
        monkeypatch.setattr(ledger, "enter", found.enter)
        monkeypatch.setattr(ledger, "open_pathway", found.open_pathway)
    return found


async def typed(house: House, who: Signature, whose: Whose, *records: Part) -> Visitor:
    """Somebody who may open this record, and has answered all of it on an earlier day."""
    reception = house.receptions["front_door"]
    if whose.pathway_id:
        await reception.access.grant(TRUST, whose.pathway_id, who, Why.COVERING, "Filling in every form there is")
    raw = {name: list(texts) for each in records for name, texts in to_raw(each).texts.items()}
    assert await reception.drafts.save(whose, page="", raw=raw, version=1)
    return await house.visitor(who)


def as_offered(record: Record) -> Record:
    """The same with an answer that its page offers, where it offers fewer than the type has."""
    told = ((name, values) for (part, name), values in ONLY.items() if part is type(record))
    return record.model_copy(update={name: type(getattr(record, name))(min(values)) for name, values in told})


async def sent_as_drawn(visitor: Visitor, page: httpx.Response, side: str) -> httpx.Response:
    """Page after page exactly as it was drawn, and the last button; the answer to it."""
    for _ in range(12):
        if page.status_code != 200:
            return page
        if page.url.path.endswith("/check"):
            return await visitor.confirmed(page, side=side)
        page = await visitor.follow(await visitor.post(action_of(page), sent_by(page)))
    pytest.fail("the form has no end")


@pytest.mark.parametrize("everything", [WHOLE, SPARSE], ids=["every answer", "only what must be"])
@pytest.mark.parametrize("kind", ADDED, ids=lambda kind: kind.name)
async def test_what_a_page_drew_and_was_sent_is_the_record(
    house: House, desk: Desk, referred: str, kind: Kind, *, everything: bool
) -> None:
    record = as_offered(generated(kind.record, everything=everything))
    who = person(min(kind.roles))
    visitor = await typed(house, who, Whose(TRUST, who.person, referred, kind.name), record)
    page = await visitor.get(visitor.form(referred, kind.name))
    answer = await sent_as_drawn(visitor, page, asked_again(record))
    assert (answer.status_code, [handed_in(each) for each in desk.given]) == (303, [record]), answer.text


async def test_what_the_pages_of_a_referral_drew_and_were_sent_is_the_patient_and_the_referral(
    house: House, desk: Desk
) -> None:
    kind = KINDS["referral"]
    record, identity, who = generated(kind.record), patient(), person(min(kind.roles))
    visitor = await typed(house, who, Whose(TRUST, who.person, None, kind.name), identity, record)
    page = await visitor.get(f"{house.urls[kind.desk]}/referrals/new")
    answer = await sent_as_drawn(visitor, page, "")
    assert answer.status_code == 303, answer.text
    assert [(handed_in(each), each.patient) for each in desk.given if isinstance(each, Opening)] == [(record, identity)]


async def test_every_kind_that_people_write_has_been_through_its_page() -> None:
    written = {kind.name for kind in KINDS.values() if kind.desk} - WITHOUT_A_FORM
    assert written <= {kind.name for kind in ADDED}
    assert {"new_imaging", "research_enrolment", "registry_correction", "closure"} <= written


def handed_in(given: Act | Opening) -> Any:
    return given.referral if isinstance(given, Opening) else given.record
