"""A tag: a word with a colour. The word says everything, the colour only helps to find it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """`colour` is one of the NHS tag colours."""

    text: str
    colour: str


def joined(parts: list[str], last: str) -> str:
    """Such as "a", "a and b", "a, b and c"; `last` is the word before the last."""
    *before, end = parts or [""]
    return f"{', '.join(before)} {last} {end}" if before else end
