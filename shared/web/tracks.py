"""What goes on beside the steps of a pathway, as the API and the case page show it: one list of tracks.

Each track says by `kind` what it is; each module beside this one knows its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.pathway import registry_entry
from shared.pathway.question import Moment
from shared.web import tracks_afterwards, tracks_before_mdt, tracks_devices, tracks_endings, tracks_room


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry entry of one procedure (IPG651 1.3)."""

    procedure_id: str
    state: str
    dataset_version: int
    kind: Literal["registry"] = "registry"


Track = (
    Registry
    | tracks_before_mdt.MaterialChange
    | tracks_before_mdt.BleedingRiskShown
    | tracks_before_mdt.Severity
    | tracks_before_mdt.HumanReview
    | tracks_endings.ConsentShown
    | tracks_endings.Death
    | tracks_endings.Transfer
    | tracks_room.BookedSlot
    | tracks_room.BrokenGates
    | tracks_devices.FilterShown
    | tracks_devices.EventShown
    | tracks_afterwards.LongTerm
    | tracks_afterwards.Contact
)

SHOWN = (
    tracks_before_mdt.shown,
    tracks_endings.shown,
    tracks_room.shown,
    tracks_devices.shown,
    tracks_afterwards.shown,
)


def tracks(moment: Moment) -> Iterator[Track]:
    """Every track of this pathway, in the order of the guidance, the registry's entries last."""
    for shown in SHOWN:
        yield from shown(moment)
    for procedure, _started in registry_entry.procedures(moment):
        version = registry_entry.dataset_version(moment, procedure)
        yield Registry(procedure, registry_entry.state(moment, procedure), version)
