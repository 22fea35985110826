"""The procedure (IPG651 2.4-2.7, 3.3)."""

from shared.contracts.steps import Step
from shared.pathway import gates, procedure_end_rules, procedure_rules, slot_rules, time_out_rules
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.roles import OPERATING
from shared.pathway.slot import SlotBooked
from shared.pathway.stage import Kind, Stage
from shared.pathway.time_out import TimeOutVoid

ROOM = OPERATING | {Role.IR_NURSE}
BOOKING = ROOM | {Role.MDT_COORDINATOR}

STAGE = Stage(
    "procedure",
    Step.PROCEDURE,
    ("2.4", "2.5", "2.6", "2.7", "3.3"),
    (
        Kind(SlotBooked, "procedure", BOOKING, slot_rules.refusals),
        Kind(ProcedureStart, "procedure", OPERATING, gates.refusals),
        Kind(TimeOutVoid, "procedure", ROOM, time_out_rules.refusals, any_version=True),
        Kind(ProcedureEnd, "procedure", ROOM, procedure_end_rules.refusals),
    ),
    procedure_rules.settled,
    (procedure_rules.tasks,),
    # Of somebody who dies in the room the end is still written down: the registry is owed it (IPG651 1.3).
    outlives_death=True,
)
