"""Papers beside the pathway (IPG651 1.2, 2.5, 2.6): documents that were given, sheets that were written up."""

from shared.pathway import back_entry, documents
from shared.pathway.back_entry import BackEntered
from shared.pathway.documents import DocumentIssued
from shared.pathway.question import Moment
from shared.pathway.roles import CLINICAL
from shared.pathway.stage import Kind, Stage


def _settled(moment: Moment) -> bool:
    """Papers are owed to nobody."""
    del moment
    return True


STAGE = Stage(
    "documents",
    None,
    ("1.2", "2.5", "2.6"),
    (
        Kind(DocumentIssued, "follow_up", CLINICAL, documents.refusals, any_version=True, after_closing=True),
        Kind(BackEntered, "follow_up", CLINICAL, back_entry.refusals, any_version=True, after_closing=True),
    ),
    _settled,
)
