"""Reads the safety file: two documents beside this module, checked as a whole or refused."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from shared.safety.hazards import SafetyFile

HERE = Path(__file__).parent
HAZARDS, STATEMENT = "hazards.toml", "statement.toml"


@cache
def load(folder: Path = HERE) -> SafetyFile:
    """The file kept in this folder. Raises ValueError (pydantic's) naming what cannot stand, OSError if it is away."""
    written = _read(folder / HAZARDS)
    hazards = [{"id": name, **written.pop(name)} for name in list(written) if name.startswith("H-")]
    return SafetyFile.model_validate({**written, "hazards": hazards, "statement": _read(folder / STATEMENT)})


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
