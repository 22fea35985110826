"""From a refused start straight to breaking its gates and back, with nothing typed twice (IPG651 3.5)."""

import httpx

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import BreakGlassReview
from shared.pathway.people import Role
from tests.forms import consent as consent_form
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, act, kept, moved, person
from tests.pages.stories import FRONT, OPERATOR, START, entries, prepared
from tests.pages.visitors import LINK, House, Visitor, action_of, links, main_of, sent_by

ANSWERS = {
    "reason": "threatened_limb",
    "clinical_state": "No pulse, the foot is white",
    "limb_or_life_attested": "yes",
    "patient_informed": "yes",
    "lawful_basis": "verbal_consent",
}


async def refused(house: House, pathway_id: str) -> tuple[Visitor, httpx.Response]:
    """A start that nobody prepared on the day: no blood, and the patient was not asked again."""
    operator = await house.visitor(OPERATOR)
    check = await operator.filled_in(operator.form(pathway_id, "procedure_start"), START)
    answer = await operator.post(action_of(check), sent_by(check) | {"side_again": "left"})
    assert answer.status_code == 409, answer.text
    return operator, answer


async def opened_to_break(house: House, pathway_id: str) -> tuple[Visitor, httpx.Response]:
    operator, answer = await refused(house, pathway_id)
    return operator, await operator.get(
        house.urls["procedure"] + links(answer)["Break these gates"].replace("&amp;", "&")
    )


async def test_a_refused_start_leads_to_its_gates_ticked_and_its_leg_named(house: House, ledger_of: LedgerOf) -> None:
    _, page = await opened_to_break(house, await prepared(ledger_of))
    assert page.status_code == 200
    texts = sent_by(page)
    assert set(texts["gates"]) == {"G7", "G12"}
    assert texts["side"] == ["left"]
    first = main_of(page).split("autofocus", 1)[0].rpartition("<input")[2]
    assert 'name="reason"' in first


async def test_after_breaking_the_start_is_there_as_it_was_typed_and_stands(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await prepared(ledger_of)
    operator, page = await opened_to_break(house, pathway_id)
    broken = await operator.post(action_of(page), sent_by(page) | ANSWERS)
    assert broken.headers.get("location") == f"/pathways/{pathway_id}/procedure_start/check#side_again", broken.text
    check = await operator.get(house.urls["procedure"] + broken.headers["location"])
    started = await operator.confirmed(check)
    assert started.status_code == 303, started.text
    assert await entries(ledger_of, pathway_id, "procedure_start") == 1


async def test_when_somebody_wrote_something_meanwhile_the_start_is_compared_first(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    operator, page = await opened_to_break(house, pathway_id)
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.confirmation(), OPERATOR)))
    broken = await operator.post(action_of(page), sent_by(page) | ANSWERS)
    check = await operator.get(house.urls["procedure"] + broken.headers["location"])
    answer = await operator.confirmed(check)
    assert answer.status_code in {409, 412}
    assert await entries(ledger_of, pathway_id, "procedure_start") == 0


async def test_a_start_on_the_wrong_leg_says_stop_first_and_offers_no_breaking(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    operator = await house.visitor(OPERATOR)
    wrong = START.model_copy(update={"side": Side.RIGHT})
    check = await operator.filled_in(operator.form(pathway_id, "procedure_start"), wrong)
    answer = await operator.post(action_of(check), sent_by(check) | {"side_again": "right"})
    assert answer.status_code == 409
    assert "Break these gates" not in answer.text
    summary = main_of(answer).split("There is a problem", 1)[1]
    assert summary.index("STOP. The RIGHT leg") < summary.index("was not referred")


async def test_the_way_to_break_gates_is_no_way_for_a_clerk(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await prepared(ledger_of)
    _, answer = await refused(house, pathway_id)
    address = links(answer)["Break these gates"]
    clerk = await house.visitor(person(Role.REGISTRY_CLERK))
    assert (await clerk.get(house.urls["procedure"] + address)).status_code == 403


async def test_nothing_breaks_the_word_of_a_patient(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await prepared(ledger_of)
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.withdrawal(), OPERATOR)))
    _, answer = await refused(house, pathway_id)
    assert "Break these gates" not in answer.text


async def test_an_address_that_names_other_gates_ticks_none_of_them(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    page = await operator.get(operator.form(pathway_id, "break_glass") + "?gates=G8,G10,G13,<b>&side=both")
    assert "gates" not in sent_by(page)
    assert "side" not in sent_by(page)


async def test_a_broken_gate_waits_on_the_list_of_second_looks_until_somebody_else_has_looked(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    operator, page = await opened_to_break(house, pathway_id)
    await operator.post(action_of(page), sent_by(page) | ANSWERS)
    await moved(ledger_of, pathway_id, "2026-03-09T10:30")
    surgeon = person(Role.VASCULAR_SURGEON)
    reviewer = await house.visitor(surgeon)
    waiting = await reviewer.get(f"{FRONT}/broken-gates")
    assert "Consent (G7) and blood results (G12)" in waiting.text
    assert "No pulse, the foot is white" in waiting.text
    mine = (href for href, words in LINK.findall(main_of(waiting)) if "second look" in words and pathway_id in href)
    form = await reviewer.get(next(mine))
    looked = BreakGlassReview(
        breaking=int(sent_by(form)["breaking"][0]),
        outcome="justified",
        words="I agree",
        looked_at=london("2026-03-09T10:00"),
    )
    assert (await reviewer.handed_in(pathway_id, looked)).status_code == 303
    assert pathway_id not in (await reviewer.get(f"{FRONT}/broken-gates")).text
