"""What a member of staff is called in a sentence: by name, with the directory id behind it; by the id alone unnamed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.web.forms.check_answers import NOT_ANSWERED, Row


def called(person: str, names: Mapping[str, str]) -> str:
    return f"{names[person]} ({person})" if person in names else person


def id_beside(person: str, names: Mapping[str, str]) -> str:
    """The id, where it stands in small text beside the name; "" where it is all there is."""
    return person if person in names else ""


def with_names(rows: Iterable[Row], names: Mapping[str, str]) -> tuple[Row, ...]:
    """Answers to be read, with the name of everybody they name."""
    return tuple(
        replace(row, answer=tuple(called(line, names) for line in row.answer)) if row.staff else row for row in rows
    )


def people_in(rows: Iterable[Row]) -> frozenset[str]:
    """The directory ids of everybody whom these answers name."""
    return frozenset(line for row in rows if row.staff for line in row.answer if line != NOT_ANSWERED)
