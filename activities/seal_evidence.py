"""Seals what was written a second ago, and anchors the chains once a minute, beside the worker's other duties.

Many workers may do so at once: they wait for each other, and a row is sealed once (deploy/migrations/0025).
"""

import asyncio
import logging
from pathlib import Path
from typing import Protocol

from shared.evidence.anchors import Anchor
from shared.evidence.keys import Signing
from shared.wiring.postgres import is_outage

log = logging.getLogger(__name__)

SEAL_EVERY_S = 1.0
ANCHOR_EVERY_S = 60.0


class Chains(Protocol):
    """Every trust's chain (shared.evidence.sealing)."""

    async def seal(self) -> int: ...

    async def anchor(self, folder: Path, key: Signing) -> tuple[Anchor, ...]: ...


async def keep_sealing(chains: Chains) -> None:
    """Every second, until cancelled."""
    while True:
        try:
            await chains.seal()
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("rows were not sealed", extra={"error": type(error).__name__})
        await asyncio.sleep(SEAL_EVERY_S)


async def keep_anchoring(chains: Chains, folder: Path | None, key: Signing | None) -> None:
    """Every minute, until cancelled.

    Without a key and a folder outside the database, which training alone may lack, it says so once, and ends.
    """
    if folder is None or key is None:
        log.warning("no key or no folder for anchors: rows are sealed, and nothing outside the database vouches for it")
        return
    while True:
        try:
            await chains.anchor(folder, key)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("chains were not anchored", extra={"error": type(error).__name__})
        await asyncio.sleep(ANCHOR_EVERY_S)
