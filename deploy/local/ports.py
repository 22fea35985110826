"""Which loopback port belongs to whom. All follow from one base, so several worlds fit on one machine."""

import errno
import random
import socket
from dataclasses import dataclass

DESKS = {
    "front_door": 0,
    "referral": 1,
    "mdt_review": 2,
    "governance": 3,
    "consent": 4,
    "procedure": 5,
    "registry": 6,
    "follow_up": 7,
    "operations": 8,
}
OUTSIDE = {"issuer": 9, "inbox": 10, "simulated_registry": 11, "smtp": 23}
ENGINES = {"postgres": 20, "temporal": 21, "temporal_ui": 22}
METRICS = {
    "desks_metrics": 24,
    "operations_metrics": 25,
    "worker_metrics": 26,
    "worker_temporal_metrics": 27,
    "relay_metrics": 28,
    "relay_temporal_metrics": 29,
    "temporal_metrics": 30,
}
"""Where Prometheus would ask; each process has a port of its own, and Temporal's part of worker and relay another."""
OFFSETS = {**DESKS, **OUTSIDE, **ENGINES, **METRICS}
CARE_DESKS = tuple(desk for desk in DESKS if desk != "operations")
NEEDED_PORTS = {
    "postgres": ("postgres",),
    "temporal": ("temporal", "temporal_ui", "temporal_metrics"),
    "outside": tuple(OUTSIDE),
    "operations": ("operations", "operations_metrics"),
    "desks": (*CARE_DESKS, "desks_metrics"),
    "worker": ("worker_metrics", "worker_temporal_metrics"),
    "relay": ("relay_metrics", "relay_temporal_metrics"),
}
"""What each part of a world listens on."""

# Below the range kernels hand out to outgoing connections, so that none of those sits on a port of ours.
SCRATCH_BASES = range(15000, 32000, 32)
TRIES = 200


class PortTakenError(Exception):
    """Somebody else listens on a port we need. Says which, and what to change."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(
            f"Port {port} ({name}) is taken by another program. "
            f"Stop that program, or set PATENCY_BASE_PORT to another base (now {port - OFFSETS[name]})."
        )


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one world. `base` is the front door's."""

    base: int = 8000

    def of(self, name: str) -> int:
        return self.base + OFFSETS[name]

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.of(name)}"

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.of(name)}"

    def refuse_taken(self, *names: str) -> None:
        """Raises PortTakenError for the first of these that cannot be listened on."""
        for name in names:
            if not _free(self.of(name)):
                raise PortTakenError(name, self.of(name))


def free_ports() -> Ports:
    """Ports nobody uses at this moment, for tests. Raises OSError if none are found."""
    for base in random.SystemRandom().sample(SCRATCH_BASES, TRIES):
        if all(_free(base + offset) for offset in OFFSETS.values()):
            return Ports(base)
    raise OSError(errno.EADDRINUSE, "No free range of ports was found")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections still closing do not count
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
