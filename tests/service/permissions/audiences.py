"""Who may do what: for records the table of stages says it, for everything else the tables of this page.

Written down once more on purpose: nothing here is read from the code that decides.
"""

from shared.pathway.people import MDT_SPECIALTIES, Role
from shared.pathway.roles import CLINICAL, GOVERNANCE
from shared.pathway.stages import KINDS
from tests.service.permissions.operations import PROGRAMS, Operation

SIGNING_IN = tuple(sorted(set(Role) - {Role.PATENCY}))
EVERYBODY = frozenset(SIGNING_IN)
ABOUT_PATIENTS = EVERYBODY - {Role.OPS, Role.MAIL_SYSTEM}
OVERSIGHT = frozenset({Role.CLINICAL_OWNER, Role.AUDITOR, Role.DEVICE_SAFETY_OFFICER})
MEETING = MDT_SPECIALTIES | {Role.MDT_COORDINATOR}
MAY_BREAK_THE_GLASS = CLINICAL | GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER, Role.RESEARCH_LEAD, Role.REGISTRY_CLERK}
REGISTRARS = GOVERNANCE | {
    Role.DEVICE_SAFETY_OFFICER,
    Role.RESEARCH_LEAD,
    Role.MDT_COORDINATOR,
    Role.CLINICAL_OWNER,
}

OF_PROGRAMS = {
    "/api/desks": EVERYBODY,
    "/api/worklist": ABOUT_PATIENTS,
    "/api/pathways": KINDS["referral"].roles,
    "/api/pathways/{pathway_id}": ABOUT_PATIENTS,
    "/api/pathways/{pathway_id}/patient": CLINICAL,
    "/api/devices/{udi}": GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER},
    "/api/registers/device_recalls": KINDS["device_recall"].roles,
    "/api/registers/study_closures": KINDS["study_closed"].roles,
    "/api/registers/suspensions": KINDS["authorisation_suspended"].roles,
    "/api/registers/suspensions_lifted": GOVERNANCE,
    "/api/registers/staff_left": KINDS["staff_left"].roles,
    "/api/registers/guidance": KINDS["guidance_superseded"].roles,
    "/api/training/pathways/{pathway_id}/clock": CLINICAL | {Role.OPS},
}
OF_PEOPLE = {
    "/": ABOUT_PATIENTS,
    "/find": ABOUT_PATIENTS,
    "/my-work": ABOUT_PATIENTS,
    "/my-work/find": ABOUT_PATIENTS,
    "/my-work/away": ABOUT_PATIENTS,
    "/my-work/away/stop": ABOUT_PATIENTS,
    "/pathways/{pathway_id}": ABOUT_PATIENTS,
    "/pathways/{pathway_id}/write": ABOUT_PATIENTS,
    "/pathways/{pathway_id}/adverse-events/{number}": ABOUT_PATIENTS,
    "/pathways/{pathway_id}/readers": ABOUT_PATIENTS,
    "/pathways/{pathway_id}/documents": CLINICAL,
    "/pathways/{pathway_id}/documents/{document}": CLINICAL,
    "/pathways/{pathway_id}/documents/{document}/pdf": CLINICAL,
    "/pathways/{pathway_id}/documents/{document}/give": CLINICAL,
    "/pathways/{pathway_id}/documents/given/{entry}": CLINICAL,
    "/pathways/{pathway_id}/paper": CLINICAL,
    "/downtime": ABOUT_PATIENTS,
    "/downtime/{kind}/pdf": ABOUT_PATIENTS,
    "/open-record/{pathway_id}": MAY_BREAK_THE_GLASS,
    "/filters": GOVERNANCE | MEETING | KINDS["procedure_start"].roles | OVERSIGHT,
    "/broken-gates": GOVERNANCE | KINDS["break_glass_review"].roles,
    "/devices": GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER},
    "/access-reviews": frozenset({Role.AUDITOR}),
    "/access-reviews/{grant_id}": frozenset({Role.AUDITOR}),
    "/referrals/new": KINDS["referral"].roles,
    "/referrals/new/{slug}": KINDS["referral"].roles,
    "/safety": EVERYBODY,
    "/safety/{hazard_id}": EVERYBODY,
    "/meeting": MEETING,
    "/meeting/{pathway_id}": MEETING,
    "/registers": REGISTRARS,
    "/registers/device_recalls": KINDS["device_recall"].roles,
    "/registers/study_closures": KINDS["study_closed"].roles,
    "/registers/suspensions": KINDS["authorisation_suspended"].roles,
    "/registers/suspensions_lifted": GOVERNANCE,
    "/registers/staff_left": KINDS["staff_left"].roles,
    "/registers/guidance": KINDS["guidance_superseded"].roles,
    "/inbox": GOVERNANCE,
    "/inbox/{pathway_id}": GOVERNANCE,
}
# Where looking and sending are not for the same people: a coordinator looks and does not sign.
BY_METHOD = {("POST", "/meeting/{pathway_id}"): KINDS["mdt_sign_off"].roles}
# The way in and out, and pages that are about nobody: tests/sessions has them.
FOR_ANYBODY = frozenset(
    {
        "/sign-in",
        "/signed-in",
        "/signed-out",
        "/sign-out",
        "/choose-role",
        "/back-channel-logout",
        "/session/keep",
        "/help",
        "/help/{record}",
        "/accessibility",
    }
)
STREAM = "/live"  # says to whoever may not hear it that it has ended
# A page that leads to the case, whosever it is: the case asks.
LEADS_TO_THE_CASE = frozenset({("GET", "/meeting/{pathway_id}")})

# A document that a patient cannot have yet, or harm that nobody reported, is not there, whosever pathway it is.
NOT_THERE_YET = tuple(path for path in OF_PEOPLE if "/documents/" in path or "/adverse-events/" in path)


def for_anybody(asked: Operation) -> bool:
    """Whether nobody is turned away here, signed in or not."""
    return asked.path in FOR_ANYBODY or asked.path.endswith(STREAM)


def allowed(asked: Operation) -> frozenset[Role]:
    """The roles that may do this. Raises LookupError for what nobody has written down."""
    if asked.record in KINDS:
        return KINDS[asked.record].roles
    listed = OF_PROGRAMS if asked.door == PROGRAMS else OF_PEOPLE
    if asked.path not in listed:
        raise LookupError(f"say in audiences.py who may do this: {asked}")
    return BY_METHOD.get((asked.method, asked.path), listed[asked.path])
