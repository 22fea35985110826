"""The durable steps of a pathway, as NICE IPG651 names them."""

from enum import StrEnum


class Step(StrEnum):
    REFERRAL = "referral"
    MDT_REVIEW = "mdt_review"
    GOVERNANCE_NOTIFICATION = "governance_notification"
    CONSENT = "consent"
    PROCEDURE = "procedure"
    REGISTRY_ENTRY = "registry_entry"
    ANTICOAGULATION_FOLLOW_UP = "anticoagulation_follow_up"
    LONG_TERM_OUTCOMES = "long_term_outcomes"
