"""Every kind of write that programs have, filled in: taken from the OpenAPI documents and the table of stages."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from services.referral.correcting import CorrectedIdentity
from shared.pathway.stages import KINDS
from shared.web.bodies import names_of, parse
from shared.web.problems import ProblemError
from tests.forms.generated import TEXTS
from tests.ledger.acting import opened
from tests.pages.visitors import House
from tests.service.permissions.asking import ONE_OF, WITH_PATIENT, address, written
from tests.service.permissions.audiences import allowed
from tests.service.permissions.operations import Operation, api_operations
from tests.storms.at_once import Sent, by

RECORDS = tuple(each for each in api_operations() if each.changes and each.record in KINDS)


async def writing(house: House, asked: Operation) -> tuple[str, Sent]:
    """A pathway that nobody has written on since its referral, and this record for it."""
    pathway_id = await opened(lambda _: house.ledgers["referral"])
    who = ONE_OF[min(allowed(asked))]
    return pathway_id, by(who, address(asked, pathway_id), await body(house, asked), **{"If-Match": '"1"'})


async def body(house: House, asked: Operation) -> bytes:
    """As it should be. A merger names another pathway of the trust, which has to be there."""
    if asked.record != "patient_merged":
        return written(asked)
    other = await opened(lambda _: house.ledgers["referral"])
    return json.dumps(json.loads(written(asked)) | {"other_pathway": other}).encode()


def another(asked: Operation, sent: bytes) -> bytes:
    """A body of the same kind, as valid, that says something else."""
    kind = CorrectedIdentity if asked.record in WITH_PATIENT else KINDS[asked.record].record
    reworded = sent.replace(TEXTS[0].encode(), b"Written by another")
    return next(each for each in (reworded, *_others(json.loads(sent), kind)) if each != sent and _is_valid(each, kind))


def _others(told: dict[str, Any], kind: type[BaseModel]) -> Iterator[bytes]:
    """The same with one answer said otherwise, for every answer and everything it could be."""
    for name, value in told.items():
        offered = (not value, 2, *TEXTS, *sorted(names_of(kind)), value[1:] if isinstance(value, list) else None)
        yield from (json.dumps(told | {name: other}).encode() for other in offered if other != value)


def _is_valid(sent: bytes, kind: type[BaseModel]) -> bool:
    try:
        parse(sent, kind)
    except ProblemError:
        return False
    return True
