"""The table of the pathway: each stage of IPG651, the records that belong to it, who may write them, and its rules.

A new stage is its modules, a module in `declared` and a line here; desks, ledger, workflow and architecture tests
read this table.
"""

from shared.contracts.steps import Step
from shared.pathway.declared import (
    adverse_events,
    any_time,
    breaking,
    clock,
    consent,
    documents,
    endings,
    filter_retrieval,
    follow_up,
    governance,
    laboratory_checks,
    long_term,
    mdt_review,
    news,
    procedure,
    referral,
    registry,
)
from shared.pathway.stage import Kind, Stage

STEPS: tuple[Stage, ...] = (
    referral.STAGE,
    mdt_review.STAGE,
    governance.STAGE,
    consent.STAGE,
    procedure.STAGE,
    registry.STAGE,
    follow_up.STAGE,
    long_term.STAGE,
)
"""The steps of the guidance, in its order."""

TRACKS: tuple[Stage, ...] = (
    clock.STAGE,
    breaking.STAGE,
    news.STAGE,
    endings.STAGE,
    any_time.STAGE,
    filter_retrieval.STAGE,
    adverse_events.STAGE,
    laboratory_checks.STAGE,
    documents.STAGE,
)
"""What has a life of its own beside the steps."""

STAGES: tuple[Stage, ...] = STEPS + TRACKS
KINDS: dict[str, Kind] = {kind.name: kind for stage in STAGES for kind in stage.kinds}
STAGE_OF: dict[str, Stage] = {
    work: stage for stage in STAGES for work in (*(kind.name for kind in stage.kinds), *stage.asks)
}
"""The stage of every kind of record, and of the work that is no record of its own."""

STEP_OF: dict[str, Step] = {work: stage.step for work, stage in STAGE_OF.items() if stage.step is not None}
"""The step at which it belongs. Work of a track is at none."""

DESKS = tuple(dict.fromkeys(kind.desk for kind in KINDS.values() if kind.desk))
