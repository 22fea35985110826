"""Writes the OpenAPI document of every desk beside this file: `python -m services.openapi`. A test compares them."""

import json
from collections.abc import Iterator
from pathlib import Path

from services.desks import DESKS

FOLDER = Path(__file__).with_name("openapi")


def documents() -> Iterator[tuple[Path, str]]:
    """Each desk's file and what should stand in it."""
    for name, create in DESKS.items():
        text = json.dumps(create(None).openapi(), indent=2, ensure_ascii=False, sort_keys=True)
        yield FOLDER / f"{name}.json", text + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for file, text in documents():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
