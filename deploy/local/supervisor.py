"""Keeps the parts of the local world: starts each when it can be, restarts what dies, ends all in order."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from deploy.local.processes import Process
from deploy.local.readiness import NotReadyError

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0


class State(StrEnum):
    """What is told of a part while it starts and later."""

    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    DIED = "died"
    STOPPED = "stopped"


Told = Callable[[str, State], None]
Opening = Callable[[], Awaitable[Process]]
After = Mapping[str, Collection[str]]
"""By part: those that must be ready before it is started, as far as they are started with it."""

NOBODY_WAITS: After = MappingProxyType({})


def tell_nobody(_name: str, _state: State) -> None:
    """For worlds nobody watches."""


@dataclass(slots=True)
class Supervisor:
    """Holds one opening (how to start and wait until ready) and one process for each part that lives on."""

    told: Told = tell_nobody
    openings: dict[str, Opening] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    async def start(
        self, parts: Mapping[str, Opening], *, after: After = NOBODY_WAITS, once: Collection[str] = ()
    ) -> None:
        """Starts these parts, each as soon as those of them that it comes after are ready; returns when all are.

        Parts in `once` end by themselves, and are ready then. If one fails, those still starting are called off,
        those that are ready wait for `stop`, and the first failure is raised.
        """
        self.openings.update({name: opening for name, opening in parts.items() if name not in once})
        ready = {name: asyncio.Event() for name in parts}

        async def one(name: str) -> None:
            for earlier in after.get(name, ()):
                if earlier in ready:
                    await ready[earlier].wait()
            await (self.run(name, parts[name]) if name in once else self.open(name))
            ready[name].set()

        try:
            async with asyncio.TaskGroup() as group:
                for name in parts:
                    group.create_task(one(name))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def open(self, name: str) -> None:
        """Starts one part and waits until it is ready."""
        self.told(name, State.STARTING)
        self.processes[name] = await self.openings[name]()
        self.told(name, State.READY)

    async def run(self, name: str, opening: Opening) -> None:
        """Runs a part that ends by itself. Raises NotReadyError when it ends with another code than 0."""
        self.told(name, State.STARTING)
        process = self.processes[name] = await opening()
        if await process.ended():
            raise NotReadyError(process, f"ended with code {process.child.returncode}")
        del self.processes[name]
        self.told(name, State.DONE)

    async def kill(self, name: str) -> None:
        """SIGKILL; returns when the process is gone."""
        process = self.processes[name]
        process.kill()
        await process.ended()

    async def restart(self, name: str) -> None:
        """Ends the part if it still runs, starts it again and waits until it is ready."""
        await self.processes[name].stop()
        await self.open(name)

    async def stop(self, order: Sequence[Collection[str]] = ()) -> None:
        """Ends everything, line by line of `order`: who stands on no line first, each line side by side."""
        lines = [set(self.processes).difference(*order), *(set(line) & set(self.processes) for line in order)]
        for line in lines:
            await asyncio.gather(*(self._end(self.processes[name]) for name in line))
        self.processes.clear()

    def kill_everything(self) -> None:
        """For the second Ctrl-C: no grace for anybody."""
        for process in self.processes.values():
            process.kill()

    async def watch(self) -> None:
        """Restarts whatever dies, after a pause that doubles each time it dies again soon.

        Runs until cancelled. Cancel it before `stop`, and do not mix it with `kill` and `restart`.
        """
        async with asyncio.TaskGroup() as group:
            for name in self._lasting():
                group.create_task(self._mind(name))

    async def _end(self, process: Process) -> None:
        if process.running:
            await process.stop()
            self.told(process.name, State.STOPPED)

    def _lasting(self) -> Iterable[str]:
        return tuple(name for name in self.processes if name in self.openings)

    async def _mind(self, name: str) -> None:
        clock = asyncio.get_running_loop()
        pause = FIRST_PAUSE_S
        while True:
            since = clock.time()
            await self.processes[name].ended()
            if clock.time() - since > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            self.told(name, State.DIED)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            with suppress(NotReadyError):  # then the next round waits longer and tries once more
                await self.open(name)
