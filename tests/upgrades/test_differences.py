"""Every way in which a restored record can disagree with the world is listed, and nothing that agrees is."""

import dataclasses
from typing import Any

import pytest

from deploy.backup.differences import (
    NOWHERE,
    REMEDY,
    Followed,
    Kind,
    Posted,
    Remedy,
    Sides,
    Written,
    differences,
    procedure_of,
    to_block,
)

KEY = "p-1.1.v1"
AGREED = Sides(
    record={"p-1": Written("RXX", 7, True, {"n1-first": True}, frozenset({KEY}), 1, frozenset({1}))},  # noqa: FBT003 -- as the columns stand
    engine={"p-1": Followed("RXX", running=True, seen=7, filters=frozenset({1}))},
    mail=frozenset({Posted("p-1", "n1-first")}),
    entered=frozenset({KEY}),
)


def changed(**written: Any) -> Sides:
    """The same world, and another record."""
    return dataclasses.replace(AGREED, record={"p-1": dataclasses.replace(AGREED.record["p-1"], **written)})


def kinds(sides: Sides) -> list[Kind]:
    return [each.kind for each in differences(sides)]


def test_where_all_agree_nothing_is_listed() -> None:
    assert differences(AGREED) == ()


@pytest.mark.parametrize(
    ("sides", "kind"),
    [
        (dataclasses.replace(AGREED, engine={}), Kind.MISSING),
        (changed(version=6), Kind.FURTHER_ON),
        (changed(filters=frozenset()), Kind.UNKNOWN_FILTER),
        (changed(notices={"n1-first": False}), Kind.NOTICE_SENT),
        (changed(notices={}), Kind.UNKNOWN_NOTICE),
        (changed(receipts=frozenset()), Kind.RECEIPT),
        (changed(receipts=frozenset(), procedures=0), Kind.UNKNOWN_PROCEDURE),
    ],
)
def test_each_kind_of_difference_is_listed_alone(sides: Sides, kind: Kind) -> None:
    assert kinds(sides) == [kind]


def test_a_pathway_that_the_record_lost_is_listed_with_everything_the_world_knows_of_it() -> None:
    lost = dataclasses.replace(AGREED, record={})
    assert set(kinds(lost)) == {Kind.UNKNOWN_PATHWAY, Kind.UNKNOWN_NOTICE, Kind.UNKNOWN_PROCEDURE}
    assert {each.trust for each in differences(lost)} == {"RXX"}


def test_a_pathway_whose_workflow_ended_with_an_open_record_is_missing() -> None:
    ended = {"p-1": dataclasses.replace(AGREED.engine["p-1"], running=False)}
    assert kinds(dataclasses.replace(AGREED, engine=ended)) == [Kind.MISSING]


def test_a_closed_record_needs_nobody_to_follow_it() -> None:
    assert kinds(dataclasses.replace(changed(open=False), engine={})) == []


def test_an_engine_that_is_behind_is_no_difference_the_relay_tells_it() -> None:
    assert kinds(changed(version=9)) == []


def test_what_needs_a_person_blocks_its_trust_and_what_nobody_can_place_blocks_all() -> None:
    every = frozenset({"RXX", "RYY"})
    assert to_block(differences(changed(version=6)), every) == {"RXX"}
    assert to_block(differences(changed(receipts=frozenset())), every) == frozenset()
    strange = dataclasses.replace(AGREED, mail=frozenset({Posted("p-9", "n1-first", NOWHERE)}))
    assert to_block(differences(strange), every) == every


def test_every_kind_has_a_remedy_and_lost_care_is_never_healed_by_itself() -> None:
    assert set(REMEDY) == set(Kind)
    lost = {Kind.UNKNOWN_PATHWAY, Kind.FURTHER_ON, Kind.UNKNOWN_FILTER, Kind.UNKNOWN_NOTICE, Kind.UNKNOWN_PROCEDURE}
    assert {kind for kind, remedy in REMEDY.items() if remedy == Remedy.PERSON} == lost


def test_a_registry_key_names_its_procedure() -> None:
    assert procedure_of("0a1b-2c.3.v12") == ("0a1b-2c", 3)
