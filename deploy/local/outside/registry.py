"""A simulated venous registry for training and tests. It is not the BSIR Venous Registry and keeps all here.

IPG651 1.3 asks for every procedure to be entered in a registry; the real one has its own forms and checks.
"""

import asyncio
import random
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Header, HTTPException, Path, Query, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.outside.cabinet import Cabinet, Kept, OtherBodyError, Verdict

TITLE = "Simulated venous registry - not the BSIR Venous Registry"
REQUIRED = ("limbs", "procedure_on", "outcome")
SILENCE_S = 30.0  # longer than anybody waits
SLOW_S = 0.1
MOST_LISTED = 1000

Key = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
PathwayRef = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Listed = Annotated[int, Query(ge=1, le=MOST_LISTED)]
Word = Annotated[str, Field(min_length=1, max_length=128)]


class Submission(BaseModel):
    """One procedure's dataset in one version. What else the sender writes is kept as it is."""

    model_config = ConfigDict(extra="allow")

    procedure_id: Word
    dataset_version: Word | int
    trust: Word
    pathway_ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    dataset: dict[str, Any]


class Release(BaseModel):
    """How a pathway's entries are decided from now on."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal[Verdict.ACCEPTED, Verdict.REJECTED]


class RegistryFault(StrEnum):
    """Ways in which a registry fails its senders."""

    BROKEN = "500"
    TIMEOUT = "timeout"
    ACCEPTED_THEN_TIMEOUT = "accepted_then_timeout"
    SLOW = "slow"
    REJECTED = "rejected"  # this one dataset version, for good


class Faults(BaseModel):
    """Which share of submissions meets one of these faults. The default is none.

    With a `seed` the same delivery of the same key, the first or the third, always meets the same fault.
    """

    model_config = ConfigDict(extra="forbid")

    rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    kinds: tuple[RegistryFault, ...] = ()
    seed: int | None = None


class Dice:
    """Draws from the faults that were asked for."""

    def __init__(self, asked: Faults) -> None:
        self._asked = asked
        self._times: Counter[str] = Counter()

    def drawn(self, key: str) -> RegistryFault | None:
        self._times[key] += 1
        named = None if self._asked.seed is None else f"{self._asked.seed}/{key}/{self._times[key]}"
        die = random.Random(named)  # noqa: S311 -- a fault rate, no secret
        if not self._asked.kinds or die.random() >= self._asked.rate:
            return None
        return die.choice(self._asked.kinds)


class Clerk:
    """Takes submissions in, or fails in the way that was asked for."""

    def __init__(self, cabinet: Cabinet) -> None:
        self.cabinet = cabinet
        self.dice = Dice(Faults())

    async def take(self, key: str, submission: Submission) -> JSONResponse:
        match self.dice.drawn(key):
            case RegistryFault.BROKEN:
                return _refusal(status.HTTP_500_INTERNAL_SERVER_ERROR, "out_of_order")
            case RegistryFault.TIMEOUT:
                return await _silence()
            case RegistryFault.ACCEPTED_THEN_TIMEOUT:
                self._filed(key, submission)
                return await _silence()
            case RegistryFault.SLOW:
                await asyncio.sleep(SLOW_S)
            case RegistryFault.REJECTED:
                return self._filed(key, submission, Verdict.REJECTED)
        return self._filed(key, submission)

    def _filed(self, key: str, submission: Submission, verdict: Verdict | None = None) -> JSONResponse:
        if any(part not in submission.dataset for part in REQUIRED):
            return _refusal(status.HTTP_422_UNPROCESSABLE_CONTENT, "dataset_incomplete")
        try:
            kept = self.cabinet.put(key, submission.pathway_ref, submission.model_dump(mode="json"), verdict)
        except OtherBodyError:
            return _refusal(status.HTTP_409_CONFLICT, "other_body_for_this_key")
        return _answer(kept)


def registry(cabinet: Cabinet) -> FastAPI:
    """The application."""
    app = FastAPI(title=TITLE)
    clerk = Clerk(cabinet)

    @app.put("/entries/{key}")
    async def submit(
        key: Key, submission: Submission, idempotency_key: Annotated[str | None, Header()] = None
    ) -> JSONResponse:
        if idempotency_key != key:
            return _refusal(status.HTTP_400_BAD_REQUEST, "idempotency_key_differs")
        return await clerk.take(key, submission)

    @app.get("/entries/{key}")
    async def look_up(key: Key) -> JSONResponse:
        kept = cabinet.find(key)
        if kept is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        return _answer(kept, first=status.HTTP_200_OK)

    @app.get("/entries")
    async def entries(trust: str | None = None, after: str = "", limit: Listed = MOST_LISTED) -> list[dict[str, Any]]:
        """Everything with its body; of one trust a page at a time, by key: which versions, and their receipts."""
        return cabinet.every() if trust is None else cabinet.of(trust, after, limit)

    _controls(app, clerk)
    return app


def _controls(app: FastAPI, clerk: Clerk) -> None:
    """What scenarios and tests use to make the registry slow, strict or broken."""

    @app.put("/holds/{pathway}", status_code=status.HTTP_204_NO_CONTENT)
    async def hold(pathway: PathwayRef) -> None:
        clerk.cabinet.hold(pathway)

    @app.post("/releases/{pathway}")
    async def release(pathway: PathwayRef, order: Release) -> dict[str, int]:
        return {"released": clerk.cabinet.release(pathway, order.outcome)}

    @app.put("/faults", status_code=status.HTTP_204_NO_CONTENT)
    async def faults(asked: Faults) -> None:
        clerk.dice = Dice(asked)


async def _silence() -> JSONResponse:
    await asyncio.sleep(SILENCE_S)
    return _refusal(status.HTTP_503_SERVICE_UNAVAILABLE, "too_late")


def _answer(kept: Kept, *, first: int = status.HTTP_201_CREATED) -> JSONResponse:
    match kept.verdict:
        case Verdict.RECEIVED:
            return JSONResponse({"key": kept.key, "state": "received", "simulated": True}, status.HTTP_202_ACCEPTED)
        case Verdict.REJECTED:
            return _refusal(status.HTTP_422_UNPROCESSABLE_CONTENT, "rejected_by_registry")
        case _:
            body = {"key": kept.key, "receipt": kept.receipt, "received_at": kept.received_at, "simulated": True}
            return JSONResponse(body, first if kept.first_answer else status.HTTP_200_OK)


def _refusal(code: int, why: str) -> JSONResponse:
    return JSONResponse({"code": why, "simulated": True}, code)
