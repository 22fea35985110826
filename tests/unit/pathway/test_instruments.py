"""Scores and scales against the vectors of clinical.md 10, and their editions: what is from memory says so."""

from typing import Any

import pytest

from shared.pathway.anatomy import Segment, let_class
from shared.pathway.bleeding_risk import HasBledItem
from shared.pathway.choices import Answer
from shared.pathway.instruments import aki, ceap, complications, eq5d, has_bled, isth, vcss, villalta
from shared.pathway.instruments.ceap import Anatomy, Ceap, ClinicalClass
from shared.pathway.instruments.complications import CirseGrade, CirseModifiedGrade, SirSeverity
from shared.pathway.instruments.edition import Edition
from shared.pathway.instruments.eq5d import Eq5d
from shared.pathway.instruments.isth import Criterion, CriticalSite
from shared.pathway.instruments.vcss import Vcss
from shared.pathway.instruments.villalta import Villalta
from tests.forms.before_mdt import creatinine, hb, villalta_items
from tests.unit.pathway.limbs import leg

FROM_MEMORY = (vcss.EDITION, ceap.EDITION, eq5d.EDITION, aki.EDITION, complications.SIR, complications.CIRSE_MODIFIED)
CHECKED = (villalta.EDITION, has_bled.EDITION, isth.EDITION, complications.CIRSE)


@pytest.mark.parametrize(
    ("points", "category"),
    [
        (0, "none"),
        (4, "none"),
        (5, "mild"),
        (7, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (33, "severe"),
    ],
)
def test_villalta_has_the_categories_of_its_points(points: int, category: str) -> None:
    items = villalta_items(points)
    assert (villalta.raw(items), villalta.category(items)) == (points, category)


def test_villalta_with_an_ulcer_is_severe_and_its_points_stay() -> None:
    items = villalta_items(3, ulcer=True)
    assert (villalta.raw(items), villalta.category(items)) == (3, "severe")


@pytest.mark.parametrize("item", villalta.ITEMS)
def test_villalta_with_a_missing_item_is_incomplete(item: str) -> None:
    items = villalta_items(14, **{item: None})
    assert (villalta.raw(items), villalta.category(items)) == (None, "incomplete")


def test_villalta_with_a_missing_item_and_an_ulcer_is_severe_without_points() -> None:
    items = villalta_items(3, pain=None, ulcer=True)
    assert (villalta.raw(items), villalta.category(items)) == (None, "severe")


def test_villalta_without_a_look_for_an_ulcer_is_incomplete_unless_the_points_alone_are_severe() -> None:
    assert villalta.category(villalta_items(14, ulcer=None)) == "incomplete"
    assert villalta.category(villalta_items(15, ulcer=None)) == "severe"


def test_villalta_has_five_symptoms_and_six_signs() -> None:
    assert len(villalta.ITEMS) == 11
    assert villalta.raw(Villalta()) is None


def test_the_follow_up_of_story_a1_is_mild() -> None:
    given: dict[str, Any] = {"pain": 1, "heaviness": 2, "paraesthesia": 1, "oedema": 1, "pigmentation": 1, "ectasia": 1}
    items = Villalta(**(dict.fromkeys(villalta.ITEMS, 0) | given | {"ulcer": False}))
    assert (villalta.raw(items), villalta.category(items)) == (7, "mild")


def test_vcss_is_the_sum_of_ten_items() -> None:
    every = dict.fromkeys(Vcss.model_fields, 3)
    assert len(every) == 10
    assert vcss.total(Vcss(**every)) == 30
    assert vcss.total(Vcss(**dict.fromkeys(Vcss.model_fields, 0))) == 0
    assert vcss.total(Vcss(**(every | {"compression": None}))) is None


def test_ceap_is_written_in_one_line() -> None:
    found = Ceap(
        clinical=ClinicalClass.C4B,
        symptoms="s",
        aetiology="si",
        anatomy=frozenset({Anatomy.P, Anatomy.D}),
        pathophysiology="r,o",
    )
    assert ceap.code(found) == "C4bs Esi Adp Pr,o"


@pytest.mark.parametrize("item", HasBledItem)
def test_each_item_of_has_bled_is_one_point(item: HasBledItem) -> None:
    found = has_bled.score(dict.fromkeys(HasBledItem, Answer.NO) | {item: Answer.YES})
    assert (found.points, found.complete) == (1, True)


def test_has_bled_has_nine_points_at_most() -> None:
    assert has_bled.score(dict.fromkeys(HasBledItem, Answer.YES)).points == has_bled.HIGHEST == 9


def test_an_open_item_of_has_bled_is_no_point_and_is_named() -> None:
    found = has_bled.score({HasBledItem.STROKE: Answer.UNKNOWN, HasBledItem.RENAL: Answer.YES})
    assert found.points == 1
    assert HasBledItem.STROKE in found.open_items
    assert HasBledItem.LIVER in found.open_items
    assert HasBledItem.RENAL not in found.open_items


def test_a_fall_of_two_grams_per_decilitre_is_twenty_per_litre_and_major() -> None:
    assert isth.major(fatal=False, site=None, hb_fall=hb(20), red_cell_units=None) == (Criterion.HB_FALL,)
    assert isth.major(fatal=False, site=None, hb_fall=hb(19.9), red_cell_units=None) == ()


@pytest.mark.parametrize(("units", "met"), [(1, ()), (2, (Criterion.RED_CELLS,))])
def test_two_units_of_red_cells_are_major(units: int, met: tuple[Criterion, ...]) -> None:
    assert isth.major(fatal=False, site=None, hb_fall=None, red_cell_units=units) == met


@pytest.mark.parametrize("site", CriticalSite)
def test_a_bleed_at_a_critical_site_is_major(site: CriticalSite) -> None:
    assert isth.major(fatal=False, site=site, hb_fall=None, red_cell_units=None) == (Criterion.CRITICAL_SITE,)


def test_every_criterion_of_a_fatal_bleed_is_named() -> None:
    found = isth.major(fatal=True, site=CriticalSite.INTRACRANIAL, hb_fall=hb(30), red_cell_units=4)
    assert found == tuple(Criterion)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(80, 119, True), (40, 59, False), (40, 60, True), (100, 125, False), (100, 126, True), (90, 80, False)],
)
def test_kidney_injury_is_suggested_by_times_or_by_rise(before: float, now: float, *, expected: bool) -> None:
    assert aki.suggested(creatinine(before), creatinine(now)) is expected


def test_every_cirse_grade_has_its_meaning_and_six_is_death() -> None:
    assert set(complications.MEANING) == set(CirseGrade)
    assert complications.MEANING[CirseGrade.GRADE_6] == "death"


def test_the_modified_edition_splits_grades_1_and_3() -> None:
    assert {each.value for each in CirseModifiedGrade} == {"1a", "1b", "2", "3a", "3b", "4", "5", "6"}
    assert [each.value for each in SirSeverity] == ["1", "2", "3", "4", "5"]


def test_eq5d_keeps_codes_and_no_wording() -> None:
    given = Eq5d(mobility=1, self_care=1, usual_activities=2, pain=1, anxiety=3, scale=80)
    assert eq5d.profile(given) == "11213"
    assert eq5d.profile(Eq5d(mobility=1)) is None
    asked = [info.title or "" for info in Eq5d.model_fields.values()]
    assert all(title.startswith(("EQ-5D-5L, ", "EQ VAS")) for title in asked)


def test_let_classes_of_an_iliofemoral_clot() -> None:
    assert let_class(leg(Segment.COMMON_ILIAC, Segment.FEMORAL)) == ("II", "III")
    assert let_class(leg(Segment.IVC, Segment.SOLEAL)) == ("I", "IV")


@pytest.mark.parametrize("edition", FROM_MEMORY, ids=lambda each: f"{each.name} {each.version}")
def test_what_is_from_memory_is_never_shown_as_official(edition: Edition) -> None:
    assert not edition.verified
    assert edition.title.endswith("(not checked against its source)")


@pytest.mark.parametrize("edition", CHECKED, ids=lambda each: each.name)
def test_what_was_checked_is_shown_by_its_name(edition: Edition) -> None:
    assert edition.verified
    assert edition.title == edition.name
