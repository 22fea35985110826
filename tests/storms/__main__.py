"""`python -m tests.storms`: the whole of it, for as long as it takes (about half an hour on two quiet cores).

A hundred duplicates of every kind of record, 200 signed reviews, every dose of poison for every operation, and for each
60 requests made up from its OpenAPI document. What else is given goes to pytest:
`python -m tests.storms -k poison --randomly-seed=7`.
"""

import os
import sys
from pathlib import Path

from tests.storms.at_once import WHOLE


def main(argv: list[str]) -> None:
    """Becomes pytest."""
    here = str(Path(__file__).parent)
    os.environ[WHOLE] = "1"
    os.execv(sys.executable, [sys.executable, "-m", "pytest", here, *argv])  # noqa: S606 -- this very interpreter


if __name__ == "__main__":
    main(sys.argv[1:])
