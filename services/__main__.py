"""Starts the desks, all in one process, or some with `--only consent,procedure`: joined or split changes no code."""

import argparse
import sys
from collections.abc import Sequence

from shared.wiring.demanded import SIGNS, TAKES_SPANS
from shared.wiring.settings import DeskSettings, load

DEMANDED = {"front_door": SIGNS, "operations": TAKES_SPANS}
"""What these desks need in production beside what every desk needs."""


def wanted(argv: Sequence[str] | None = None) -> list[str]:
    """The desks that were asked for; none named means all."""
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("--only", metavar="DESKS", help="some of them, with commas between")
    only = parser.parse_args(argv).only
    return only.split(",") if only else []


def demanded(desks: Sequence[str]) -> frozenset[str]:
    """What a process with these desks may not lack in production."""
    return frozenset().union(*(needs for desk, needs in DEMANDED.items() if desk in desks or not desks))


def main() -> None:
    """The process. It looks at its settings before it brings the desks in, which takes a second or two."""
    asked_for = wanted()
    settings = load(DeskSettings, demanded(asked_for))
    import uvloop

    from services.desks import DESKS
    from services.house import serve
    from shared.wiring import logs, metrics, telemetry
    from shared.wiring.ending import let_go

    if set(asked_for) - set(DESKS):
        sys.stderr.write(f"services: --only takes some of: {', '.join(DESKS)}\n")
        raise SystemExit(2)
    desks = asked_for or list(DESKS)
    logs.start("desks" if len(desks) > 1 else desks[0])
    telemetry.start("desks")
    metrics.serve(settings.metrics)
    uvloop.run(serve(desks, settings))
    let_go()


if __name__ == "__main__":
    main()
