"""Writing so that kill -9, or a power cut, leaves either the old text or the new one."""

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Replaces the file's content in one step; returns when it is on the disk."""
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
