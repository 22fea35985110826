"""Every stage stands in every layer under its own name: rules, records, desk, durable step, tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.contracts.steps import Step
from shared.guidance import cites
from shared.pathway.stage import Stage
from shared.pathway.stages import DESKS, KINDS, STAGES, STEPS
from tests.architecture.sources import HOUSE, functions, source

TESTED_IN = {
    "referral": ("test_referral", "test_classification", "test_before_mdt", "test_laboratory"),
    "news": ("test_news", "test_material_change"),
    "mdt_review": ("test_mdt_review", "test_mdt_known_enough", "test_closure"),
    "governance": ("test_governance_notice",),
    "consent": ("test_consent", "test_capacity"),
    "procedure": ("test_procedure", "test_gates", "test_gates_in_an_emergency", "test_time_out", "test_slot"),
    "registry": ("test_registry_entry", "test_registry_compared"),
    "follow_up": ("test_follow_up", "test_contact", "test_discharge"),
    "long_term": ("test_long_term",),
    "filter_retrieval": ("test_filter_track", "test_filter_rules", "test_filter_chasing"),
    "adverse_events": ("test_adverse_events", "test_adverse_event_rules", "test_yellow_card_draft"),
    "laboratory_checks": ("test_laboratory_checks",),
    "breaking": ("test_breaking", "test_retrospective"),
    "documents": ("test_documents", "test_back_entry"),
    "clock": ("test_decide",),
    "any_time": ("test_trust_news", "test_identity_changes"),
    "endings": ("test_endings",),
}


def missing(stage: Stage, house: Path) -> Iterator[str]:
    """What a stage lacks in this house."""
    for desk in {kind.desk for kind in stage.kinds if kind.desk}:
        if not (house / "services" / desk / "app.py").is_file():
            yield f"services/{desk}/app.py"
    for name in TESTED_IN.get(stage.name, ("a test file named in TESTED_IN",)):
        if not (house / "tests" / "unit" / "pathway" / f"{name}.py").is_file():
            yield f"tests/unit/pathway/{name}.py"
    if stage.step is not None:
        yield from (f"Step.{name} in workflows/pathway.py" for name in _not_walked(stage.step, house))


def _not_walked(step: Step, house: Path) -> set[str]:
    path = house / "workflows" / "pathway.py"
    if not path.is_file():
        return {step.name}
    run = next(each for each in functions(source(path, path.read_text()).tree) if each.name == "run")
    return {step.name} - {each.attr for each in ast.walk(run) if isinstance(each, ast.Attribute)}


def test_every_stage_is_complete() -> None:
    assert {stage.name: lacks for stage in STAGES if (lacks := list(missing(stage, HOUSE)))} == {}


def test_every_step_is_a_stage_once() -> None:
    assert [stage.step for stage in STEPS] == list(Step)


def test_what_a_stage_lacks_is_seen(tmp_path: Path) -> None:
    lacks = set(missing(STAGES[3], tmp_path))
    assert lacks == {
        "services/consent/app.py",
        "tests/unit/pathway/test_consent.py",
        "tests/unit/pathway/test_capacity.py",
        "Step.CONSENT in workflows/pathway.py",
    }


def test_every_stage_cites_paragraphs_that_exist() -> None:
    assert [stage.name for stage in STAGES if not stage.paragraphs or not all(map(cites, stage.paragraphs))] == []


def test_every_kind_of_record_belongs_to_one_stage_and_one_desk() -> None:
    kinds = [kind for stage in STAGES for kind in stage.kinds]
    assert len({kind.name for kind in kinds}) == len(kinds) == len(KINDS)
    assert {kind.desk for kind in kinds if kind.desk} == set(DESKS)


def test_what_no_desk_takes_only_the_system_writes() -> None:
    system = {role.value for kind in KINDS.values() if not kind.desk for role in kind.roles}
    assert system == {"patency"}
