"""Which edition of a scale this is, and whether somebody has checked it against its source (clinical.md 10)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edition:
    """A scale as kept here. `verified` is False for what is from memory: never shown as official."""

    name: str
    version: str
    source: str
    verified: bool

    @property
    def title(self) -> str:
        """The name as a page may show it."""
        return self.name if self.verified else f"{self.name} (not checked against its source)"
