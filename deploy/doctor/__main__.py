"""`make doctor`: a line for each thing that has to be so on this machine, and what to do where it is not.

Without settings in the environment only the machine itself is looked at; with a world in `.local` that runs,
`--local` looks at that one. No secret is printed. Exit code 1: something has to be put right.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from pydantic import ValidationError

from deploy.doctor import machine, surroundings
from deploy.doctor.findings import Finding, Verdict, code, ill, line
from deploy.local.__main__ import base_port, home
from deploy.local.processes import REPOSITORY
from deploy.local.world import World
from shared.wiring.settings import PREFIX, DeskSettings, MigrateSettings, RelaySettings

Named = tuple[str, Finding]


def of_the_machine(folder: Path) -> Iterator[Named]:
    yield "python", machine.python()
    yield "packages", machine.packages(REPOSITORY / "requirements.txt")
    yield "ports", machine.ports(base_port())
    yield "printing", machine.printing()
    yield "fonts", machine.fonts()
    yield "chromium", machine.chromium()
    yield "disk", machine.disk(folder)
    yield "secrets", machine.secrets(folder / "secrets")


async def around() -> AsyncIterator[Named]:
    """What the settings of this environment lead to."""
    date = None
    try:
        relay, desk, owner = RelaySettings(), DeskSettings(), MigrateSettings()
    except ValidationError as error:
        names = sorted(
            {PREFIX + str(each["loc"][0]).upper() for each in error.errors(include_input=False) if each["loc"]}
        )
        yield "settings", ill(f"not as they should be: {', '.join(names)}", "set them; deploy/.env.example says how")
        return
    yield "database", await surroundings.database(relay)
    yield "schema", await surroundings.schema(owner.owner_dsn.get_secret_value())
    yield "outbox", await surroundings.outbox(relay)
    yield "temporal", await surroundings.engine(relay)
    found, date = await surroundings.issuer(desk)
    yield "issuer", found
    yield "clock", machine.clock(date)


async def examined(*, beyond: bool) -> list[Named]:
    """Every finding, in the order in which they are read; `beyond` the machine only when there are settings."""
    found = list(of_the_machine(home()))
    if beyond:
        found += [each async for each in around()]
    return found


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--local", action="store_true", help="look at the world of `make run` on this machine")
    if asked.parse_args().local:
        os.environ.update(World(home(), base_port()).owner_env)
    beyond = f"{PREFIX}ENV" in os.environ
    found = asyncio.run(examined(beyond=beyond))
    sys.stdout.writelines(f"{line(name, each)}\n" for name, each in found)
    if not beyond:
        sys.stdout.write("PostgreSQL, Temporal and the issuer were not looked at: no settings (try --local)\n")
    return code([Verdict(each.verdict) for _, each in found])


if __name__ == "__main__":
    raise SystemExit(main())
