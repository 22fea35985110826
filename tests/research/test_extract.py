"""A research data set: who may be in it, what it says of them, and that nothing of who they are can be found in it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.pathway.anatomy import Side
from shared.pathway.consent import ConsentLine, LineStatus
from shared.pathway.procedure import started
from shared.pathway.registry_table import neutral
from shared.research.columns import COLUMNS, SUPPRESSED
from shared.research.enrolled import takes_part
from shared.research.participant import Participant, age_band, participants
from shared.research.pseudonyms import KeyTooShortError, Pseudonyms
from shared.research.release import TooFewError, explained, released, suppressed
from tests.forms.consent import STUDY, enrolment, lines, withdrawal
from tests.patients import OPEN_STUDY, Case, consented, discharged, ended, iliofemoral_left, seen_at_clinic
from tests.unit.pathway.journeys import JUMPS, MOVES
from tests.unit.pathway.moves import Mover
from tests.unit.pathway.test_properties import stages

KEY = bytes(range(32))
PSEUDONYMS = Pseudonyms(KEY, STUDY)
STUDY_CONSENT: dict[str, Any] = {"lines": lines(research_participation=LineStatus.GIVEN), "study_id": STUDY}
CODED = {code for column in COLUMNS for code in column.codes}
Command = tuple[Mover, int, bool]


def enrolled(**consent: Any) -> Case:
    """Somebody enrolled in the study, with consent to it."""
    case = consented(**(STUDY_CONSENT | consent))
    case = replace(case, facts=case.facts.model_copy(update={"studies": OPEN_STUDY}))
    return case.writes(enrolment())


def texts(value: object) -> Iterator[str]:
    """Every text somewhere in what was written down."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from (name, *texts(each))
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def rows(*cases: Case) -> list[dict[str, str]]:
    found = [each for case in cases for each in participants(case.moment, PSEUDONYMS.of(case.pathway.id))]
    text = released([*found, *crowd()], STUDY).text
    return [row for row in csv.DictReader(io.StringIO(text)) if not row["participant"].startswith("crowd")]


def crowd(count: int = 5, band: str = "30-39", sex: str = "female") -> list[Participant]:
    return [Participant(f"crowd-{band}-{sex}-{number}", band, sex, {"side": "left"}) for number in range(count)]


def test_who_is_enrolled_and_agrees_takes_part() -> None:
    assert takes_part(enrolled().moment, STUDY)
    assert not takes_part(enrolled().moment, "another-study")


def test_who_is_not_enrolled_does_not() -> None:
    assert not takes_part(consented(**STUDY_CONSENT).moment, STUDY)


@pytest.mark.parametrize("lines_withdrawn", [frozenset(), frozenset({ConsentLine.RESEARCH_PARTICIPATION})])
def test_whoever_withdraws_is_left_out_from_then_on(lines_withdrawn: frozenset[ConsentLine]) -> None:
    case = enrolled().when("2026-03-09T08:20").writes(withdrawal(lines=lines_withdrawn))
    assert not takes_part(case.moment, STUDY)


def test_withdrawing_from_something_else_is_no_withdrawal_from_research() -> None:
    other = frozenset({ConsentLine.IMAGE_TEACHING_USE})
    assert takes_part(enrolled().when("2026-03-09T08:20").writes(withdrawal(lines=other)).moment, STUDY)


def test_the_row_tells_days_bands_and_codes() -> None:
    (row,) = rows(ended())
    assert (row["age_band"], row["sex"]) in {("40-49", "male"), (SUPPRESSED, SUPPRESSED)}
    assert (row["procedure_day"], row["outcome"], row["class"]) == ("7", "completed", "special_arrangements")
    assert row["segment_common_femoral"] == "thrombosed"


@pytest.mark.parametrize("case", [ended(), discharged(), seen_at_clinic()], ids=["ended", "discharged", "seen"])
def test_every_coded_cell_is_one_of_its_codes(case: Case) -> None:
    (row,) = rows(case)
    for column in COLUMNS:
        told = {part for part in row[column.name].split("; ") if part}
        assert not column.codes or told <= set(column.codes), column.name


def test_the_codebook_explains_exactly_the_columns() -> None:
    told = [row["column"] for row in csv.DictReader(io.StringIO(explained()))]
    assert told == [column.name for column in COLUMNS]


def test_without_the_key_a_pseudonym_says_nothing_and_no_two_studies_share_one() -> None:
    other_key, other_study = Pseudonyms(KEY[::-1], STUDY), Pseudonyms(KEY, "another-study")
    names = [each.of("p-1") for each in (PSEUDONYMS, other_key, other_study)]
    assert len(set(names)) == 3
    assert PSEUDONYMS.of("p-1") == Pseudonyms(KEY, STUDY).of("p-1") != PSEUDONYMS.of("p-2")
    assert len({each.mark for each in (PSEUDONYMS, other_key, other_study)}) == 3


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(KeyTooShortError):
        Pseudonyms(b"short", STUDY)


def test_fewer_than_five_patients_do_not_leave() -> None:
    with pytest.raises(TooFewError):
        released(crowd(4), STUDY)
    assert released(crowd(5), STUDY).patients == 5


def test_two_legs_of_one_patient_are_one_patient() -> None:
    both = [replace(each, told={"side": side.value}) for each in crowd(4) for side in Side]
    with pytest.raises(TooFewError):
        released(both, STUDY)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["20-29", "30-39", "40-49", "50-59"]), st.sampled_from(["female", "male"])),
                min_size=5, max_size=60))  # fmt: skip
def test_no_cell_of_age_and_sex_is_smaller_than_five_and_none_can_be_found_by_subtraction(
    people: list[tuple[str, str]],
) -> None:
    everybody = tuple(Participant(f"p{n}", band, sex, {"side": "left"}) for n, (band, sex) in enumerate(people))
    cells: dict[tuple[str, str], int] = {}
    for each in suppressed(everybody):
        cells[each.age_band, each.sex] = cells.get((each.age_band, each.sex), 0) + 1
    assert min(cells.values()) >= 5
    assert sum(cells.values()) == len(people)


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (None, "unknown"),
        (17, "under 20"),
        (20, "20-29"),
        (46, "40-49"),
        (89, "80-89"),
        (90, "90 and over"),
        (104, "90 and over"),
    ],
)
def test_ages_are_bands_open_at_both_ends(years: int | None, band: str) -> None:
    assert age_band(years) == band


LONG = 8
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def found_in(case: Case, text: str) -> set[str]:
    """Everything that was written down about the patient and can be found in this text: it shall be nothing.

    Codes of closed lists are no secret: a data set consists of them. What is long is looked for inside cells as well.
    """
    said = {each for entry in case.pathway.entries for each in texts(json.loads(entry.record.model_dump_json()))}
    said |= {case.pathway.id, *(entry.by.person for entry in case.pathway.entries)}
    cells = {part for row in csv.reader(io.StringIO(text)) for cell in row for part in (cell, *cell.split("; "))}
    secrets = {each for each in said if len(each) > 2 and each not in CODED and neutral(each) not in NAMES}
    below = text.partition("\r\n")[2]
    parts = {each for each in secrets if each in cells or (len(each) >= LONG and each in below)}
    return parts | set(DATE.findall(text))


NAMES = {column.name for column in COLUMNS} | {"patency-research-1"}


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(JUMPS), st.booleans()), min_size=10, max_size=35))
@settings(max_examples=15)
def test_nothing_of_who_a_generated_patient_is_can_be_found_in_the_data_set(commands: list[Command]) -> None:
    *_, end = stages(iliofemoral_left(), commands)
    people = list(participants(end.moment, PSEUDONYMS.of(end.pathway.id)))
    text = released([*people, *crowd()], STUDY).text
    assert found_in(end, text) == set()


def test_the_search_finds_what_is_planted() -> None:
    case = ended()
    (one,) = participants(case.moment, "someone")
    said = json.loads(started(case.pathway)[0].record.model_dump_json())["room"]
    planted = [replace(one, told=one.told | {"outcome": text}) for text in (said, case.pathway.id, "2026-03-09")]
    for each in planted:
        assert found_in(case, released([each, *crowd()], STUDY).text)
