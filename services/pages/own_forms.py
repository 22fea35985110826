"""A short form of a page's own (a signature, "I have read this"): entered once under its key, for whoever sent it."""

import hashlib
import re

from fastapi import Request

from services.entering import Outcome, note
from services.identity import Acting
from services.wiring import answering_in_time, wired
from shared.ledger import Absent, Act, NotAllowed
from shared.ledger.drafts import Draft
from shared.pathway.record import Record
from shared.web.pages.words import spoken
from shared.web.problems import forbidden, unknown
from shared.wiring import telemetry

_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def is_key(text: str) -> bool:
    """Whether a form's key could be one that a page of ours gave it."""
    return _KEY.fullmatch(text) is not None


def text_in(draft: Draft | None, name: str) -> str:
    """What a draft says in one field; "" where there is no draft, or it is that of another form."""
    found = draft.raw.get(name) if draft and isinstance(draft.raw, dict) else None
    return found[0] if isinstance(found, list) and found and isinstance(found[0], str) else ""


async def entered(request: Request, acting: Acting, pathway_id: str, record: Record, key: str) -> Outcome:
    """What the ledger said. Records that name what they are about need no version (IPG651 3.8, 1.2).

    Raises ProblemError 403 for a role the staff directory does not give, 404 for what the trust does not have.
    """
    digest = hashlib.sha256(f"{request.url.path}\n{record.model_dump_json()}".encode()).digest()
    act = Act(
        trust=acting.trust,
        pathway_id=pathway_id,
        record=record,
        by=acting.signature,
        key=key,
        body_hash=digest,
        traceparent=telemetry.traceparent(),
        from_form=True,
    )
    async with answering_in_time():
        outcome = await wired(request).ledger.enter(act)
    note(outcome, acting, record.kind, pathway_id)
    match outcome:
        case NotAllowed():
            raise forbidden(spoken()("wrong.directory"))
        case Absent():
            raise unknown()
        case _:
            return outcome
