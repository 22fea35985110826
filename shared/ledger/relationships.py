"""When a role's legitimate relationship with a pathway begins: one table, read from how far the pathway has come.

A project default [D]: no guidance says which role may open which record when. Everybody else breaks the glass.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.pathway.break_glass import BreakGlass
from shared.pathway.choices import Status
from shared.pathway.classification import Classification
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureStart


class Reached(StrEnum):
    """How far a pathway has come, as far as relationships go. What was reached stays so unless it says otherwise."""

    REFERRED = "referred"
    CLASSIFIED = "classified"  # a clinician answered the class of each leg: it is on an MDT's list
    RESEARCH_LEG = "research_leg"  # by the newest classification a leg is research only
    OFFERED = "offered"  # the MDT made an offer, whatever became of it
    PREPARED_FOR = "prepared_for"  # an offer is in force or was taken up, or a consultant broke the gates
    STARTED = "started"  # a procedure started
    NOTIFIED = "notified"  # governance was owed a notice
    OPEN = "open"  # not closed; ends with closing


# All of the states a role needs. A role that is not here has no relationship but by its tasks and what it wrote.
BEGINS: dict[Role, frozenset[Reached]] = {
    Role.TRIAGE_CLINICIAN: frozenset({Reached.REFERRED}),
    Role.MDT_COORDINATOR: frozenset({Reached.REFERRED}),
    Role.AUDITOR: frozenset({Reached.REFERRED}),
    Role.VASCULAR_SURGEON: frozenset({Reached.CLASSIFIED}),
    Role.INTERVENTIONAL_RADIOLOGIST: frozenset({Reached.CLASSIFIED}),
    Role.HAEMATOLOGIST: frozenset({Reached.CLASSIFIED}),
    Role.RESEARCH_LEAD: frozenset({Reached.RESEARCH_LEG}),
    Role.CONSENT_TAKER: frozenset({Reached.OFFERED, Reached.OPEN}),
    Role.PROCEDURALIST: frozenset({Reached.PREPARED_FOR}),
    Role.IR_NURSE: frozenset({Reached.PREPARED_FOR}),
    Role.WARD_CLINICIAN: frozenset({Reached.STARTED}),
    Role.ANTICOAG_CLINIC: frozenset({Reached.STARTED}),
    Role.REGISTRY_CLERK: frozenset({Reached.STARTED}),
    Role.GOVERNANCE_LEAD: frozenset({Reached.NOTIFIED}),
    Role.DEPUTY_GOVERNANCE_LEAD: frozenset({Reached.NOTIFIED}),
    Role.MEDICAL_DIRECTOR: frozenset({Reached.NOTIFIED}),
}
# A relationship that holds at these desks only: registry entries are made without knowing who the patient is.
ONLY_AT: dict[Role, frozenset[str]] = {Role.REGISTRY_CLERK: frozenset({"registry", "front_door"})}

IN_FORCE = frozenset({Status.PREPARING, Status.READY})


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept beside a pathway that tells how far it has come."""

    kinds: frozenset[str]
    notices: frozenset[str]
    status: str
    research_leg: bool
    closed: bool

    def reached(self) -> frozenset[Reached]:
        """Every state that holds."""
        started = ProcedureStart.kind in self.kinds
        holds = {
            Reached.REFERRED: True,
            Reached.CLASSIFIED: Classification.kind in self.kinds,
            Reached.RESEARCH_LEG: self.research_leg,
            Reached.OFFERED: "mdt_offer" in self.notices,
            Reached.PREPARED_FOR: started or self.status in IN_FORCE or BreakGlass.kind in self.kinds,
            Reached.STARTED: started,
            Reached.NOTIFIED: bool(self.notices),
            Reached.OPEN: not self.closed,
        }
        return frozenset(state for state, true in holds.items() if true)


def related(role: Role, reached: Collection[Reached], desk: str) -> bool:
    """Whether this role has a relationship with a pathway that has come so far, at this desk."""
    needed = BEGINS.get(role)
    return needed is not None and needed <= frozenset(reached) and desk in ONLY_AT.get(role, {desk})
