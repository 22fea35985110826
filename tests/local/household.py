"""A small runner for tests: keeps two children, tells their pids on one line, ends them on SIGTERM."""

import asyncio
import json
import signal
import sys
from functools import partial
from pathlib import Path

from deploy.local.processes import Command, launch
from deploy.local.supervisor import Supervisor

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


async def keep_house(logs: Path) -> None:
    asked_to_end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked_to_end.set)
    supervisor = Supervisor()
    calm = Command("calm", ("/bin/sleep", "600"))
    stubborn = Command("stubborn", (sys.executable, "-S", "-c", STUBBORN), grace_s=0.5)
    await supervisor.start({command.name: partial(launch, command, logs) for command in (calm, stubborn)})
    sys.stdout.write(json.dumps([process.pid for process in supervisor.processes.values()]) + "\n")
    sys.stdout.flush()
    await asked_to_end.wait()
    await supervisor.stop()


if __name__ == "__main__":
    asyncio.run(keep_house(Path(sys.argv[1])))
