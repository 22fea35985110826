"""`python -m deploy.rerun --policy FILE (--database-url URL | --stories)`: who would have gone another way, and why.

Folds every pathway again under the packaged policy and under the proposed one. Exits with 1 when the proposed
document cannot be used, with 0 otherwise: a difference is what was asked for, not a failure.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from deploy.rerun.differences import Travelled, differences
from deploy.rerun.sources import of_database, of_stories
from deploy.scenarios.__main__ import stories
from shared.policy import Policy, PolicyInvalid, load


def main(arguments: Sequence[str]) -> int:
    """Prints each pathway that would have gone another way, with the reasons, and how many there are."""
    asked = _arguments(arguments)
    try:
        proposed = load(asked.policy)
    except PolicyInvalid as refused:
        print(refused, file=sys.stderr)  # noqa: T201 -- the command's answer
        return 1
    policy = load()
    ways = of_stories(stories(), policy) if asked.stories else of_database(asked.database_url, policy)
    asyncio.run(_compared(ways, proposed))
    return 0


async def _compared(ways: AsyncIterator[Travelled], proposed: Policy) -> None:
    looked_at = moved = 0
    async for way in ways:
        looked_at += 1
        if found := differences(way, proposed):
            moved += 1
            print("\n  ".join((way.name, *found)))  # noqa: T201 -- the command's answer
    print(f"{moved} of {looked_at} pathways would have gone another way")  # noqa: T201 -- the command's answer


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rerun", description="Pathways again, under a proposed policy.")
    parser.add_argument("--policy", metavar="FILE", type=Path, required=True, help="the proposed policy document")
    parser.add_argument(
        "--database-url",
        metavar="URL",
        default=os.environ.get("PATENCY_DATABASE_URL"),
        help="a login that may read every pathway (or PATENCY_DATABASE_URL, which no process list shows)",
    )
    parser.add_argument("--stories", action="store_true", help="the stories of tests/scenarios instead")
    found = parser.parse_args(arguments)
    if not found.stories and not found.database_url:
        parser.error("--database-url or --stories says which pathways")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
