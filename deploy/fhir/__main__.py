"""`python -m deploy.fhir --export DIR --trust RXX --by PERSON`: a trust's pathways as FHIR R4B ndjson.

Nobody is identified in it.

`--by` is the auditor of the trust who takes the export: the directory is asked, and each pathway's audit shows it.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from deploy.fhir.export import NotEmptyError, export
from shared.fhir.elements import Json
from shared.ledger.fhir_snapshot import NotAllowedError
from shared.policy import load


def main(arguments: Sequence[str]) -> int:
    """Prints how many resources of each type were written. Exits with 1 when nothing was."""
    asked = _arguments(arguments)
    try:
        manifest = asyncio.run(_exported(asked))
    except NotAllowedError:
        print("the trust's directory does not name this person as its auditor", file=sys.stderr)  # noqa: T201 -- answer
        return 1
    except NotEmptyError:
        print("the folder has to be empty", file=sys.stderr)  # noqa: T201 -- the command's answer
        return 1
    for each in manifest["output"]:
        print(f"{each['count']:>8} {each['type']}")  # noqa: T201 -- the command's answer
    return 0


async def _exported(asked: argparse.Namespace) -> Json:
    alone = asyncpg.create_pool(asked.database_url, min_size=1, max_size=1, timeout=10)
    async with alone as pool, pool.acquire() as connection:
        return await export(connection, asked.export, trust=asked.trust, person=asked.by, policy=load())


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fhir", description="A trust's pathways as FHIR R4B ndjson.")
    parser.add_argument("--export", metavar="DIR", type=Path, required=True, help="an empty folder, or a new one")
    parser.add_argument("--trust", metavar="CODE", required=True)
    parser.add_argument("--by", metavar="PERSON", required=True, help="directory id of the trust's auditor")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        default=os.environ.get("PATENCY_DATABASE_URL"),
        help="the front door's login (or PATENCY_DATABASE_URL, which no process list shows)",
    )
    found = parser.parse_args(arguments)
    if not found.database_url:
        parser.error("--database-url says where the pathways are")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
