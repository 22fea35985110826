"""Whom and what a record names outside the pathway: staff directory and device register are asked about these."""

from collections.abc import Iterator

from pydantic import BaseModel

from shared.pathway.people import Signature
from shared.pathway.record import Record

PEOPLE = frozenset(
    {
        "person",
        "second_person",
        "by",
        "operators",
        "decision_maker",
        "co_signed_by",
        "to_person",
        "written_by",
        "new_owner",
        "told",
        "second_consultant",
        "assessor",
        "reviewer",
        "owner_person",
        "backup_owner",
        "consultant",
    }
)
"""Fields that hold directory ids, in a record or in any part of it."""

DEVICE = "udi_di"


def people_named(record: Record | None, by: Signature | None) -> list[str]:
    """Directory ids of the signer and of everybody the record names, each once."""
    named = {text for name, text in _texts("", record) if name in PEOPLE}
    return sorted(named | ({by.person} if by else set()))


def devices_named(record: Record | None) -> list[str]:
    """UDI-DIs the record names, each once."""
    return sorted({text for name, text in _texts("", record) if name == DEVICE})


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Every text inside, with the name of the field it stands in."""
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _texts(field, getattr(value, field))
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(name, each)
    elif isinstance(value, str):
        yield name, value
