"""What the forms of records say of the leg and of the procedure before anything counts (hazard H-01)."""

import re

import pytest

from services.pages.records.sides import named, not_referred
from shared.ledger.access import Why
from shared.pathway.anatomy import Side
from shared.pathway.people import Role
from shared.pathway.record import Part
from tests.forms import consent as consent_form
from tests.forms import procedure as procedure_form
from tests.forms import referral as referral_form
from tests.ledger.acting import REFERRER, LedgerOf, act, kept, person
from tests.pages.stories import CONSENT, FRONT, OPERATOR, TAKER, offered, treated
from tests.pages.visitors import House, Visitor, links, main_of

CLERK = person(Role.REGISTRY_CLERK)
PROCEDURE = r"Procedure 1, LEFT leg, 9 March 2026"
ANOTHER_LEG = "These answers are about a leg that was not referred"


async def clerk(house: House, pathway_id: str) -> Visitor:
    await house.receptions["front_door"].access.grant(
        "RXX", pathway_id, CLERK, Why.OTHER, "For this very test of pages"
    )
    return await house.visitor(CLERK)


@pytest.mark.parametrize(
    ("record", "legs"),
    [
        (consent_form.consent(), {Side.LEFT}),
        (procedure_form.start(side=Side.RIGHT), {Side.RIGHT}),
        (referral_form.classification(referral_form.agreement(side=Side.RIGHT)), {Side.RIGHT}),
        (consent_form.confirmation(), {Side.LEFT}),
    ],
    ids=lambda each: getattr(each, "kind", ""),
)
def test_the_legs_of_a_record_are_found_in_all_its_parts(record: Part, legs: set[Side]) -> None:
    assert named(record) == legs


def test_the_side_of_the_puncture_is_not_the_leg_that_is_treated() -> None:
    start = procedure_form.start(access_side=Side.RIGHT)
    assert not_referred(start, {Side.LEFT}) == set()


async def test_answers_about_a_leg_nobody_referred_are_told_before_they_count(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    other = CONSENT.model_copy(update={"sides": frozenset({Side.RIGHT})})
    page = main_of(await taker.filled_in(taker.form(pathway_id, "consent"), other))
    assert f"{ANOTHER_LEG}: RIGHT. The referral is about the LEFT leg." in page
    assert "<strong>RIGHT leg</strong>" in page


async def test_answers_about_the_referred_leg_are_not_warned_of(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    page = main_of(await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT))
    assert "<strong>LEFT leg</strong>" in page
    assert ANOTHER_LEG not in page


REGISTRY_FORMS = (
    "registry_correction",
    "registry_manual_entry",
    "registry_manual_confirmation",
    "registry_manual_withdrawal",
)


@pytest.mark.parametrize("kind", REGISTRY_FORMS)
async def test_a_procedure_is_chosen_by_its_leg_and_day(house: House, ledger_of: LedgerOf, kind: str) -> None:
    pathway_id = await treated(ledger_of)
    visitor = await clerk(house, pathway_id)
    page = main_of(await visitor.get(visitor.form(pathway_id, kind)))
    assert re.search(rf'name="procedure_id" type="radio" value="{pathway_id}.1" checked.*?{PROCEDURE}', page, re.DOTALL)
    assert f">{pathway_id}.1<" not in page


async def test_a_pathway_says_on_which_day_of_fourteen_the_patient_was_treated(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await treated(ledger_of)
    visitor = await clerk(house, pathway_id)
    page = main_of(await visitor.get(visitor.form(pathway_id, "registry_correction")))
    assert re.search(r"Treated on day \d of 14<", page)
    assert "Inside the 14 days" not in page


async def test_a_referral_that_is_begun_leads_back_to_the_work(house: House) -> None:
    referrer = await house.visitor(REFERRER)
    found = links(await referrer.get(f"{house.urls['referral']}/referrals/new"))
    assert found["Back to my work"] == f"{FRONT}/my-work"
    assert "Back to the pathway" not in found


async def test_whoever_wrote_meanwhile_is_named(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, taker = await offered(ledger_of), await house.visitor(TAKER)
    check = await taker.filled_in(taker.form(pathway_id, "consent"), CONSENT)
    kept(await ledger_of("desk_consent").enter(act(pathway_id, CONSENT, OPERATOR)))
    conflict = main_of(await taker.confirmed(check))
    assert f"Training Proceduralist 1 ({OPERATOR.person})" in conflict
