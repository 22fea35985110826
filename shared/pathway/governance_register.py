"""What governance writes into the trust's own registers: who is told, and what is permitted (IPG651 1.2, 3.6, YR3)."""

import re
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shared.pathway.record import Part, asked
from shared.pathway.text import Code, Line, Words


class PermitScope(StrEnum):
    """What a trust permits: the procedure as such, each device model for it, each operator."""

    PROCEDURE = "procedure"
    DEVICE = "device"
    OPERATOR = "operator"


class RecipientNamed(Part):
    """Somebody is told for governance from now on, or another way than before (R-GOV-3)."""

    kind: ClassVar[str] = "recipient_named"

    role: Literal["governance_lead", "deputy_governance_lead", "medical_director", "research_lead"] = asked(
        "In which role?"
    )
    person: Code = asked("Who is told?", hint="Staff directory id; it has to give this person the role")
    channel: Literal["smtp", "govuk_notify", "webhook"] = asked("Which way?")
    address: Line = asked(
        "At which address?", hint="A mail address of the trust, or the https address of a system of the trust"
    )


class RecipientStruck(Part):
    """Somebody is told no more."""

    kind: ClassVar[str] = "recipient_struck"

    role: Literal["governance_lead", "deputy_governance_lead", "medical_director", "research_lead"] = asked(
        "In which role?"
    )
    person: Code = asked("Who is told no more?")


class _OfOneSubject(Part):
    scope: PermitScope = asked("What is it about?")
    subject: Line | None = asked(
        "Which device model or operator?",
        hint="The model as the device register has it, or a staff directory id; nothing for the procedure",
        default=None,
    )

    @model_validator(mode="after")
    def _names_its_subject(self) -> "_OfOneSubject":
        if (self.scope is PermitScope.PROCEDURE) != (self.subject is None):
            raise PydanticCustomError(
                "subject_missing", "Name the device model or the operator; nothing for the procedure"
            )
        return self


class PermissionGiven(_OfOneSubject):
    """The trust permits the procedure, a device model or an operator until a day on which it looks again (YR3)."""

    kind: ClassVar[str] = "permission_given"

    review_by: date = asked("Until when?", hint="The last day it counts; look at it again before")
    approving_body: Line = asked("Who approved it?", hint="Committee or person of the trust")
    reference: Code = asked("Reference of the decision", hint="Number of the minute or the document")
    evidence: Words | None = asked(
        "On what evidence?", hint="For an operator: the training and the cases done", default=None
    )


class PermissionEnded(_OfOneSubject):
    """The trust permits it no longer. To pause it, suspend it."""

    kind: ClassVar[str] = "permission_ended"

    reference: Code = asked("Reference of the decision", hint="Number of the minute or the document")
    why: Words = asked("Why?")


_MAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@[^\s@<>(),;:\"\[\]\\]{1,255}")
_SYSTEM = re.compile(r"https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!-~]*)?")


def fits(channel: str, address: str) -> bool:
    """Whether something can be sent to this address this way."""
    return (_SYSTEM if channel == "webhook" else _MAIL).fullmatch(address) is not None
