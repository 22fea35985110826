"""The registers that governance keeps itself, for programs: who is told, and what is permitted until when (1.2, YR3).

The same functions as the pages; what is refused there is refused here, for the same reasons.
"""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from services.described import WRITING, body, errors
from services.governance.registers import registers_of
from services.identity import Acting
from services.preconditions import OnceOnly
from services.wiring import Wired, acting_as, answering_in_time
from shared.ledger import NotAllowed, Refused
from shared.ledger.authorisations import Change, Event, Permission
from shared.ledger.recipients import Recipient
from shared.pathway.governance_register import (
    PermissionEnded,
    PermissionGiven,
    PermitScope,
    RecipientNamed,
    RecipientStruck,
)
from shared.pathway.people import Role
from shared.pathway.roles import GOVERNANCE
from shared.web import bodies, problems
from shared.web.shapes import Shape

BODIES = (RecipientNamed, RecipientStruck, PermissionGiven, PermissionEnded)
"""What is written into these registers."""

router = APIRouter(prefix="/api/registers", tags=["registers"])
Governor = Annotated[Acting, Depends(acting_as(GOVERNANCE))]


class ShownRecipient(Shape):
    """Somebody who is told. `left`: the staff directory has them no more in this role, and nothing is sent."""

    role: Role
    person: str
    address: str
    channel: Literal["smtp", "govuk_notify", "webhook"]
    left: bool


class RecipientsAnswer(Shape):
    recipients: tuple[ShownRecipient, ...]


class ShownPermission(Shape):
    """`review_by` is the last day it counts; null: as long as the procedure's own. `subject` is null for that one."""

    scope: PermitScope
    subject: str | None
    review_by: date | None
    approved_at: AwareDatetime | None
    approved_by: str | None


class ShownPermissionEvent(Shape):
    """One line of the history, newest first."""

    scope: PermitScope
    subject: str | None
    action: Literal["approved", "ended"]
    review_by: date | None
    approving_body: str | None
    reference: str
    evidence: str | None
    by_person: str
    by_role: Role
    at: AwareDatetime


class AuthorisationAnswer(Shape):
    """`status` is null for a trust that has never authorised the procedure."""

    status: Literal["active", "suspended", "expired"] | None
    permissions: tuple[ShownPermission, ...]
    history: tuple[ShownPermissionEvent, ...]


@router.get(
    "/recipients", response_model=RecipientsAnswer, responses=errors(), operation_id="read_governance_recipients"
)
async def read_recipients(*, acting: Governor, wiring: Wired) -> Response:
    """Everybody in the register of who is told for governance, who left too."""
    async with answering_in_time():
        found = await registers_of(wiring).recipients.of(acting.trust)
    return _json(RecipientsAnswer(recipients=tuple(_recipient(each) for each in found)))


def _recipient(each: Recipient) -> ShownRecipient:
    told = {"person": each.person, "address": each.address, "channel": each.channel, "left": each.left}
    return ShownRecipient.model_validate({"role": each.role} | told)


@router.post(
    "/recipients",
    status_code=204,
    response_model=None,
    responses=errors(409, *WRITING),
    openapi_extra=body(RecipientNamed),
    operation_id="name_governance_recipient",
)
async def name(*, acting: Governor, wiring: Wired, request: Request) -> Response:
    """Somebody is told from now on, or another way than before. Sent twice it is so once."""
    named = (await bodies.read(request, RecipientNamed)).model
    told = Recipient(Role(named.role), named.person, named.address, named.channel)
    async with answering_in_time():
        return _done(await registers_of(wiring).recipients.name(acting.trust, told, acting.signature))


@router.post(
    "/recipients_struck",
    status_code=204,
    response_model=None,
    responses=errors(404, 409, *WRITING),
    openapi_extra=body(RecipientStruck),
    operation_id="strike_governance_recipient",
)
async def strike(*, acting: Governor, wiring: Wired, request: Request) -> Response:
    """Somebody is told no more. Refused when nobody would be left."""
    named = (await bodies.read(request, RecipientStruck)).model
    async with answering_in_time():
        recipients = registers_of(wiring).recipients
        struck = await recipients.strike(acting.trust, Role(named.role), named.person, acting.signature)
    if struck is False:
        raise problems.unknown()
    return _done(None if struck is True else struck)


@router.get("/authorisation", response_model=AuthorisationAnswer, responses=errors(), operation_id="read_authorisation")
async def read_authorisation(
    *,
    acting: Governor,
    scope: Annotated[
        PermitScope | None, Query(description="Only the procedure, the device models, or operators")
    ] = None,
    wiring: Wired,
) -> Response:
    """What the trust permits now (procedure, device models, operators), until when, and how it came to be."""
    async with answering_in_time():
        standing = await registers_of(wiring).authorisations.stand(acting.trust)
    told = {
        "status": standing.status,
        "permissions": tuple(_permission(each) for each in standing.permissions if scope in {None, each.scope}),
        "history": tuple(_event(each) for each in standing.history if scope in {None, each.scope}),
    }
    return _json(AuthorisationAnswer.model_validate(told))


def _permission(each: Permission) -> ShownPermission:
    return ShownPermission(
        scope=each.scope,
        subject=each.subject,
        review_by=each.review_by,
        approved_at=each.approved_at,
        approved_by=each.approved_by,
    )


def _event(each: Event) -> ShownPermissionEvent:
    told = {field: getattr(each, field) for field in ShownPermissionEvent.model_fields}
    return ShownPermissionEvent.model_validate(told)


@router.post(
    "/permissions",
    status_code=204,
    response_model=None,
    responses=errors(409, *WRITING),
    openapi_extra=body(PermissionGiven),
    operation_id="give_permission",
)
async def give(*, acting: Governor, once: OnceOnly, wiring: Wired, request: Request) -> Response:
    """The trust permits the procedure, a device model or an operator until a day. It counts for the next start."""
    return await _changed(acting, wiring, (await bodies.read(request, PermissionGiven)).model, once)


@router.post(
    "/permissions_ended",
    status_code=204,
    response_model=None,
    responses=errors(409, *WRITING),
    openapi_extra=body(PermissionEnded),
    operation_id="end_permission",
)
async def end(*, acting: Governor, once: OnceOnly, wiring: Wired, request: Request) -> Response:
    """The trust permits it no longer. To pause it, suspend it."""
    return await _changed(acting, wiring, (await bodies.read(request, PermissionEnded)).model, once)


async def _changed(acting: Acting, wiring: Wired, said: Change, key: str) -> Response:
    async with answering_in_time():
        return _done(await registers_of(wiring).authorisations.change(acting.trust, said, acting.signature, key))


def _done(answer: Refused | NotAllowed | None) -> Response:
    """204, or the problem of what was refused."""
    if isinstance(answer, NotAllowed):
        raise problems.forbidden("The trust's staff directory does not give you this role")
    if isinstance(answer, Refused):
        raise problems.refused(answer.refusals)
    return Response(status_code=204)


def _json(answer: Shape) -> Response:
    return Response(answer.model_dump_json(), media_type="application/json")
