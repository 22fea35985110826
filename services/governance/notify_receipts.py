"""What GOV.UK Notify tells of a notice: delivered, or failed for one of its reasons (IPG651 1.2).

Notify calls with a bearer token of the trust's own and not with a person's, so this address stands outside the API that
the desk describes. Its words are never read: a code decides.
"""

import hashlib
import logging
import re
import tomllib
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.entering import answered
from services.governance.registers import registers_of
from services.identity import Acting, Post
from services.limiting import may_guess
from services.wiring import Wired, Wiring, answering_in_time, bearer
from shared.ledger import Act
from shared.pathway.governance import NoticeBounced, NoticeDelivered
from shared.pathway.people import Role, Signature
from shared.web import bodies, problems
from shared.web.problems import ProblemError
from shared.wiring import telemetry

log = logging.getLogger(__name__)

BOUNCES: Final[dict[str, Literal["mailbox_unavailable", "unknown_recipient", "other"]]] = {
    "permanent-failure": "unknown_recipient",
    "temporary-failure": "mailbox_unavailable",
    "technical-failure": "other",
}
"""Notify tries again by itself for three days before it says any of these: each is its last word."""

REFERENCE = re.compile(r"(?P<dispatch>n[1-9][0-9]{0,3}-[a-z_-]{1,50})\.(?P<pathway>[0-9a-f-]{36})\.[0-9a-f]{12}")
"""What our own messages about a pathway are known by (activities.adapters.letter_words)."""

router = APIRouter(include_in_schema=False)


class NotifyReceipt(BaseModel):
    """The part of Notify's call that is read. The address it repeats is not."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    reference: Annotated[str, Field(max_length=200)] | None = None
    status: Annotated[str, Field(pattern=r"^[a-z-]{1,40}$")]


def tokens_of(file: Path | None) -> dict[str, str]:
    """The token of each trust, from a TOML file of lines such as RXX = "...". Ends the process if it cannot stand."""
    if file is None:
        return {}
    token = Annotated[str, Field(min_length=32, max_length=256)]
    try:
        return TypeAdapter(dict[str, token]).validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError):
        raise SystemExit("settings: PATENCY_NOTIFY_TOKENS_FILE needs a token of 32 characters for each trust") from None


@router.post("/api/govuk_notify/{trust}", status_code=204, response_model=None)
async def take(
    *,
    trust: str,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    wiring: Wired,
) -> Response:
    """Writes down what became of a notice. What is no message of ours about a pathway is taken and forgotten."""
    address = may_guess(request, wiring.paces)
    if not _known(wiring, trust, given.credentials if given else ""):
        raise ProblemError(401, "unauthenticated", "Send the token of this trust")
    wiring.paces.wrong.give_back(address)
    receipt = (await bodies.read(request, NotifyReceipt)).model
    about = REFERENCE.fullmatch(receipt.reference or "")
    if about is None or (receipt.status != "delivered" and receipt.status not in BOUNCES):
        return Response(status_code=204)
    await _write(wiring, trust, receipt, about["dispatch"], about["pathway"])
    return Response(status_code=204)


def _known(wiring: Wiring, trust: str, token: str) -> bool:
    """Compares in constant time, also for a trust that has no token."""
    expected = wiring.notify_tokens.get(trust, "")
    return compare_digest(expected.encode(), token.encode()) and bool(expected)


async def _write(wiring: Wiring, trust: str, receipt: NotifyReceipt, dispatch: str, pathway_id: str) -> None:
    """Once for each message and status. Raises ProblemError for a pathway or a dispatch that does not exist."""
    async with answering_in_time():
        person = await registers_of(wiring).mail_system(trust)
        if person is None:
            log.error("no mail system in the directory of a trust that uses GOV.UK Notify", extra={"trust": trust})
            raise problems.away("mail system of the staff directory")
        cause = BOUNCES.get(receipt.status)
        record = NoticeBounced(dispatch=dispatch, cause=cause) if cause else NoticeDelivered(dispatch=dispatch)
        by = Signature(person, Role.MAIL_SYSTEM)
        act = Act(
            trust=trust,
            pathway_id=pathway_id,
            record=record,
            by=by,
            key=f"govuk-notify/{receipt.id}/{receipt.status}",
            body_hash=hashlib.sha256(f"{receipt.id}/{receipt.status}".encode()).digest(),
            traceparent=telemetry.traceparent(),
        )
        outcome = await wiring.ledger.enter(act)
    answered(outcome, Acting(person, Post(trust, Role.MAIL_SYSTEM)), record.kind, pathway_id)
