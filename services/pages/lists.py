"""Lists over all patients of a trust: every pathway on them is read, and audited, as if it had been opened alone."""

from fastapi import Request

from services.identity import Acting
from services.sessions import reception_of
from services.wiring import answering_in_time, wired
from shared.pathway.question import Moment


async def waiting_for(request: Request, reader: Acting, kind: str) -> tuple[Moment, ...]:
    """Every pathway of the reader's trust on which a task of this kind is open, as it is now."""
    ledger = wired(request).ledger
    async with answering_in_time():
        found = await reception_of(request).waiting.of(reader.trust, kind)
        moments = [await ledger.read(reader.trust, each, reader.signature) for each in found]
    return tuple(each for each in moments if each is not None)
