"""One trace from a click over the outbox, the workflow's activities, mail and registry; joined by the pathway's id."""

from datetime import datetime

import pytest

from tests.forms import procedure
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, body_of, decide, on_the_day, prepare, refer
from tests.world.collector import Collector, Seen
from tests.world.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _trace_with(collector: Collector, pathway: str, *names: str) -> list[Seen]:
    """The spans of the first trace of this pathway that has spans of all these names; empty if there is none."""
    for trace in {span.trace for span in collector.spans() if span.pathway == pathway}:
        tree = collector.tree(trace)
        if set(names) <= {span.name for span in tree}:
            return tree
    return []


def _orphans(tree: list[Seen]) -> list[str]:
    known = {span.span for span in tree}
    return [span.name for span in tree if span.parent and span.parent not in known]


async def test_the_click_that_made_the_offer_leads_to_the_mail_in_one_tree(
    clinic: Clinic, collector: Collector
) -> None:
    pathway = await refer(clinic, 100)
    await decide(clinic, pathway)

    await eventually("the trace", lambda: bool(_trace_with(collector, pathway, "send_governance_notice", "send mail")))
    tree = _trace_with(collector, pathway, "send_governance_notice", "send mail")
    await eventually("a complete tree", lambda: not _orphans(collector.tree(tree[0].trace)))

    tree = collector.tree(tree[0].trace)
    assert {"mdt-review", "relay", "worker"} <= {span.service for span in tree}
    assert sum(not span.parent for span in tree) == 1
    assert len({span.span for span in tree}) == len(tree)


async def test_the_click_that_ended_the_procedure_reaches_into_the_registry(
    clinic: Clinic, collector: Collector
) -> None:
    pathway = await refer(clinic, 101)
    await decide(clinic, pathway)
    await prepare(clinic, pathway)
    operator = PEOPLE["proceduralist"]
    await on_the_day(clinic, pathway)
    await clinic.write(operator, pathway, "procedure_start", body_of(procedure.start(operators=(operator,))))
    now = datetime.fromisoformat((await clinic.see(operator, pathway))["now"])
    await clinic.write(operator, pathway, "procedure_end", body_of(procedure.end(ended_at=now)))

    def entered() -> list[Seen]:
        return _trace_with(collector, pathway, "enter_in_registry", "PUT registry entry")

    await eventually("the trace", lambda: "simulated-registry" in {span.service for span in entered()})
    await eventually("a complete tree", lambda: not _orphans(entered()))
    assert {"procedure", "relay", "worker", "simulated-registry"} <= {span.service for span in entered()}


async def test_what_the_clock_causes_opens_a_trace_of_its_own_linked_to_the_referral(
    clinic: Clinic, collector: Collector
) -> None:
    pathway = await refer(clinic, 102)
    await eventually("the look after the referral", lambda: bool(_trace_with(collector, pathway, "look_at_pathway")))
    await clinic.advance(PEOPLE["referrer"], pathway, "2026-03-10T09:00:00Z")
    seen = await clinic.see_until(
        PEOPLE["referrer"], pathway, "T-14D amber", lambda seen: any(t["state"] == "fired" for t in seen["timers"])
    )

    assert {timer["rung"] for timer in seen["timers"] if timer["state"] == "fired"} == {"triage", "amber"}

    def roots() -> list[Seen]:
        return [span for span in collector.spans() if span.pathway == pathway and not span.parent]

    await eventually("a trace of the clock's own", lambda: any(span.links for span in roots()))
    opened = next(span for span in roots() if span.name == "POST /api/pathways")
    assert {link for span in roots() for link in span.links} == {opened.trace}
    assert len({span.trace for span in roots()}) == len(roots())
