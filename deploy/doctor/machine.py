"""Checks of the machine itself: nothing has to be running for these."""

import ctypes
import re
import shutil
import stat
import sys
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deploy.doctor.findings import Finding, ill, warning, well
from deploy.local.ports import OFFSETS, Ports, PortTakenError

PYTHON = (3, 11)
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
LEAST_FREE_BYTES, BETTER_FREE_BYTES = 2 * 1024**3, 10 * 1024**3
CLOCK_OFF_S = 5.0
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def python() -> Finding:
    found = sys.version_info[:3]
    said = "Python " + ".".join(map(str, found))
    return well(said) if found[:2] == PYTHON else ill(said, "Patency is built and tested on Python 3.11 alone")


def packages(requirements: Path) -> Finding:
    """Whether every locked package is here in its locked version, and each has a hash in the lock."""
    text = requirements.read_text(encoding="utf-8")
    locked = dict(LOCKED.findall(text))
    other = sorted(name for name, wanted in locked.items() if _installed(name) != wanted)
    if text.count("--hash=sha256:") < len(locked):
        return ill("the lock lacks hashes", "write it anew with `make lock`")
    if other:
        return ill(f"{len(other)} of {len(locked)} packages differ from the lock: {', '.join(other[:5])}", "run `make`")
    return well(f"{len(locked)} packages, as locked")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def ports(base: int) -> Finding:
    here = Ports(base)
    try:
        here.refuse_taken(*OFFSETS)
    except PortTakenError as taken:
        return warning(str(taken).partition(". ")[0], "unless that is Patency itself, free it or set PATENCY_BASE_PORT")
    return well(f"{len(OFFSETS)} ports from {base} are free")


def printing() -> Finding:
    missing = [name for name in LIBRARIES if not _loads(name)]
    if missing:
        remedy = "install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0: without them no PDF is printed"
        return warning(f"{', '.join(missing)} missing", remedy)
    return well("Pango and HarfBuzz are here: documents can be printed")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def fonts(folders: tuple[Path, ...] = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))) -> Finding:
    found = sum(1 for folder in folders if folder.is_dir() for _ in folder.rglob("*.ttf"))
    return well(f"{found} fonts") if found else warning("no fonts", "install fonts-liberation: letters print as boxes")


def chromium() -> Finding:
    if shutil.which("chromium"):
        return well("Chromium is here, for the browser tests")
    return warning("no Chromium", "only the browser tests and `make screenshots` need it: install chromium")


def disk(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1024**3:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return ill(said, "make room: PostgreSQL stops when it cannot write")
    return well(said) if free >= BETTER_FREE_BYTES else warning(said, "make room before it is less than 2 GB")


def clock(answered: str | None, now: datetime | None = None) -> Finding:
    """Our clock against the `Date` of an answer from another machine; without one it is not judged."""
    if answered is None:
        return warning("the clock was compared with nobody's", "keep it by NTP: deadlines are counted by it")
    off = abs(((now or datetime.now(UTC)) - parsedate_to_datetime(answered)).total_seconds())
    said = f"the clock is {off:.0f} s off the issuer's"
    return well(said) if off <= CLOCK_OFF_S else ill(said, "keep it by NTP: deadlines are counted by it")


def secrets(folder: Path) -> Finding:
    """Whether the files with secrets are their owner's alone. Their contents are not looked at."""
    if not folder.is_dir():
        return warning("no folder with secrets", "they are made when Patency is started for the first time")
    files = [each for each in folder.iterdir() if each.is_file()]
    closed = not stat.S_IMODE(folder.stat().st_mode) & 0o077
    open_ = [each.name for each in files if stat.S_IMODE(each.stat().st_mode) & 0o077]
    if open_ and not closed:
        return ill(f"{', '.join(sorted(open_))} can be read by others", "chmod 600 these files, 700 their folder")
    return well(f"{len(files)} secrets, their owner's alone")
