"""What a member of staff is called in a sentence: by name, with the directory id behind it; by the id alone unnamed."""

from collections.abc import Mapping


def called(person: str, names: Mapping[str, str]) -> str:
    return f"{names[person]} ({person})" if person in names else person


def id_beside(person: str, names: Mapping[str, str]) -> str:
    """The id, where it stands in small text beside the name; "" where it is all there is."""
    return person if person in names else ""
