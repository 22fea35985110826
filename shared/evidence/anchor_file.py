"""The files outside the database that anchors are appended to, one for each trust. Nothing here rewrites a line."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.evidence.anchors import Anchor, read

_TRUST = re.compile(r"[A-Z][A-Z0-9]{2,5}")
SUFFIX = ".anchors"
TAIL_BYTES = 8192
"""Some statements: one is about 450 bytes."""


class AnchorFileDamagedError(Exception):
    """No line near the end of a trust's file is a statement. Nothing is added before somebody has looked."""


class AnchorFiles:
    """`folder` is on another disk, or at least in another folder, than the database; append-only where it can be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def trusts(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self._folder.glob(f"*{SUFFIX}")))

    def lines(self, trust: str) -> tuple[str, ...]:
        """Every line as it is written; none for a trust without a file."""
        path = self._path(trust)
        if not path.exists():
            return ()
        return tuple(path.read_text(encoding="utf-8", errors="replace").splitlines())

    @contextmanager
    def adding(self, trust: str) -> Iterator["Adding"]:
        """One writer at a time, across processes."""
        with self._path(trust).open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield Adding(file.fileno())

    def _path(self, trust: str) -> Path:
        if _TRUST.fullmatch(trust) is None:  # it becomes a file's name
            raise ValueError("no trust is called so")
        return self._folder / f"{trust}{SUFFIX}"


class Adding:
    """The end of a file, held."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def newest(self) -> Anchor | None:
        """The last statement; None of an empty file. Raises AnchorFileDamagedError when none is left near the end.

        A line that a power cut has torn is passed over: anchoring goes on, and the verifier names the line.
        """
        tail = self._tail()
        if not tail:
            return None
        found = next(filter(None, map(read, reversed(tail.splitlines()))), None)
        if found is None:
            raise AnchorFileDamagedError
        return found

    def _tail(self) -> str:
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES)).decode("utf-8", errors="replace")

    def add(self, anchor: Anchor) -> None:
        """Returns when the line is on the disk."""
        torn = self._tail()[-1:] not in {"", "\n"}
        os.write(self._descriptor, f"{chr(10) if torn else ''}{anchor.statement()}\n".encode("ascii"))
        os.fsync(self._descriptor)
