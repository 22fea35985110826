"""The table of paragraphs against the guidance itself."""

import pytest

from shared.guidance import GUIDANCE_ID, PARAGRAPHS, cites

NUMBERED = [
    *(f"1.{n}" for n in range(1, 5)),
    *(f"2.{n}" for n in range(1, 8)),
    *(f"3.{n}" for n in range(1, 10)),
]
RESPONSIBILITY = [f"YR{n}" for n in range(1, 5)]


def test_every_paragraph_of_the_guidance_is_there_and_no_other() -> None:
    assert set(PARAGRAPHS) == {*NUMBERED, *RESPONSIBILITY}


def test_every_paragraph_is_filed_under_its_own_number_with_a_summary() -> None:
    assert all(paragraph.number == number and paragraph.summary for number, paragraph in PARAGRAPHS.items())


@pytest.mark.parametrize("paragraph", [*NUMBERED, *RESPONSIBILITY, "D", "NG158"])
def test_what_exists_may_be_cited(paragraph: str) -> None:
    assert cites(paragraph)


@pytest.mark.parametrize("paragraph", ["", "1", "1.5", "2.8", "3.10", "YR5", "yr1", " 1.1", "1.1.1", "[D]", "NG159"])
def test_what_does_not_exist_may_not_be_cited(paragraph: str) -> None:
    assert not cites(paragraph)


def test_the_quorum_is_asked_for_by_the_people_it_needs() -> None:
    assert {"vascular_surgeon", "interventional_radiologist", "haematologist"} <= set(PARAGRAPHS["3.8"].who_acts)


def test_the_guidance_is_named_with_its_date() -> None:
    assert GUIDANCE_ID == "IPG651:2019-06-12"
