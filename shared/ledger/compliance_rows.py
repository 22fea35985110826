"""The audit row of a pathway as the ledger keeps it: written with every entry, in one statement (clinical.md 2.13)."""

import hashlib
from dataclasses import dataclass

from pydantic_core import to_json

from shared.compliance.row import as_stored, row_of
from shared.pathway.question import Moment


@dataclass(frozen=True, slots=True)
class KeptRow:
    """The row as JSON, None before the referral; `digest` says whether it is another one than is kept."""

    digest: bytes
    columns: str | None


def kept_row(moment: Moment) -> KeptRow:
    row = row_of(moment)
    if row is None:
        return KeptRow(b"", None)
    written = to_json(as_stored(row))
    return KeptRow(hashlib.sha256(written).digest(), written.decode("utf-8"))
