"""Verifies the chains of a database against their anchors. Ends with code 1 for a finding, 2 for what cannot be done.

python -m deploy.evidence --verify --anchors FOLDER --key PUBLIC.pem [--line "patency-anchor ..."]
python -m deploy.evidence --restored TRUST --anchors FOLDER --signing-key PRIVATE.pem
python -m deploy.evidence --make-key PRIVATE.pem PUBLIC.pem

The database is the one of PATENCY_OWNER_DSN. Without --anchors and --key it is that of `make run` (PATENCY_HOME, or
.local), with its anchors and its key.
"""

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.evidence.local_place import local_place
from deploy.evidence.restored import tell_of_restore
from deploy.evidence.verifier import Place, told, verified
from shared.evidence.anchors import Anchor, read_short
from shared.evidence.keys import KeyUnusableError, fresh, keep, signing_key, verifying_key

FOUND, UNUSABLE = 1, 2


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why the command cannot do what it was asked."""

    words: str


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.evidence", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--verify", action="store_true")
    wanted.add_argument("--restored", metavar="TRUST")
    wanted.add_argument("--make-key", nargs=2, type=Path, metavar=("PRIVATE", "PUBLIC"))
    parser.add_argument("--anchors", type=Path, help="the folder the worker appends anchors to")
    parser.add_argument("--key", type=Path, help="the public key that anchors are checked with")
    parser.add_argument("--signing-key", type=Path, help="the private key, for telling of a restore")
    parser.add_argument("--line", action="append", default=[], help="an anchor line of a digest mail")
    return parser.parse_args()


def _place(asked: argparse.Namespace) -> Place | Unusable:
    dsn = os.environ.get("PATENCY_OWNER_DSN", "")
    if not (asked.anchors or asked.key or dsn):
        return local_place()
    public = asked.key or asked.signing_key
    if not (asked.anchors and public and dsn):
        return Unusable("Say which: PATENCY_OWNER_DSN, --anchors and a key")
    try:
        key = verifying_key(asked.key) if asked.key else signing_key(asked.signing_key).public
    except (OSError, KeyUnusableError):
        return Unusable("The key cannot be read: an Ed25519 key in PEM is wanted")
    return Place(dsn, asked.anchors, key)


def _lines(asked: argparse.Namespace) -> tuple[Anchor, ...] | Unusable:
    found = [read_short(line) for line in asked.line]
    if None in found:
        return Unusable("--line is no anchor line of a digest")
    return tuple(each for each in found if each is not None)


async def _verify(asked: argparse.Namespace) -> int:
    place, lines = _place(asked), _lines(asked)
    if isinstance(place, Unusable):
        return _refuse(place)
    if isinstance(lines, Unusable):
        return _refuse(lines)
    reports = await verified(place, lines)
    sys.stdout.writelines(f"{line}\n" for line in told(reports))
    return FOUND if any(each.findings for each in reports) else 0


async def _restored(asked: argparse.Namespace) -> int:
    place = _place(asked)
    if isinstance(place, Unusable):
        return _refuse(place)
    path = asked.signing_key or place.anchors / "../secrets/evidence-key.pem"
    try:
        key = signing_key(path)
    except (OSError, KeyUnusableError):
        return _refuse(Unusable("The signing key cannot be read"))
    connection = await asyncpg.connect(place.dsn)
    try:
        anchor = await tell_of_restore(connection, place.anchors, key, asked.restored)
    finally:
        await connection.close()
    sys.stdout.write(f"{anchor.trust}: the chain goes on after number {anchor.count}, and says that it was restored\n")
    return 0


def _refuse(why: Unusable) -> int:
    sys.stderr.write(f"{why.words}\n")
    return UNUSABLE


def main() -> int:
    asked = _asked()
    if asked.make_key:
        keep(fresh(), *asked.make_key)
        return 0
    return asyncio.run(_verify(asked) if asked.verify else _restored(asked))


if __name__ == "__main__":
    raise SystemExit(main())
