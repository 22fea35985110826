"""Random passwords of the local world: one 0600 file each, made once and kept across restarts."""

import os
import secrets
from pathlib import Path


def secret_file(directory: Path, name: str) -> Path:
    """The file holding the secret; made with a fresh random value when it is not there yet."""
    folder = directory / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        unfinished.replace(path)
    return path


def secret(directory: Path, name: str) -> str:
    """The secret itself. It goes into environments of children and connection strings, never into a log."""
    return secret_file(directory, name).read_text(encoding="ascii").strip()
