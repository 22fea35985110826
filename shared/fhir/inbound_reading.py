"""What was read of an arriving Bundle so far, where each thing stood in it, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from shared.fhir.elements import Json


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one element. `code` is FHIR's own kind of issue."""

    expression: str
    words: str
    code: str = "value"


@dataclass(slots=True)
class Reading:
    """What was read so far: our fields, where each was found, and what is wrong. `at` names fields with dots."""

    fields: Json = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def put(self, path: str, value: Any, expression: str) -> None:
        """Writes a value down at a dotted place. A second one for the same place is a fault."""
        *above, last = path.split(".")
        into = self.fields
        for name in above:
            into = into.setdefault(name, {})
        if last in into:
            self.wrong.append(Wrong(expression, "This is here more than once", "duplicate"))
            return
        into[last] = value
        self.where[path] = expression

    def place_of(self, path: str) -> str:
        """The element a field came from; the nearest one above it that is known."""
        while path and path not in self.where:
            path = path.rpartition(".")[0]
        return self.where.get(path, "Bundle")
