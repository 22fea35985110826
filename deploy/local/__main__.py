"""`make run`: the whole product on this machine, in front until Ctrl-C.

python -m deploy.local                 run it
python -m deploy.local token PERSON    print an access token for PERSON (needs a running world)
python -m deploy.local people          print who there is
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from deploy.local.board import Board, everyone
from deploy.local.ports import OFFSETS, Ports, PortTakenError
from deploy.local.processes import REPOSITORY
from deploy.local.readiness import NotReadyError
from deploy.local.tokens import NoTokenError, token
from deploy.local.world import PARTS, PATIENTS, InUseError, World

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HIGHEST_BASE = 65535 - max(OFFSETS.values())


def base_port() -> int:
    """PATENCY_BASE_PORT, 8000 if it is not set. Ends the program with code 2 if it is not a usable number."""
    given = os.environ.get("PATENCY_BASE_PORT", "8000")
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= HIGHEST_BASE):
        sys.stderr.write(f"PATENCY_BASE_PORT must be a number from 1 to {HIGHEST_BASE}\n")
        raise SystemExit(2)
    return int(given)


def home() -> Path:
    """Where the world keeps its files: PATENCY_HOME, or .local in the repository."""
    return Path(os.environ.get("PATENCY_HOME") or REPOSITORY / ".local")


async def run() -> int:
    """Runs the world until a signal; returns the exit code."""
    board = Board()
    world = World(home(), base_port(), told=board.told)
    running = asyncio.create_task(_live(world, board))
    _end_on_signals(running, world)
    try:
        async with world:
            await running
    except asyncio.CancelledError:
        board.say("Everything has ended.")
        return 0
    except NotReadyError as failure:
        board.failed(str(failure), failure.process)
    except (InUseError, PortTakenError) as failure:
        board.failed(str(failure))
    return 1


async def _live(world: World, board: Board) -> None:
    board.open(PARTS + ((PATIENTS,) if world.patients_to_come() else ()))
    try:
        await world.start()
        await _prepare_patients(world, board)
        board.welcome(world.ports)
        await world.supervisor.watch()
    finally:
        board.close()


async def _prepare_patients(world: World, board: Board) -> None:
    """On the first start in a directory. A world without some of them is still a whole world."""
    try:
        await world.start((PATIENTS,))
    except NotReadyError as failure:
        board.patients_missing(failure)


def _end_on_signals(running: asyncio.Task[None], world: World) -> None:
    """The first signal ends everything in order, a second one at once."""

    def heard() -> None:
        if running.done() or running.cancelling():
            world.supervisor.kill_everything()
        running.cancel()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, heard)


async def print_token(person: str) -> int:
    """Prints an access token of the running world for this person; returns the exit code."""
    try:
        sys.stdout.write(await token(Ports(base_port()).url("issuer"), person) + "\n")
    except (httpx.HTTPError, NoTokenError) as trouble:
        sys.stderr.write(f"No token ({type(trouble).__name__}). Is `make run` running with this PATENCY_BASE_PORT?\n")
        return 1
    return 0


def main(words: list[str]) -> int:
    """The program; returns its exit code."""
    match words:
        case []:
            return asyncio.run(run())
        case ["token", person]:
            return asyncio.run(print_token(person))
        case ["people"]:
            everyone()
            return 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
