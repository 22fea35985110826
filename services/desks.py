"""The desks, in the order of their ports."""

from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import FastAPI

from services.consent.app import create as consent
from services.entering import kinds_of
from services.follow_up.app import create as follow_up
from services.front_door.app import create as front_door
from services.governance.app import create as governance
from services.mdt_review.app import create as mdt_review
from services.operations.app import create as operations
from services.procedure.app import create as procedure
from services.referral.app import create as referral
from services.registry.app import create as registry
from services.wiring import Wiring
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.referral import Referral
from shared.web.shapes import Desk

DESKS: dict[str, Callable[[Wiring | None], FastAPI]] = {
    "front_door": front_door,
    "referral": referral,
    "mdt_review": mdt_review,
    "governance": governance,
    "consent": consent,
    "procedure": procedure,
    "registry": registry,
    "follow_up": follow_up,
    "operations": operations,
}
"""A desk listens on the base port plus its place in this table."""


def port(desk: str, base: int) -> int:
    return base + list(DESKS).index(desk)


def database_role(desk: str) -> str:
    """The login role of this desk, which may write its own kinds of records and nothing else."""
    return f"desk_{desk}"


def directory(public_url: str, base: int) -> tuple[Desk, ...]:
    """Every desk with its address: the host and scheme of the front door, on its own port."""
    door = urlsplit(public_url)
    host = f"[{door.hostname}]" if ":" in (door.hostname or "") else door.hostname
    return tuple(
        Desk(name=desk, url=f"{door.scheme}://{host}:{port(desk, base)}", records=_records(desk)) for desk in DESKS
    )


def _records(desk: str) -> tuple[str, ...]:
    opening = (Referral.kind, IdentityCorrected.kind) if desk == "referral" else ()
    return (*opening, *(kind.name for kind in kinds_of(desk)))
