"""What may be written down on a case: every form of a reader's role, in groups that staff look for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.pathway.closure import Closure, StandardCareHandoff
from shared.pathway.consent import ConsentWithdrawn
from shared.pathway.decide import AFTER_CLOSING
from shared.pathway.declared import (
    adverse_events,
    breaking,
    consent,
    endings,
    filter_retrieval,
    mdt_review,
    news,
    procedure,
    referral,
)
from shared.pathway.declared.any_time import STAGE as ANY_TIME
from shared.pathway.documents import DocumentIssued
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.people import Role
from shared.pathway.referral import NewImaging, Referral
from shared.pathway.stage import Kind, Stage
from shared.pathway.stages import KINDS
from shared.pathway.time_out import TimeOutVoid
from shared.web.pages.words import spoken

NOT_HERE = frozenset({Referral.kind, MdtSignOff.kind, DocumentIssued.kind})
"""What has a way of its own: the referral desk, the meeting where a specialty signs, the page that gives documents."""


def _of(*stages: Stage) -> frozenset[str]:
    return frozenset(kind.name for stage in stages for kind in stage.kinds)


_WRONG = _of(adverse_events.STAGE, breaking.STAGE)
_ENDS = _of(endings.STAGE)
_NEWS = _of(news.STAGE, ANY_TIME)
GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("wrong", _WRONG | {ConsentWithdrawn.kind, TimeOutVoid.kind}),
    ("ends", _ENDS | {Closure.kind, StandardCareHandoff.kind}),
    ("news", _NEWS | {NewImaging.kind}),
    ("before", _of(referral.STAGE, mdt_review.STAGE, consent.STAGE)),
    ("procedure", _of(procedure.STAGE)),
    ("filter", _of(filter_retrieval.STAGE)),
)
SHOWN = ("before", "procedure", "filter", "care", "news", "wrong", "ends")


@dataclass(frozen=True, slots=True)
class Way:
    """A form by its words and its address."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Ways:
    """The forms of one group."""

    heading: str
    ways: tuple[Way, ...]


def group_of(name: str) -> str:
    """The group where staff look for the form of this kind: the first one that names it, else care (afterwards)."""
    return next((group for group, names in GROUPS if name in names), "care")


def form_address(kind: Kind, pathway_id: str, desks: Mapping[str, str]) -> str:
    """Where the form of this kind is, on its own desk."""
    return f"{desks[kind.desk]}/pathways/{pathway_id}/{kind.name}"


def grouped(pathway_id: str, role: Role, desks: Mapping[str, str], *, closed: bool) -> tuple[Ways, ...]:
    """Every form this role may fill in; of a closed pathway those that outlive its closing. Empty groups are left out.

    Whether a record is right now is for the rules to say, with their reasons: no form is hidden because of them.
    """
    may = [kind for kind in KINDS.values() if kind.desk and role in kind.roles and kind.name not in NOT_HERE]
    found = {group: tuple(_ways(may, group, pathway_id, desks, closed=closed)) for group in SHOWN}
    return tuple(Ways(spoken()(f"ways.{group}"), ways) for group, ways in found.items() if ways)


def _ways(may: list[Kind], group: str, pathway_id: str, desks: Mapping[str, str], *, closed: bool) -> Iterator[Way]:
    for kind in may:
        if group_of(kind.name) == group and (not closed or kind.name in AFTER_CLOSING):
            yield Way(spoken()(f"form.{kind.name}"), form_address(kind, pathway_id, desks))
