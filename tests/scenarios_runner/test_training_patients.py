"""The synthetic patients of the training world: their stories pass, and none of them is anybody else."""

from pathlib import Path

import pytest

from deploy.local.world import STORIES, World
from deploy.scenarios.__main__ import stories
from deploy.scenarios.identity import patient_of
from deploy.scenarios.reading import story
from tests.scenarios_runner.stories import failed

FILES = sorted(STORIES.glob("*.yaml"))


def test_the_training_world_has_its_patients() -> None:
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_training_patients_story_passes(path: Path) -> None:
    assert failed(path.read_text(encoding="utf-8")) == []


def test_no_two_patients_share_a_number_or_a_name() -> None:
    patients = [patient_of(story(path).patient) for path in FILES]
    others = [patient_of(story(path).patient) for path in stories()]
    assert len({who.number for who in patients} - {who.number for who in others}) == len(patients)
    assert len({who.name for who in patients} - {who.name for who in others}) == len(patients)


def test_every_patient_has_a_number_that_is_issued_to_nobody() -> None:
    assert all(patient_of(story(path).patient).synthetic for path in FILES)


def test_a_new_world_has_all_its_patients_to_come(tmp_path: Path) -> None:
    assert World(tmp_path, 9000).patients_to_come() == tuple(FILES)


def test_a_patient_who_has_been_is_not_played_again(tmp_path: Path) -> None:
    (tmp_path / "patients-played").write_text(f"{FILES[0].stem}\n", encoding="utf-8")
    assert World(tmp_path, 9000).patients_to_come() == tuple(FILES[1:])


async def test_a_world_starts_without_patients_where_all_have_been(tmp_path: Path) -> None:
    (tmp_path / "patients-played").write_text("\n".join(path.stem for path in FILES), encoding="utf-8")
    async with World(tmp_path, 0) as world:
        await world.start(("patients",))
        assert not world.supervisor.openings
