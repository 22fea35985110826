"""The local world's signing key, made at the first start, and the folder of anchors: both outside the database's."""

from pathlib import Path

from shared.evidence.keys import fresh, keep

KEY = "evidence-key.pem"
PUBLIC_KEY = "evidence-key.pub.pem"


def evidence_key(directory: Path) -> Path:
    """The file with the private half; made once, and kept across restarts."""
    folder = directory / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / KEY
    if not path.exists():
        keep(fresh(), path, anchor_folder(directory) / PUBLIC_KEY)
    return path


def anchor_folder(directory: Path) -> Path:
    """Where the anchors are appended, with the public half of the key beside them."""
    folder = directory / "anchors"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
