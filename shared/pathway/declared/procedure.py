"""The procedure (IPG651 2.4-2.7, 3.3)."""

from shared.contracts.steps import Step
from shared.pathway import gates, procedure_rules
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.roles import OPERATING
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "procedure",
    Step.PROCEDURE,
    ("2.4", "2.5", "2.6", "2.7", "3.3"),
    (
        Kind(ProcedureStart, "procedure", OPERATING, gates.refusals),
        Kind(ProcedureEnd, "procedure", OPERATING | {Role.IR_NURSE}, procedure_rules.end_refusals),
    ),
    procedure_rules.settled,
    (procedure_rules.tasks,),
)
