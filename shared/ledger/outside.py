"""Whom and what a record names outside the pathway: staff directory and device register are asked about these."""

from collections.abc import Iterator

from shared.pathway.people import Signature
from shared.pathway.record import Record

ONE_PERSON = ("decision_maker", "co_signed_by", "to_person")
DEVICES = ("devices", "devices_used")


def people_named(record: Record | None, by: Signature | None) -> list[str]:
    """Directory ids of the signer and of everybody the record names, each once."""
    return sorted({*_named(record), *([by.person] if by else [])})


def _named(record: Record | None) -> Iterator[str]:
    yield from (each.person for each in getattr(record, "attendees", ()))
    yield from getattr(record, "operators", ())
    yield from (person for field in ONE_PERSON if (person := getattr(record, field, None)) is not None)


def devices_named(record: Record | None) -> list[str]:
    """UDI-DIs the record names, each once."""
    return sorted({each.udi_di for field in DEVICES for each in getattr(record, field, ())})
