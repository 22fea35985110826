"""Closed answers that several stages share. `unknown` is always a possible answer, and satisfies no gate."""

from enum import StrEnum


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_ASSESSED = "not_assessed"


class Urgency(StrEnum):
    ROUTINE_URGENT = "routine_urgent"
    URGENT_24H = "urgent_24h"
    EMERGENCY = "emergency_limb_or_life"


class Pregnancy(StrEnum):
    PREGNANT = "pregnant"
    NOT_PREGNANT = "not_pregnant"
    POSSIBLE = "possible"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class Embolism(StrEnum):
    NONE = "none"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"


class Mechanism(StrEnum):
    """How a thrombectomy device works (IPG651 2.5, 3.6)."""

    RHEOLYTIC = "rheolytic"
    ROTATIONAL = "rotational"
    ASPIRATION = "aspiration"
    MECHANICAL_RETRIEVAL = "mechanical_retrieval"
    ULTRASOUND_ASSISTED = "ultrasound_assisted"
    OTHER = "other"


class LysisMode(StrEnum):
    """When a thrombolytic drug is given, if at all (IPG651 2.4)."""

    NONE = "none"
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class AccessVein(StrEnum):
    POPLITEAL = "popliteal"
    FEMORAL = "femoral"
    JUGULAR = "jugular"
    POSTERIOR_TIBIAL = "posterior_tibial"
    OTHER = "other"


class ClosingReason(StrEnum):
    COMPLETED = "completed"
    NOT_ELIGIBLE = "not_eligible"
    NO_STUDY_AVAILABLE = "no_study_available"
    MDT_DECLINED = "mdt_declined"
    PATIENT_DECLINED = "patient_declined"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CLINICALLY_OVERTAKEN = "clinically_overtaken"
    TRANSFERRED_OUT = "transferred_out"
    DIED = "died"
    OPENED_IN_ERROR = "opened_in_error"
    LOST_TO_FOLLOWUP = "lost_to_followup"


class Status(StrEnum):
    """Where a pathway stands (clinical.md 1.1)."""

    REFERRED = "referred"
    CLASSIFIED = "classified"
    MDT_PENDING = "mdt_pending"
    MDT_DECIDED = "mdt_decided"
    PREPARING = "preparing"
    READY = "ready"
    IN_PROCEDURE = "in_procedure"
    POST_PROCEDURE = "post_procedure"
    DISCHARGED = "discharged"
    ANTICOAG_FOLLOWUP = "anticoag_followup"
    LONG_TERM_FOLLOWUP = "long_term_followup"
    CLOSED = "closed"
