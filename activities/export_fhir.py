"""Making the FHIR exports that auditors asked for, one after the other, beside the worker's other duties.

They wait as rows in PostgreSQL and need no engine: an interrupted one is begun anew by whichever worker is there.
"""

import asyncio
import logging
from typing import Protocol

from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""An export waits at most this long before somebody looks at it."""


class Exporter(Protocol):
    """The exports of every trust (shared.ledger.fhir_exporting)."""

    async def once(self) -> int:
        """Makes one, and returns 1; 0 when none is wanted."""
        ...


async def keep_exporting(exports: Exporter) -> None:
    """Until cancelled. PostgreSQL being away is logged: what was asked for stays asked for."""
    while True:
        try:
            made = await exports.once()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("an export was interrupted", extra={"error": type(error).__name__})
            made = 0
        if not made:
            await asyncio.sleep(PAUSE_S)
