"""`make secrets`: is there a secret in what is tracked, or ever was? It prints where and what kind, never the secret.

What was looked at and is none stands in reviewed.toml by its hash: another text in the same place is found again.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path

from deploy.supply.lock import HOUSE

REVIEWED = Path(__file__).with_name("reviewed.toml")
MARK = 16
BITS_OF_CHANCE = 3.2
"""For each character: words have less, what a generator made has more."""
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KINDS: dict[str, re.Pattern[str]] = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----(?:\\n|\s)+[\w+/=:\-]{16,}"),
    "cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "token of a code host": re.compile(r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{40,}|glpat-[\w-]{20,})"),
    "token of a chat": re.compile(r"\bxox[abeoprs]-[\w-]{20,}"),
    "token of a package index": re.compile(r"\b(?:pypi-AgE[\w-]{40,}|npm_[A-Za-z0-9]{36})"),
    "key of a mail or other service": re.compile(r"\b(?:[sr]k_live_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|AIza[\w-]{35})"),
    "key of GOV.UK Notify": re.compile(rf"\b[\w-]+-{_UUID}-{_UUID}\b"),
    "signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "password in an address": re.compile(r"[a-z][a-z0-9+]*://[^\s:/@\"'{}$<>]+:(?P<chance>[^\s:/@\"'{}$<>]{6,})@"),
    "secret given by name": re.compile(
        r"(?i)(?:passw(?:or)?d|secret|token|api_?key|private_?key|credential)\w*[\"']?\s*(?:[:=]|\bis\b)\s*"
        r"[\"']?(?P<chance>(?=[\w+/=.~-]*\d)(?=[\w+/=.~-]*[A-Za-z])[\w+/=.~-]{12,})"
    ),
}


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something looks like a secret; `mark` is the beginning of its SHA-256."""

    place: str
    kind: str
    mark: str


def leaks(place: str, text: str) -> Iterator[Leak]:
    """What in this text looks like a secret. Names and paths of secrets are none, and neither is what is asked for."""
    for kind, pattern in KINDS.items():
        for found in pattern.finditer(text):
            secret = found.groupdict().get("chance")
            if secret is None or _chance(secret):
                marked = hashlib.sha256((secret or found[0]).encode()).hexdigest()[:MARK]
                yield Leak(place, kind, marked)


def _chance(text: str) -> bool:
    """Whether chance made it: bits for each character, after Shannon. A path, a call and a name are no secrets."""
    if "/" in text and text.startswith(("/", "./")):
        return False
    counts = Counter(text)
    bits = -sum(count / len(text) * log2(count / len(text)) for count in counts.values())
    return bits >= BITS_OF_CHANCE


def tracked() -> Iterator[tuple[str, str]]:
    """Every file that is kept, or is about to be, with its text; of other files each byte as a letter."""
    for name in sorted(filter(None, _git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"))):
        path = HOUSE / name
        if path.is_file():
            yield name, path.read_text(encoding="latin-1")


def history() -> Iterator[tuple[str, str]]:
    """Every line that any commit here ever added, by its commit."""
    log = _git("log", "--all", "--patch", "--unified=0", "--no-color", "--no-ext-diff", "--format=%x00%h")
    for commit in log.split("\0")[1:]:
        name, _, changes = commit.partition("\n")
        yield name, "\n".join(line[1:] for line in changes.splitlines() if line.startswith("+"))


def _git(*words: str) -> str:
    ended = subprocess.run(["git", *words], cwd=HOUSE, capture_output=True, check=True)  # noqa: S603, S607 -- our own words
    return ended.stdout.decode("latin-1")


def reviewed() -> dict[str, str]:
    """What looks like a secret and is none: the mark, and why."""
    return {each["mark"]: each["why"] for each in tomllib.loads(REVIEWED.read_text(encoding="utf-8"))["none"]}


def unreviewed(texts: Iterable[tuple[str, str]]) -> tuple[Leak, ...]:
    known = reviewed()
    return tuple(dict.fromkeys(each for name, text in texts for each in leaks(name, text) if each.mark not in known))


def main() -> int:
    asked = argparse.ArgumentParser(description="Looks for secrets in everything that is tracked.")
    asked.add_argument("--history", action="store_true", help="also in every line that any commit ever added")
    texts = [*tracked(), *(history() if asked.parse_args().history else ())]
    found = unreviewed(texts)
    sys.stdout.writelines(f"secrets: {each.place}: {each.kind} ({each.mark})\n" for each in found)
    sys.stdout.write(f"secrets: {len(found)} found in {len(texts)} files and commits\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
