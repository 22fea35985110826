"""A death, a pathway opened in error, a transfer to another trust: in any state, and past every closing."""

from shared.pathway import closure, ending_rules
from shared.pathway.endings import OpenedInError, PatientDied, TransferAccepted, TransferredOut
from shared.pathway.people import Role
from shared.pathway.roles import ANYBODY, CLINICAL, DOCTORS
from shared.pathway.stage import Kind, Stage

STAGE = Stage(
    "endings",
    None,
    ("1.3", "2.6"),
    (
        Kind(PatientDied, "follow_up", ANYBODY, ending_rules.death_refusals, any_version=True, after_closing=True),
        Kind(OpenedInError, "referral", CLINICAL, ending_rules.mistake_refusals),
        Kind(TransferredOut, "follow_up", DOCTORS | {Role.MDT_COORDINATOR}, ending_rules.transfer_refusals),
        Kind(TransferAccepted, "follow_up", CLINICAL, ending_rules.answer_refusals, any_version=True),
    ),
    closure.nothing_waits,
    (ending_rules.tasks, closure.closing_tasks),
    (ending_rules.timers,),
    outlives_death=True,
)
