"""What every step causes, and in which process, is written down as a tree: where tracing is lost, it is seen here."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from shared.pathway.record import Record
from shared.pathway.stages import KINDS
from tests.forms import consent, mdt_review, procedure, referral, the_day
from tests.forms.filled import LEFT
from tests.journey.clinic import Clinic
from tests.journey.walk import PEOPLE, SPECIALISTS, body_of, refer
from tests.world.collector import Collector, Seen
from tests.world.conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

GOLDEN = Path(__file__).with_name("golden_traces.txt")
SERIAL = 130
IN_THE_BACKGROUND = frozenset({"tell PatientPathway", "send mail", "PUT registry entry", "PUT /entries/{key}"})
AN_ACTIVITY = r"[a-z]+(?:_[a-z]+)+"
NOISE = ("/health/", "/assets/", "/live", "/session/keep", "/v1/traces")
KNOWN = re.compile(rf"(?:GET|POST) (?:/(?:[a-z][a-z_-]*|{{[a-z_]+}}))+/?|{AN_ACTIVITY}")
STEPS_OF_THE_LEDGER = frozenset(f"enter {kind}" for kind in KINDS)
A_VALUE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\d{3,}")


def golden() -> dict[str, set[str]]:
    """The trees that each record may have, by its name: what a look does not see to by itself is left to an errand."""
    text = "\n".join(line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    parts = re.split(r"^\[(\w+)(?: by an errand)?\]$", text, flags=re.MULTILINE)[1:]
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in zip(parts[::2], parts[1::2], strict=True):
        found[name].add(tree.strip())
    return dict(found)


def shape(spans: list[Seen]) -> str:
    """Names, services and kinds, span under span, in the order of the alphabet; what is repeated stands once."""
    known = {each.span for each in spans}

    def below(parent: str, depth: int) -> list[str]:
        under = [each for each in spans if (each.parent if each.parent in known else "") == parent]
        drawn = {"\n".join([line(each, depth), *below(each.span, depth + 1)]) for each in under}
        return sorted(drawn)

    return "\n".join(below("", 0))


def line(span: Seen, depth: int) -> str:
    return f"{'  ' * depth}{span.service}: {span.name} ({span.kind})"


def caused_by(collector: Collector, pathway: str, record: str) -> list[Seen]:
    """The newest trace that began with this record of this pathway."""
    spans = list(collector.spans())
    roots = [each for each in spans if each.pathway == pathway and each.record == record and not each.parent]
    return [each for each in spans if roots and each.trace == roots[-1].trace]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def walked(clinic: Clinic, collector: Collector) -> AsyncIterator[dict[str, list[Seen]]]:
    """A patient up to the registry, one click after the other; each click's spans, once they are those of its tree."""
    wanted, found = golden(), {}
    pathway = await refer(clinic, SERIAL)

    async def settled(record: str) -> None:
        def whole() -> bool:
            found[record] = caused_by(collector, pathway, record)
            return shape(found[record]) in wanted.get(record, ())

        try:
            await eventually(record, whole)
        except AssertionError:
            return  # the test of this record shows what is different

    await settled("referral")
    for record, write in steps(clinic, pathway, collector):
        await write()
        await settled(record)
    yield found


def looks(collector: Collector, pathway: str) -> int:
    return len([each for each in collector.spans() if each.pathway == pathway and each.name == "look_at_pathway"])


def steps(clinic: Clinic, pathway: str, collector: Collector) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """Every click up to the end of the procedure, by the name of its record."""
    operator, coordinator = PEOPLE["proceduralist"], PEOPLE["mdt-coordinator"]

    def click(role: str, kind: str, record: Record, at: str = "") -> tuple[str, Callable[[], Awaitable[object]]]:
        async def write() -> None:
            if at:  # the look that this causes is over before the click, or it would see to what the click owes
                before = looks(collector, pathway)
                await clinic.advance(PEOPLE[role], pathway, at)
                await eventually("a look", lambda: looks(collector, pathway) > before)
            await clinic.write(PEOPLE[role], pathway, kind, body_of(record))

        return kind, write

    async def sign() -> None:
        seen = await clinic.see(coordinator, pathway)
        newest = max(entry["seq"] for entry in seen["entries"] if entry["kind"] == "mdt_review")
        for role in SPECIALISTS:
            await clinic.write(PEOPLE[role], pathway, "mdt_sign_off", body_of(mdt_review.sign_off(newest)))
        await clinic.see_until(
            coordinator, pathway, "delivery of the notice", lambda seen: seen["notices"][0]["delivered_at"]
        )

    leaflet = consent.leaflet(document_id="PMT-INFO-1", version="2.1")
    attendees = mdt_review.attendees(*(PEOPLE[role] for role in SPECIALISTS))
    return [
        click("triage-clinician", "classification", referral.classification()),
        click("mdt-coordinator", "mdt_review", mdt_review.mdt_review(attendees=attendees), "2026-03-05T14:00:00Z"),
        ("mdt_sign_off", sign),
        click("consent-taker", "consent", consent.consent(written_information=leaflet), "2026-03-06T12:00:00Z"),
        click("ward-clinician", "bloods", the_day.bloods(), "2026-03-09T09:30:00Z"),
        click("proceduralist", "consent_confirmed", consent.confirmation()),
        click("proceduralist", "procedure_start", procedure.start(LEFT, operators=(operator,))),
        click("proceduralist", "procedure_end", procedure.end(), "2026-03-09T11:30:00Z"),
    ]


@pytest.mark.parametrize("record", golden())
async def test_a_click_causes_what_is_written_down_in_the_processes_that_are_named(
    walked: dict[str, list[Seen]], record: str
) -> None:
    assert shape(walked[record]) in golden()[record]


async def test_every_click_of_the_walk_is_written_down(walked: dict[str, list[Seen]]) -> None:
    assert set(walked) == set(golden())


@pytest.mark.parametrize("silent", ["relay", "worker"])
@pytest.mark.parametrize("record", ["classification", "mdt_sign_off", "procedure_end"])
async def test_a_process_that_no_longer_traces_is_seen(walked: dict[str, list[Seen]], record: str, silent: str) -> None:
    heard = [each for each in walked[record] if each.service != silent]
    assert shape(heard) not in golden()[record]


@pytest.mark.parametrize("record", golden())
async def test_a_ledger_that_no_longer_traces_is_seen(walked: dict[str, list[Seen]], record: str) -> None:
    heard = [each for each in walked[record] if each.name not in STEPS_OF_THE_LEDGER]
    assert shape(heard) not in golden()[record]


async def test_no_span_is_named_after_a_value_and_all_names_are_known(
    walked: dict[str, list[Seen]], collector: Collector
) -> None:
    assert walked
    names = {each.name for each in collector.spans()}
    assert {name for name in names - IN_THE_BACKGROUND - STEPS_OF_THE_LEDGER if not KNOWN.fullmatch(name)} == set()
    assert {name for name in names if A_VALUE.search(name)} == set()


async def test_probes_files_and_listening_pages_leave_no_span(
    walked: dict[str, list[Seen]], collector: Collector
) -> None:
    assert walked
    assert {each.name for each in collector.spans() if any(noise in each.name for noise in NOISE)} == set()
