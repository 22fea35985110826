"""How soon a process without a secret refuses: `make refusing`. Ends with 1 when one took longer, or did not refuse.

The bound is 2 seconds of processor, which other work on the machine lengthens little; seconds of wall stand beside it.
"""

import sys
import tempfile
from pathlib import Path

from tests.starting.production import WITHIN_S, Refused, commands, environment, secrets, started


def in_order(ended: Refused, secret: str) -> bool:
    return ended.code != 0 and secret in "".join(ended.said) and ended.processor_s < WITHIN_S


def main() -> int:
    """Every process without each of its secrets in turn, a line each; the slowest last."""
    slowest, wrong = 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        told = environment(Path(folder))
        for name, command in commands().items():
            for secret in secrets(name):
                ended = started(command, {key: value for key, value in told.items() if key != secret})
                slowest, wrong = max(slowest, ended.processor_s), wrong + (not in_order(ended, secret))
                figures = f"code {ended.code}  processor {ended.processor_s:.2f} s  wall {ended.wall_s:.2f} s"
                sys.stdout.write(f"{name:32} without {secret:32} {figures}\n")
    sys.stdout.write(f"{wrong} did not refuse in order; the slowest took {slowest:.2f} s of {WITHIN_S:.0f} s\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
