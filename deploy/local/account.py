"""The unprivileged account PostgreSQL runs under when the runner itself is root, which PostgreSQL refuses."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

ACCOUNT = "patency-postgres"
FALLBACK = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by its numbers; it owns the database's files and nothing else."""

    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> Path:
        """Hands `path` alone (not what is in it, not its parents) to this account."""
        os.chown(path, self.uid, self.gid)
        return path

    def reaches(self, path: Path) -> bool:
        """Whether this account may pass through every folder above `path`. ACLs are not considered."""
        return all(self._may(parent, stat.S_IXUSR) for parent in path.resolve().parents)

    def _may(self, path: Path, bit: int) -> bool:
        seen = path.stat()
        if seen.st_uid == self.uid:
            return bool(seen.st_mode & bit)
        if seen.st_gid == self.gid:
            return bool(seen.st_mode & (bit >> 3))
        return bool(seen.st_mode & (bit >> 6))


def unprivileged() -> Account | None:
    """None when we are not root and run as ourselves; otherwise our own account, created on first use."""
    if os.geteuid() != 0:
        return None
    return _known(ACCOUNT) or _created() or _known(FALLBACK)


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _created() -> Account | None:
    tool = shutil.which("useradd")
    if tool is None:
        return None
    asked = [
        tool,
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        ACCOUNT,
    ]
    subprocess.run(asked, check=False, capture_output=True)  # two runners may race: the one that lost finds it made
    return _known(ACCOUNT)
