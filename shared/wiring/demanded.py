"""What a process may lack in training, and not in production: without it nobody could vouch for what it does.

Read before anything heavy is imported, so that a process that cannot do its duty says so at once.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

SIGNS = frozenset({"evidence_key_file"})
"""The front door: case files are signed."""
ANCHORS = SIGNS | {"anchor_folder"}
"""The worker: once a minute the chains are signed, outside the database."""
TAKES_SPANS = frozenset({"trace_key_file"})
"""The operations desk: without a key it refuses every span."""


def _signs(path: Path) -> bool:
    from shared.evidence.keys import KeyUnusableError, signing_key

    try:
        signing_key(path)
    except (KeyUnusableError, OSError):
        return False
    return True


def _says_something(path: Path) -> bool:
    try:
        return bool(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return False


def _is_a_folder(path: Path) -> bool:
    return path.is_dir()


USABLE: Mapping[str, tuple[Callable[[Path], bool], str]] = {
    "evidence_key_file": (_signs, "holds no Ed25519 key in PEM without a password"),
    "trace_key_file": (_says_something, "is an empty file, or cannot be read"),
    "anchor_folder": (_is_a_folder, "is no folder"),
}


def lacking(given: Mapping[str, Path | None], *, production: bool) -> Iterator[tuple[str, str]]:
    """Each demanded setting that is not there or cannot be used, and what is wrong with it. Never its value."""
    for name, path in sorted(given.items()):
        usable, otherwise = USABLE[name]
        if path is None:
            if production:
                yield name, "is missing, and production does not start without it"
        elif not usable(path):
            yield name, otherwise
