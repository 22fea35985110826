"""More text than a form can keep: the same form again, with everything typed, and what to do about it."""

import pytest

from shared.ledger.drafts import Whose
from tests.ledger.acting import TRIAGE, LedgerOf, opened
from tests.pages.visitors import House, action_of

TYPED = "Much too much. " * 20_000
SHORTEN = "shorten your answers"


@pytest.mark.parametrize("button", [{}, {"go": "later"}], ids=["send", "later"])
async def test_nothing_typed_is_lost_when_it_is_more_than_a_form_can_keep(
    house: House, ledger_of: LedgerOf, button: dict[str, str]
) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    page = await triage.get(triage.form(pathway_id, "classification"))
    answer = await triage.post(action_of(page), {"key": "k", "version": "1", "limbs.0.reason": TYPED} | button)
    assert answer.status_code == 413
    assert "There is a problem" in answer.text
    assert SHORTEN in answer.text
    assert TYPED in answer.text
    drafts = house.receptions["referral"].drafts
    assert await drafts.load(Whose("RXX", TRIAGE.person, pathway_id, "classification")) is None


async def test_too_much_can_still_be_thrown_away(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    page = await triage.get(triage.form(pathway_id, "classification"))
    answer = await triage.post(action_of(page), {"limbs.0.reason": TYPED, "go": "discard"})
    assert answer.status_code == 200
    assert (await triage.post(action_of(answer), {"go": "discarded"})).status_code == 303


async def test_what_is_too_long_even_to_be_read_is_told_in_words(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, triage = await opened(ledger_of), await house.visitor(TRIAGE)
    page = await triage.get(triage.form(pathway_id, "classification"))
    answer = await triage.post(action_of(page), {"limbs.0.reason": TYPED * 4})
    assert answer.status_code == 413
    assert "Go back in your browser, where your text still is" in answer.text
