"""What goes on beside the steps: on the case, on its banner, and on the lists over all patients."""

import re
from datetime import date
from typing import Any

import pytest

from services.pages.devices import in_blocks
from shared.ledger.traceability import DeviceUse
from shared.pathway.choices import Answer
from shared.pathway.endings import PatientDied
from shared.pathway.people import Role, Signature
from tests.forms import adverse_events as event_forms
from tests.forms import consent as consent_form
from tests.forms import filters as filter_forms
from tests.forms import procedure as procedure_form
from tests.forms import the_day
from tests.forms.filled import london
from tests.ledger.acting import COORDINATOR, WARD, LedgerOf, act, kept, moved, opened, person
from tests.pages.stories import FRONT, OPERATOR, START, TAKER, prepared, treated
from tests.pages.visitors import House, main_of

RADIOLOGIST = person(Role.INTERVENTIONAL_RADIOLOGIST)
DIRECTOR = person(Role.MEDICAL_DIRECTOR)
OFFICER = person(Role.DEVICE_SAFETY_OFFICER)
PLAN = filter_forms.plan(owner_person=RADIOLOGIST.person, backup_owner=person(Role.VASCULAR_SURGEON).person)


async def with_filter(ledger_of: LedgerOf) -> str:
    """The procedure of 9 March left a filter inside."""
    pathway_id = await prepared(ledger_of)
    desk = ledger_of("desk_procedure")
    kept(await ledger_of("desk_referral").enter(act(pathway_id, the_day.bloods(), WARD)))
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.confirmation(), OPERATOR)))
    start = START.model_copy(update={"filter_planned": True, "filter_indication": "Free-floating clot"})
    kept(await desk.enter(act(pathway_id, start, OPERATOR)))
    await moved(ledger_of, pathway_id, "2026-03-09T11:00")
    changes: dict[str, Any] = {"filter": filter_forms.inserted(plan=PLAN)}
    changes["sign_out"] = procedure_form.sign_out(filter_present=Answer.YES)
    kept(await desk.enter(act(pathway_id, procedure_form.end(**changes), OPERATOR)))
    return pathway_id


async def with_event(ledger_of: LedgerOf) -> tuple[str, int]:
    """A device that failed in the room, and the number of its entry."""
    pathway_id = await treated(ledger_of)
    await moved(ledger_of, pathway_id, "2026-03-09T20:00")
    event = event_forms.adverse_event(**event_forms.by_device(procedure_id=f"{pathway_id}.1"))
    return pathway_id, kept(await ledger_of("desk_follow_up").enter(act(pathway_id, event, WARD))).version


async def text(house: House, who: Signature, path: str) -> str:
    page = await (await house.visitor(who)).get(f"{FRONT}{path}")
    assert page.status_code == 200, page.text
    return " ".join(main_of(page).split())


async def test_a_filter_has_its_clock_on_the_case_and_a_flag_on_the_banner(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await with_filter(ledger_of)
    await moved(ledger_of, pathway_id, "2026-04-12T10:00")
    page = await text(house, OPERATOR, f"/pathways/{pathway_id}")
    for words in (
        "FILTER INSIDE, day 34",
        "Amber: day 34",
        "Inside for 34 days, since 9 March 2026",
        "Day 63: critical",
    ):
        assert words in page


async def test_the_executive_sees_every_filter_inside_the_longest_first_and_no_patient(
    house: House, ledger_of: LedgerOf
) -> None:
    shorter, longer = await with_filter(ledger_of), await with_filter(ledger_of)
    await moved(ledger_of, shorter, "2026-03-20T10:00")
    await moved(ledger_of, longer, "2026-05-20T10:00")
    page = await text(house, DIRECTOR, "/filters")
    assert page.index(f"/pathways/{longer}") < page.index(f"/pathways/{shorter}")
    assert "Critical: day 72" in page
    assert "Synthetic Alpha" not in page


async def test_a_filter_that_came_out_leaves_the_list(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await with_filter(ledger_of)
    await moved(ledger_of, pathway_id, "2026-04-01T12:00")
    kept(await ledger_of("desk_procedure").enter(act(pathway_id, filter_forms.retrieval(), RADIOLOGIST)))
    assert pathway_id not in await text(house, DIRECTOR, "/filters")
    assert "23 days inside, ended 1 April 2026" in await text(house, OPERATOR, f"/pathways/{pathway_id}")


@pytest.mark.parametrize("path", ["/filters", "/broken-gates", "/devices"])
async def test_a_list_over_all_patients_is_not_for_everybody(house: House, path: str) -> None:
    clerk = await house.visitor(person(Role.REGISTRY_CLERK))
    assert (await clerk.get(f"{FRONT}{path}")).status_code == 403


async def test_a_device_is_traced_to_its_pathways(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await treated(ledger_of)
    page = await text(house, OFFICER, f"/devices?udi={procedure_form.RHEOLYTIC}&lot=")
    assert f"/pathways/{pathway_id}#entry-" in page
    assert "Model: " in page
    nothing = await text(house, OFFICER, f"/devices?udi={procedure_form.RHEOLYTIC}&lot=NO-SUCH-LOT")
    assert "No use of this device is written down" in nothing


async def test_a_filter_is_one_device_of_its_leg_inside_until_it_is_taken_out(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await with_filter(ledger_of)
    asked = f"/devices?udi={filter_forms.FILTER}&lot={filter_forms.inserted().lot}"
    before = of_pathway(await text(house, OFFICER, asked), pathway_id)
    assert ("LEFT leg" in before, "Inside" in before, "1 device" in before) == (True, True, True)
    await moved(ledger_of, pathway_id, "2026-04-01T12:00")
    kept(await ledger_of("desk_procedure").enter(act(pathway_id, filter_forms.retrieval(), RADIOLOGIST)))
    after = of_pathway(await text(house, OFFICER, asked), pathway_id)
    assert ("Taken out" in after, "Inside" in after) == (True, False)


def of_pathway(page: str, pathway_id: str) -> str:
    """The one row that a page has of this pathway."""
    (row,) = [each for each in page.split("</tr>") if f"/pathways/{pathway_id}#" in each]
    return row


def test_scanned_used_and_left_inside_are_one_device_and_two_of_a_lot_are_two() -> None:
    def use(pathway: str, outcome: str, entry: int) -> DeviceUse:
        return DeviceUse(pathway, entry, london("2026-03-09T11:00"), "L-1", None, outcome)

    one = [use("a", "scanned", 1), use("a", "used", 2), use("a", "left_inside", 2)]
    two = [use("b", "scanned", 1), use("b", "scanned", 1), use("b", "used", 2), use("b", "opened_unused", 2)]
    found = [(each.last.pathway_id, each.many, each.states) for each in in_blocks([*two, *one])]
    assert found == [("a", 1, ("left_inside",)), ("b", 2, ("used", "opened_unused"))]


@pytest.mark.parametrize("asked", ["udi=", "udi=%3Cscript%3E"])
async def test_a_device_that_cannot_be_one_is_an_error_beside_its_question(house: House, asked: str) -> None:
    page = await (await house.visitor(OFFICER)).get(f"{FRONT}/devices?{asked}")
    assert page.status_code == 422
    assert 'href="#udi"' in page.text
    assert "<script>" not in main_of(page)


async def test_the_report_about_a_device_is_a_draft_and_says_where_it_goes(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, number = await with_event(ledger_of)
    page = await text(house, OPERATOR, f"/pathways/{pathway_id}/adverse-events/{number}")
    assert "It was not sent to anybody" in page
    assert "Yellow Card scheme (MHRA)" in page
    assert "Made Up Medical" in page
    assert "Synthetic Alpha" not in page[page.index("Report about the device") :]


async def test_the_page_of_an_event_is_about_this_one_and_folds_what_was_not_answered(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, number = await with_event(ledger_of)
    page = await text(house, OFFICER, f"/pathways/{pathway_id}/adverse-events/{number}")
    assert "Not answered" not in page
    assert "questions were not answered" in page
    assert re.search(r'<a href="[^"]*/yellow_card">Write the reference down</a>', page)
    radiologist = await text(house, RADIOLOGIST, f"/pathways/{pathway_id}/adverse-events/{number}")
    assert "Look at an adverse event" not in radiologist
    assert "looked at this event" in radiologist


async def test_the_case_leads_to_its_adverse_events(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, number = await with_event(ledger_of)
    page = await text(house, OPERATOR, f"/pathways/{pathway_id}")
    assert f'href="/pathways/{pathway_id}/adverse-events/{number}"' in page
    assert "a draft is prepared. It was not sent." in page


@pytest.mark.parametrize("number", ["1", "999", "x", "9999999999"])
async def test_an_adverse_event_that_is_none_is_unknown(house: House, ledger_of: LedgerOf, number: str) -> None:
    pathway_id, _ = await with_event(ledger_of)
    page = await (await house.visitor(OPERATOR)).get(f"{FRONT}/pathways/{pathway_id}/adverse-events/{number}")
    assert page.status_code == 404


async def test_a_death_and_a_withdrawal_stand_on_the_banner_of_every_form(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await prepared(ledger_of)
    operator = await house.visitor(OPERATOR)
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.withdrawal(), TAKER)))
    form = await operator.get(operator.form(pathway_id, "procedure_start"))
    assert "CONSENT WITHDRAWN: STOP" in form.text
    died = PatientDied(died_on=date(2026, 3, 9), learned_at=london("2026-03-09T09:00"), source="seen_here")
    kept(await ledger_of("desk_follow_up").enter(act(pathway_id, died, WARD)))
    form = await operator.get(operator.form(pathway_id, "procedure_end"))
    assert "DIED: contact nobody" in form.text


async def test_after_the_procedure_a_consent_that_ran_out_was_used_and_after_a_death_no_visit_is_owed(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await treated(ledger_of)
    await moved(ledger_of, pathway_id, "2026-04-20T09:00")
    page = await text(house, OPERATOR, f"/pathways/{pathway_id}")
    assert "Used for its procedure" in page
    assert "Does not stand" not in page
    assert "Visit: 6 months" in page
    died = PatientDied(died_on=date(2026, 4, 19), learned_at=london("2026-04-20T09:00"), source="seen_here")
    kept(await ledger_of("desk_follow_up").enter(act(pathway_id, died, WARD)))
    assert "Visit:" not in await text(house, OPERATOR, f"/pathways/{pathway_id}")


async def test_what_can_be_written_down_stands_in_groups(house: House, ledger_of: LedgerOf) -> None:
    page = await text(house, COORDINATOR, f"/pathways/{await opened(ledger_of)}/write")
    order = ["Before the procedure", "News", "Something went wrong, or the patient says no", "How it ends"]
    found = [page.index(f">{each}</h2>") for each in order]
    assert found == sorted(found)
    assert page.index(f">{order[2]}</h2>") < page.index('/adverse_event"') < page.index(f">{order[3]}</h2>")
