"""The safety file as pages: for anybody signed in, honest about what has not run, and about nobody."""

from html import unescape

import pytest

from services.pages.safety import pages
from services.pages.safety.shown import run_words
from shared.pathway.people import Role, Signature
from shared.safety.hazards import Hazard
from shared.safety.last_run import LastRun
from shared.safety.reading import load
from tests.pages.visitors import House, main_of
from tests.safety.planted import all_passed, with_failed, without

FRONT = "http://127.0.0.1:8000"
OPS = Signature("rxx-ops-1", Role.OPS)


async def read_as(house: House, address: str, who: Signature = OPS) -> str:
    answer = await (await house.visitor(who)).get(f"{FRONT}{address}")
    assert answer.status_code == 200, answer.text
    return unescape(main_of(answer))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> LastRun:
    """The product comes with a run in which everything passed."""
    found = all_passed(load())
    monkeypatch.setattr(pages, "last_run", lambda: found)
    return found


async def test_every_hazard_is_listed_with_both_risks_and_a_way_to_it(house: House, run: LastRun) -> None:
    page = await read_as(house, "/safety")
    assert page.count("Every test has passed") == len(load().hazards)
    assert all(f'<a href="/safety/{each.id}">{each.title}</a>' in page for each in load().hazards)
    assert page.count(">Above target<") == sum(not each.on_target for each in load().hazards)
    assert "Not yet signed off" in page
    assert run_words(run) in page


async def test_the_list_says_what_the_product_is_for_and_not_for(house: House) -> None:
    page = await read_as(house, "/safety")
    statement = load().statement
    lines = (*statement.intended_use, *statement.not_for, *statement.limits, *statement.open_questions)
    assert [each for each in lines if each not in page] == []
    assert page.index(statement.not_for[0]) < page.index(statement.intended_use[0]) < page.index("/safety/H-01")


async def test_hazards_above_the_target_can_be_looked_at_alone(house: House) -> None:
    page = await read_as(house, "/safety?show=above_target")
    assert "/safety/H-03" in page
    assert "/safety/H-01" not in page
    assert 'nhsuk-tag--red">Above target<' in await read_as(house, "/safety/H-03")


async def test_hazards_that_a_run_does_not_show_can_be_looked_at_alone(
    house: House, monkeypatch: pytest.MonkeyPatch, run: LastRun
) -> None:
    assert "No hazard is of this kind" in await read_as(house, "/safety?show=not_proven")
    first = load().hazards[0]
    monkeypatch.setattr(pages, "last_run", lambda: without(run, first.tests[0]))
    page = await read_as(house, "/safety?show=not_proven")
    assert "/safety/H-01" in page
    assert "/safety/H-02" not in page
    assert "Some tests have not run" in page


async def test_a_choice_nobody_offers_shows_all(house: House) -> None:
    assert "27 hazards" in await read_as(house, "/safety?show=%3Cscript%3E")


@pytest.mark.parametrize("hazard", load().hazards[:3], ids=lambda each: each.id)
async def test_a_hazard_has_a_page_with_its_controls_and_what_shows_them(
    house: House, run: LastRun, hazard: Hazard
) -> None:
    page = await read_as(house, f"/safety/{hazard.id}")
    for words in (hazard.how, *hazard.open, *(each.words for each in hazard.controls)):
        assert words in page
    assert page.count(">Passed<") == len(run.of(frozenset(hazard.links)).outcomes)


async def test_a_failed_test_is_told_on_the_page_of_its_hazard(
    house: House, monkeypatch: pytest.MonkeyPatch, run: LastRun
) -> None:
    monkeypatch.setattr(pages, "last_run", lambda: with_failed(run, load().hazards[0].tests[0]))
    page = await read_as(house, "/safety/H-01")
    assert "A test has failed" in page
    assert page.count(">Failed<") == 1


async def test_without_a_run_nothing_is_said_to_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "last_run", LastRun)
    page = await read_as(house, "/safety/H-01")
    assert "No run of the tests came with this version" in page
    assert ">Passed<" not in page


@pytest.mark.parametrize("address", ["/safety/H-28", "/safety/h-01", "/safety/x"])
async def test_a_hazard_that_is_none_is_not_there(house: House, address: str) -> None:
    answer = await (await house.visitor(OPS)).get(f"{FRONT}{address}")
    assert answer.status_code == 404


async def test_who_is_signed_out_is_asked_to_sign_in(house: House) -> None:
    visitor = await house.visitor(OPS)
    visitor.cookie = "nobody"
    answer = await visitor.get(f"{FRONT}/safety")
    assert answer.status_code == 303


async def test_the_list_is_small(house: House, run: LastRun) -> None:
    answer = await (await house.visitor(OPS)).get(f"{FRONT}/safety")
    assert len(answer.content) < 50_000, run.ended_at
