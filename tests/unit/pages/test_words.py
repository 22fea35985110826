"""Every word a page may need is written: for each code of the clinical core, and each key a template names."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.steps import Step
from shared.ledger.patient import Sex
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import ClosingReason, Status, Urgency
from shared.pathway.eligibility import ArrangementClass, ClotAge
from shared.pathway.gates import PARAGRAPHS
from shared.pathway.people import Role
from shared.pathway.stages import KINDS, STAGE_OF
from shared.web.pages import words
from shared.web.pages.shown.tasks import ON_THE_FORM_OF, form_of
from shared.web.pages.words import Words, spoken

PAGES = Path(words.__file__).parent
HOUSE = PAGES.parents[2]
NAMED = re.compile(r"""(?:say|spoken\(\))\(\s*"([a-z0-9_]+\.[A-Za-z0-9_.-]+)\"""")
TASK = re.compile(r"""\bTask\(\s*"([a-z_]+)\"""")
TIMER = re.compile(r"""\bTimer\(\s*"(T-[A-Z0-9-]+)",\s*"([a-z_]+)\"""")
TIMER_OF_SEVERAL = re.compile(r"""\bTimer\("(T-[A-Z0-9]+)", rung\b""")
CODES = {
    "side": Side,
    "sex": Sex,
    "urgency": Urgency,
    "role": Role,
    "status": Status,
    "closing": ClosingReason,
    "step": Step,
    "class": ArrangementClass,
    "clot_age": ClotAge,
    "finding": Finding,
    "vein": Segment,
    "record": KINDS,
    "gate": PARAGRAPHS,
}


def sources(*folders: str) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted((HOUSE / folder).rglob("*")):
            if path.suffix in {".py", ".jinja"}:
                yield path, path.read_text(encoding="utf-8")


def kinds_of_task() -> set[str]:
    return {kind for _path, text in sources("shared/pathway") for kind in TASK.findall(text)}


@pytest.mark.parametrize(("table", "codes"), CODES.items(), ids=CODES)
def test_every_code_has_its_words(table: str, codes: list[str]) -> None:
    assert [str(code) for code in codes if f"{table}.{code}" not in spoken()] == []


def test_every_kind_of_task_has_its_words_and_its_stage() -> None:
    kinds = kinds_of_task()

    assert len(kinds) > 15
    assert [kind for kind in kinds if f"task.{kind}" not in spoken()] == []
    assert kinds - set(STAGE_OF) == set()


def test_every_timer_with_one_rung_has_its_words() -> None:
    rungs = {
        f"timer.{timer}_{rung}" for _path, text in sources("shared/pathway") for timer, rung in TIMER.findall(text)
    }

    assert len(rungs) > 5
    assert [key for key in rungs if key not in spoken()] == []


def test_every_timer_of_several_rungs_has_words_for_some() -> None:
    timers = {timer for _path, text in sources("shared/pathway") for timer in TIMER_OF_SEVERAL.findall(text)}

    assert timers
    assert [each for each in timers if not any(key.startswith(f"timer.{each}_") for key in spoken().every_key())] == []


def test_every_key_that_a_page_names_is_written() -> None:
    named = {(path.name, key) for path, text in sources("shared/web", "services") for key in NAMED.findall(text)}

    assert len(named) > 60
    assert sorted(each for each in named if each[1] not in spoken()) == []


def test_no_text_is_empty() -> None:
    assert [key for key in spoken().every_key() if not spoken()(key).strip()] == []


def test_every_language_has_the_keys_of_english() -> None:
    for path in words.FOLDER.glob("*.toml"):
        assert spoken(path.stem).every_key() == spoken().every_key(), path.name


def test_a_key_that_nobody_wrote_is_a_defect() -> None:
    with pytest.raises(KeyError):
        spoken()("house.nowhere")


def test_gaps_are_filled() -> None:
    assert Words("en", {"a.b": "Day {day}"})("a.b", day=3) == "Day 3"


def test_one_of_a_thing_is_told_in_its_own_words_where_they_are_written() -> None:
    say = Words("en", {"a.spans": "{count} spans", "a.spans_one": "1 span", "a.more": "{count} more"})

    assert (say.counted("a.spans", 1), say.counted("a.spans", 2), say.counted("a.more", 1)) == (
        "1 span",
        "2 spans",
        "1 more",
    )


def test_the_file_is_plain_tables_of_texts() -> None:
    written = tomllib.loads((words.FOLDER / "en.toml").read_text(encoding="utf-8"))

    assert all(isinstance(text, str) for table in written.values() for text in table.values())


def test_every_task_leads_to_a_form_but_those_done_by_telephone_or_in_a_register() -> None:
    elsewhere = {"device_signal", "registry_difference", "tell_governance_in_person"}
    assert {kind for kind in kinds_of_task() if form_of(kind) is None} == elsewhere
    assert set(ON_THE_FORM_OF) <= kinds_of_task()
