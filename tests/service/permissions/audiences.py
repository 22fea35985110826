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
FIGURES = GOVERNANCE | {Role.CLINICAL_OWNER, Role.AUDITOR}
MEETING = MDT_SPECIALTIES | {Role.MDT_COORDINATOR}
MAY_BREAK_THE_GLASS = CLINICAL | GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER, Role.RESEARCH_LEAD, Role.REGISTRY_CLERK}
REGISTRARS = GOVERNANCE | {
    Role.DEVICE_SAFETY_OFFICER,
    Role.RESEARCH_LEAD,
    Role.MDT_COORDINATOR,
    Role.CLINICAL_OWNER,
}
FHIR_TYPES = ("Task", "ServiceRequest", "Procedure", "Consent", "Communication", "AdverseEvent")

EXPORTS = ("/fhir/exports/{export}", "/fhir/exports/{export}/{kind}.{number}.ndjson")
"""An export is its asker's alone: whoever may ask this about another is told that there is none."""

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
    "/api/registers/recipients": GOVERNANCE,
    "/api/registers/recipients_struck": GOVERNANCE,
    "/api/registers/authorisation": GOVERNANCE,
    "/api/registers/permissions": GOVERNANCE,
    "/api/registers/permissions_ended": GOVERNANCE,
    "/api/studies/approvals": GOVERNANCE,
    "/api/studies": GOVERNANCE | {Role.RESEARCH_LEAD},
    "/api/training/pathways/{pathway_id}/clock": CLINICAL | {Role.OPS},
    "/fhir": KINDS["referral"].roles,
    "/fhir/metadata": EVERYBODY,
    "/fhir/CarePlan/{pathway_id}": ABOUT_PATIENTS,
    "/fhir/CarePlan/{pathway_id}/$everything": ABOUT_PATIENTS,
    "/fhir/$export": frozenset({Role.AUDITOR}),
    **dict.fromkeys(EXPORTS, frozenset({Role.AUDITOR})),
    **{f"/fhir/{kind}": ABOUT_PATIENTS for kind in FHIR_TYPES},
    **{f"/fhir/{kind}/{{pathway_id}}.{{part}}": ABOUT_PATIENTS for kind in FHIR_TYPES},
}
OF_PEOPLE = {
    "/": ABOUT_PATIENTS | {Role.OPS},
    "/operations": frozenset({Role.OPS}),
    "/operations/traces": frozenset({Role.OPS}),
    "/operations/traces/{trace_id}": frozenset({Role.OPS}),
    "/operations/pathways": frozenset({Role.OPS}),
    "/operations/pathways/{pathway_id}": frozenset({Role.OPS}),
    "/operations/services": frozenset({Role.OPS}),
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
    "/pathways/{pathway_id}/case-file": GOVERNANCE | {Role.AUDITOR},
    "/pathways/{pathway_id}/case-file/{file}/{half}": GOVERNANCE | {Role.AUDITOR},
    "/downtime": ABOUT_PATIENTS,
    "/downtime/{kind}/pdf": ABOUT_PATIENTS,
    "/open-record/{pathway_id}": MAY_BREAK_THE_GLASS,
    "/filters": GOVERNANCE | MEETING | KINDS["procedure_start"].roles | OVERSIGHT,
    "/broken-gates": GOVERNANCE | KINDS["break_glass_review"].roles,
    "/devices": GOVERNANCE | {Role.DEVICE_SAFETY_OFFICER},
    "/compliance": FIGURES,
    "/compliance/{paragraph}": FIGURES,
    "/compliance/measures/{measure}": FIGURES,
    "/compliance/csv/{contents}": FIGURES,
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
    "/registers/recipients": GOVERNANCE,
    "/registers/recipients/new": GOVERNANCE,
    "/registers/recipients/strike": GOVERNANCE,
    "/registers/authorisation": GOVERNANCE,
    "/registers/authorisation/approve": GOVERNANCE,
    "/registers/authorisation/end": GOVERNANCE,
    "/registry": GOVERNANCE | {Role.REGISTRY_CLERK},
    "/registry/entries.csv": frozenset({Role.REGISTRY_CLERK}),
    "/registry/codebook.csv": frozenset({Role.REGISTRY_CLERK}),
    "/registry/{pathway_id}/sheet/{number}": frozenset({Role.REGISTRY_CLERK}),
    "/research": GOVERNANCE | {Role.RESEARCH_LEAD},
    "/research/new": frozenset({Role.RESEARCH_LEAD}),
    "/research/approve": GOVERNANCE,
    "/research/data-set": frozenset({Role.RESEARCH_LEAD}),
    "/research/codebook.csv": GOVERNANCE | {Role.RESEARCH_LEAD},
    "/inbox": GOVERNANCE,
    "/inbox/{pathway_id}": GOVERNANCE,
}
# Where looking and sending are not for the same people: a coordinator looks and does not sign, governance
# reads which studies there are and registers none.
BY_METHOD = {
    ("POST", "/meeting/{pathway_id}"): KINDS["mdt_sign_off"].roles,
    ("POST", "/api/studies"): frozenset({Role.RESEARCH_LEAD}),
}
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

# A document that a patient cannot have yet, or harm that nobody reported, is not there, whosever pathway it is. At
# /fhir a relationship decides besides the role: tests/fhir asks every role about its own trust's pathway.
NOT_YET = ("/documents/", "/adverse-events/", "/case-file/", "/sheet/")
NOT_THERE_YET = (
    *(path for path in OF_PEOPLE if any(part in path for part in NOT_YET)),
    *(path for path in OF_PROGRAMS if path.startswith("/fhir/")),
)


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
