"""The operations desk in a browser: for operations alone, whole without a script, small, and without one patient."""

import re
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from shared.pathway.people import Role
from shared.traces.span import NS_PER_MS, Span
from shared.traces.store import TraceStore
from tests.ledger.acting import OPS, LedgerOf, opened, person
from tests.operations.sent import new_trace
from tests.operations.test_store import click, span
from tests.pages.test_page_sizes import small
from tests.pages.visitors import House, Visitor, links, main_of
from tests.service.permissions.opened_house import TEMPORAL_UI

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def ledger_of(house: House) -> LedgerOf:
    return lambda role: house.ledgers[role.removeprefix("desk_")]


async def at_the_desk(house: House) -> Visitor:
    return await house.visitor(OPS)


def at(house: House, path: str = "") -> str:
    return f"{house.urls['operations']}/operations{path}"


async def page(house: House, path: str = "") -> httpx.Response:
    found = await (await at_the_desk(house)).get(at(house, path))
    small(found)
    return found


def traces_on(shown: httpx.Response) -> set[str]:
    """The ids of the traces that a page leads to."""
    return set(re.findall(r'href="/operations/traces/([0-9a-f]{32})"', main_of(shown)))


async def test_operations_come_from_the_front_door_to_their_own_desk(house: House) -> None:
    answer = await (await at_the_desk(house)).get(f"{house.urls['front_door']}/")
    assert (answer.status_code, answer.headers["location"]) == (303, at(house))


@pytest.mark.parametrize("role", [Role.HAEMATOLOGIST, Role.GOVERNANCE_LEAD, Role.AUDITOR])
async def test_nobody_else_is_let_in(house: House, role: Role) -> None:
    assert (await (await house.visitor(person(role))).get(at(house))).status_code == 403


async def test_the_home_page_says_what_is_wrong_with_how_many_and_where_to_look(
    house: House, ledger_of: LedgerOf
) -> None:
    await opened(ledger_of)
    found = main_of(await page(house))
    for words in ("Governance notices that have not arrived", "Kept, but not yet followed", "Open pathways"):
        assert words in found
    assert re.search(r'id="registry_retrying">[^<]*<strong class="nhsuk-tag nhsuk-tag--green">None</strong>', found)
    assert "The last attempt of the last day" not in found  # what it means is said where there is some of it
    assert f'href="{TEMPORAL_UI}"' in found


async def test_a_click_leads_from_the_home_page_to_its_spans(
    house: House, store: TraceStore, ledger_of: LedgerOf
) -> None:
    pathway_id = await opened(ledger_of)
    spans = click(UUID(pathway_id))
    later = [
        replace(each, start_ns=each.start_ns + 5000 * NS_PER_MS, end_ns=each.end_ns + 5000 * NS_PER_MS)
        for each in spans
    ]
    await store.put(later)
    assert spans[0].trace_id in traces_on(await page(house))
    found = main_of(await page(house, f"/traces/{spans[0].trace_id}"))
    assert "2 services, 2 spans" in found
    assert f'href="/operations/pathways/{pathway_id}"' in found
    assert "Spans are missing" not in found


async def test_a_waterfall_has_a_bar_for_every_span_and_no_style_of_its_own(house: House, store: TraceStore) -> None:
    spans = click()
    await store.put(spans)
    found = main_of(await page(house, f"/traces/{spans[0].trace_id}"))
    assert found.count('<rect class="ops-bar__span"') == 2
    assert "style=" not in found
    assert "<details>" in found


async def test_missing_spans_and_wrong_clocks_are_said_over_the_table(house: House, store: TraceStore) -> None:
    first, second = click()
    await store.put((second,))
    assert "Spans are missing" in main_of(await page(house, f"/traces/{first.trace_id}"))
    first, second = click()
    await store.put((first, replace(second, start_ns=first.start_ns - 900 * NS_PER_MS)))
    found = main_of(await page(house, f"/traces/{first.trace_id}"))
    assert "Clocks disagree" in found
    assert "Spans are missing" not in found


async def test_a_trace_that_is_not_here_says_why(house: House) -> None:
    assert "kept for 14 days" in main_of(await page(house, f"/traces/{new_trace().hex()}"))


async def test_what_is_no_trace_id_is_not_there(house: House) -> None:
    assert (await (await at_the_desk(house)).get(at(house, "/traces/9996510018"))).status_code == 404


async def test_a_link_leads_on_to_the_other_viewer_and_to_the_trace_that_began_it(
    house: House, store: TraceStore
) -> None:
    origin = new_trace().hex()
    woken = span(new_trace().hex(), service="worker", name="look_at_pathway", trust="RXX", links=(origin,))
    await store.put((woken,))
    found = links(await page(house, f"/traces/{woken.trace_id}"))
    assert found["The same trace in the other viewer"] == f"http://viewer.invalid/trace/{woken.trace_id}"
    assert found[f"Trace {origin[:8]}"] == f"/operations/traces/{origin}"


async def test_a_pathway_shows_its_steps_on_its_own_clock_and_leads_to_its_workflow(
    house: House, store: TraceStore, ledger_of: LedgerOf
) -> None:
    pathway_id = await opened(ledger_of)
    spans = click(UUID(pathway_id))
    await store.put([replace(each, start_ns=each.start_ns + 10**11, end_ns=each.end_ns + 10**11) for each in spans])
    shown = await page(house, f"/pathways/{pathway_id}")
    assert links(shown)["The workflow of this pathway in Temporal"] == (
        f"{TEMPORAL_UI}/namespaces/default/workflows/pathway-{pathway_id}"
    )
    found = main_of(shown)
    assert "3 March 2026" in found
    assert ">Consent<" in found


async def test_a_reference_leads_to_its_pathway_and_nothing_else_does(house: House, ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    operator = await at_the_desk(house)
    answer = await operator.get(at(house, f"/pathways?reference={pathway_id[:4].upper()}-{pathway_id[4:8]}"))
    assert answer.headers["location"] == f"/operations/pathways/{pathway_id}"
    wrong = await operator.get(at(house, "/pathways?reference=9996510018x"))
    assert wrong.status_code == 422
    assert "No pathway of this trust" in main_of(await page(house, "/pathways?reference=00000000"))


async def test_another_trusts_pathway_is_not_there(house: House, ledger_of: LedgerOf) -> None:
    others = await opened(ledger_of, trust="RYY", by=person(Role.REFERRER, "RYY"))
    assert (await (await at_the_desk(house)).get(at(house, f"/pathways/{others}"))).status_code == 404


@pytest.mark.parametrize("wish", ["failed=yes", "slower=1000", "hours=168&pathways=yes", "service=consent", "hours=x"])
async def test_every_list_of_traces_is_small(house: House, store: TraceStore, wish: str) -> None:
    for _ in range(12):
        first, second = click()
        await store.put((first, replace(second, failed=True)))
    await page(house, f"/traces?{wish}")


async def test_a_list_of_failed_traces_leaves_out_the_others(house: House, store: TraceStore) -> None:
    right, (first, second) = click(), click()
    await store.put((*right, first, replace(second, failed=True)))
    found = traces_on(await page(house, "/traces?failed=yes"))
    assert first.trace_id in found
    assert right[0].trace_id not in found


async def test_a_trace_of_very_many_spans_is_small_and_turns_its_pages(house: House, store: TraceStore) -> None:
    trace_id = new_trace().hex()
    first = span(trace_id, trust="RXX")
    about = {"pmt.record": "governance_notice_acknowledged", "http.route": "/api/pathways/{pathway_id}/consent"}
    many: list[Span] = [span(trace_id, first.span_id, after_ms=n, attributes=about, failed=True) for n in range(120)]
    await store.put((first, *many))
    shown = await page(house, f"/traces/{trace_id}")
    assert links(shown)["More spans"] == f"/operations/traces/{trace_id}?from=50"
    assert "More spans" not in links(await page(house, f"/traces/{trace_id}?from=100"))


async def test_the_map_says_the_same_in_its_drawing_and_in_its_table(house: House, store: TraceStore) -> None:
    await store.put(click())
    found = main_of(await page(house, "/services"))
    assert found.count('class="ops-map__name"') >= 2
    assert 'data-name="From">consent<' in found


async def test_a_call_that_failed_is_tagged_and_stands_first_in_the_table(house: House, store: TraceStore) -> None:
    trace_id = new_trace().hex()
    first = span(trace_id, service="zzz_last", trust="RXX")
    await store.put((*click(), first, span(trace_id, first.span_id, service="worker", after_ms=1, failed=True)))
    rows = main_of(await page(house, "/services")).split("<tbody")[1]
    assert re.search(r'data-name="Failed"><strong class="nhsuk-tag nhsuk-tag--red">', rows.partition("</tr>")[0])


async def test_the_form_that_was_sent_is_named_in_words_before_its_path(house: House, store: TraceStore) -> None:
    sent = span(new_trace().hex(), name="POST /pathways/{pathway_id}/mdt_review/{slug}", trust="RXX")
    await store.put((sent,))
    found = main_of(await page(house, "/traces"))
    assert f'href="/operations/traces/{sent.trace_id}">Form: ' in found
    assert "mdt_review/\N{ZERO WIDTH SPACE}{slug}" in found


async def test_older_traces_of_a_pathway_are_on_its_next_page(
    house: House, store: TraceStore, ledger_of: LedgerOf
) -> None:
    pathway_id = await opened(ledger_of)
    many = [each for _ in range(41) for each in click(UUID(pathway_id))]
    await store.put(many)
    first = await page(house, f"/pathways/{pathway_id}")
    onward = links(first)["Older traces"]
    assert onward == f"/operations/pathways/{pathway_id}?from=40"
    last = await page(house, onward.removeprefix("/operations"))
    assert traces_on(first) | traces_on(last) >= {each.trace_id for each in many}
    assert "Older traces" not in links(last)
