"""Pages come whole and small: less than 50,000 bytes, and nothing from elsewhere but files that browsers keep."""

import re

import asyncpg
import httpx
import pytest

from services.desks import DESKS
from services.entering import kinds_of
from services.pages.records.paper import paper_of, referral_paper
from services.pages.records.routes import MAIL_SYSTEM_ONLY
from shared.pathway.anatomy import Side
from shared.pathway.stages import KINDS
from tests.forms import referral as referral_form
from tests.ledger.acting import COORDINATOR, REFERRER, LedgerOf, opened, patient, person, signed
from tests.pages.stories import FRONT, LEAD, OPERATOR, treated
from tests.pages.visitors import House

MOST_BYTES = 50_000
LONG = "Featherstonehaugh-Cholmondeley, Synthetic Bartholomew Maximilian"
ASSET = re.compile(r'<(?:link[^>]*? href|script[^>]*? src|img[^>]*? src)="([^"]*)"')
LET_IN = """
INSERT INTO access_grant (trust, pathway_id, person, role, reason, words, granted_at, until_at)
SELECT 'RXX', $1, $2, $3, 'direct_care', '', now() - interval '1 year', now() + interval '1 year'
"""
FORMS = [each.name for desk in DESKS for each in kinds_of(desk) if each.name not in MAIL_SYSTEM_ONLY]
BOTH = (referral_form.limb(Side.LEFT), referral_form.limb(Side.RIGHT))
MANY_TASKS = """
INSERT INTO task (pathway_id, trust, kind, key, role, state, opened_at, due_at, escalated_to, why)
SELECT $1, 'RXX', 'anticoagulation_review', n::text, 'mdt_coordinator', 'open', now(), '2020-01-01', '{}',
    'Treatment continues until a clinician has reviewed it with the patient' FROM generate_series(1, 60) AS n
"""
ALL_HELD = """
INSERT INTO assignment (pathway_id, kind, key, role, trust, person, by, at)
SELECT pathway_id, kind, key, role, trust, 'rxx-interventional-radiologist-2', 'x', now() FROM task WHERE state = 'open'
ON CONFLICT DO NOTHING
"""


def small(page: httpx.Response) -> None:
    assert page.status_code == 200, page.text
    assert len(page.content) < MOST_BYTES
    assert all(re.fullmatch(r"/assets/[a-z./-]+\?v=[0-9a-f]{12}", each) for each in ASSET.findall(page.text))


@pytest.mark.parametrize("kind", FORMS)
async def test_every_page_of_every_form_is_small(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection, kind: str
) -> None:
    pathway_id = await opened(ledger_of)
    by = person(min(KINDS[kind].roles))
    await anything.execute(LET_IN, pathway_id, by.person, by.role.value)
    visitor = await house.visitor(by)
    for leaf in paper_of(KINDS[kind]).leaves:
        small(await visitor.get(f"{visitor.form(pathway_id, kind)}/{leaf.slug}"))


async def test_a_referral_with_two_legs_is_small_on_every_page(house: House) -> None:
    visitor = await house.visitor(REFERRER)
    base = f"{house.urls['referral']}/referrals/new"
    await visitor.filled_in(base, patient(name=LONG), referral_form.referral(*BOTH))
    for leaf in referral_paper().leaves:
        page = await visitor.get(f"{base}/{leaf.slug}")
        small(page)
        assert leaf.slug != "leg" or 'name="limbs.1.segments' in page.text


async def test_my_work_is_small_when_every_line_is_as_long_as_it_gets(
    house: House, ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    pathway_id = await opened(ledger_of, patient=patient(name=LONG), referral=referral_form.referral(*BOTH))
    await anything.execute(MANY_TASKS, pathway_id)
    await anything.execute(ALL_HELD)
    small(await (await house.visitor(COORDINATOR)).get(f"{FRONT}/my-work?sort=day&whose="))


async def test_an_inbox_that_is_full_is_small(house: House, ledger_of: LedgerOf) -> None:
    for _ in range(16):
        await signed(ledger_of)
    small(await (await house.visitor(LEAD)).get(f"{house.urls['governance']}/inbox"))


async def test_the_case_after_its_procedure_is_small(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await treated(ledger_of)
    small(await (await house.visitor(OPERATOR)).get(f"{FRONT}/pathways/{pathway_id}"))
