"""What a form is about, chosen in words and shown above its questions; and what forms do not offer."""

from shared.pathway.anatomy import Side
from shared.pathway.break_glass import Breakable, BreakGlass
from shared.pathway.closure import NEED_HANDOFF
from shared.pathway.people import Role
from shared.pathway.stages import KINDS
from tests import tracks
from tests.forms import adverse_events as adverse_forms
from tests.forms import consent as consent_form
from tests.forms import endings as endings_form
from tests.forms import filters as filter_forms
from tests.forms import procedure as procedure_form
from tests.forms import the_day
from tests.forms.filled import london
from tests.ledger.acting import LedgerOf, act, kept, moved, person
from tests.pages.stories import OPERATOR, START, classified, entries, offered, prepared, treated
from tests.pages.visitors import House, links, main_of, sent_by
from tests.unit.forms.browsing import Browser as Page

COORDINATOR = person(Role.MDT_COORDINATOR)
SURGEON = person(Role.VASCULAR_SURGEON)


def chosen_from(page: str, name: str) -> list[str]:
    """The answers a page offers to one question."""
    return [each["value"] for each in Page(page).inputs if each.get("name") == name and each["value"]]


def cursor_in(page: str) -> str:
    return page.split("autofocus", 1)[0].rpartition("<input")[2] if "autofocus" in page else ""


async def broken(ledger_of: LedgerOf) -> tuple[str, int]:
    pathway_id = await prepared(ledger_of)
    record = BreakGlass(
        side=Side.LEFT,
        gates=frozenset({Breakable.G12}),
        reason="threatened_limb",
        clinical_state="No pulse, the foot is white",
        limb_or_life_attested=True,
        patient_informed="yes",
    )
    entered = kept(await ledger_of("desk_procedure").enter(act(pathway_id, record, OPERATOR)))
    return pathway_id, entered.version


async def test_the_second_look_at_broken_gates_shows_them_and_names_them_in_words(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, number = await broken(ledger_of)
    surgeon = await house.visitor(SURGEON)
    page = await surgeon.get(surgeon.form(pathway_id, "break_glass_review"))
    before, _form, form = main_of(page).partition("<form")
    assert "No pulse, the foot is white" in before
    assert chosen_from(form, "breaking") == [str(number)]
    assert "(G12), LEFT leg, 9 March 2026, 09:30" in form
    assert sent_by(page)["breaking"] == [str(number)]
    assert "The number of its entry" not in form


async def test_an_event_is_shown_above_the_judgement_about_it_and_read_back_in_words(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await treated(ledger_of)
    event = adverse_forms.adverse_event(
        procedure_id=None, onset_at=london("2026-03-09T10:30"), detected_at=london("2026-03-09T10:45")
    )
    reported = kept(await ledger_of(f"desk_{KINDS[event.kind].desk}").enter(act(pathway_id, event, OPERATOR)))
    operator = await house.visitor(OPERATOR)
    page = await operator.get(operator.form(pathway_id, "adverse_event_seen"))
    assert event.description in main_of(page).partition("<form")[0]
    assert chosen_from(page.text, "event") == [str(reported.version)]
    check = await operator.filled_in(
        operator.form(pathway_id, "adverse_event_seen"), adverse_forms.seen(reported.version)
    )
    assert "reported 9 March 2026, 11:00" in main_of(check)


async def test_a_filter_is_chosen_by_its_model_and_the_record_says_that_it_is_inside(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id = await prepared(ledger_of)
    desk = ledger_of("desk_procedure")
    kept(await ledger_of("desk_referral").enter(act(pathway_id, the_day.bloods(), person(Role.WARD_CLINICIAN))))
    kept(await ledger_of("desk_consent").enter(act(pathway_id, consent_form.confirmation(), OPERATOR)))
    kept(await desk.enter(act(pathway_id, START, OPERATOR)))
    await moved(ledger_of, pathway_id, "2026-03-09T11:00")
    plan = filter_forms.plan(owner_person=SURGEON.person, backup_owner=OPERATOR.person)
    end = procedure_form.end(**tracks.said(filter=filter_forms.inserted(plan=plan)))
    kept(await desk.enter(act(pathway_id, end, OPERATOR)))
    operator = await house.visitor(OPERATOR)
    page = main_of(await operator.get(operator.form(pathway_id, "filter_retrieval")))
    assert chosen_from(page, "filter_id") == [filter_forms.FILTER_ID]
    assert "Filter 1, Training Filter 1, placed 9 March 2026" in page
    ward = await house.visitor(person(Role.WARD_CLINICIAN))
    discharge = main_of(await ward.get(f"{ward.form(pathway_id, 'discharge')}/safety"))
    assert "The record says that this is inside: Filter 1, Training Filter 1" in discharge


async def test_an_entry_first_written_on_paper_is_chosen_by_what_it_is(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = main_of(await coordinator.get(coordinator.form(pathway_id, "back_entered")))
    assert chosen_from(page, "entry")[-1] == "1", "the newest entry comes first"


async def test_where_there_is_nothing_to_choose_from_the_number_can_be_typed(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, surgeon = await prepared(ledger_of), await house.visitor(SURGEON)
    page = main_of(await surgeon.get(surgeon.form(pathway_id, "break_glass_review")))
    assert 'name="breaking" type="text"' in page
    assert "The number of its entry" in page


async def test_a_hand_over_offers_no_reason_that_is_always_refused(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    page = main_of(await coordinator.get(coordinator.form(pathway_id, "standard_care_handoff")))
    assert set(chosen_from(page, "reason")) == {each.value for each in NEED_HANDOFF}


async def test_the_cursor_waits_above_until_leg_and_gates_are_there(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, operator = await prepared(ledger_of), await house.visitor(OPERATOR)
    address = operator.form(pathway_id, "break_glass")
    assert cursor_in((await operator.get(address)).text) == ""
    assert cursor_in((await operator.get(f"{address}?gates=G12")).text) == ""
    assert 'name="reason"' in cursor_in((await operator.get(f"{address}?side=left&gates=G12")).text)


async def test_a_death_is_read_once_more_beside_the_name_before_it_counts(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, coordinator = await classified(ledger_of), await house.visitor(COORDINATOR)
    check = await coordinator.filled_in(coordinator.form(pathway_id, "patient_died"), endings_form.death())
    assert "Synthetic Alpha" in check.text
    assert "Record the death" in check.text
    assert await entries(ledger_of, pathway_id, "patient_died") == 0
    alive = await coordinator.filled_in(coordinator.form(pathway_id, "patient_died"), endings_form.no_death())
    assert "Record that the patient is alive" in alive.text


async def test_news_of_the_trust_written_in_one_record_says_that_it_reaches_no_other(
    house: House, ledger_of: LedgerOf
) -> None:
    pathway_id, lead = await offered(ledger_of), await house.visitor(person(Role.GOVERNANCE_LEAD))
    page = await lead.get(lead.form(pathway_id, "authorisation_suspended"))
    assert "This is written down for this patient alone." in page.text
    assert links(page)["Announce it for the whole trust"] == "/registers"
    assert (await lead.get(f"{house.urls['governance']}/registers")).status_code == 200
