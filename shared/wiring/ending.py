"""The last thing a process does: nothing."""

import gc


def let_go() -> None:
    """Leave what is in memory to the kernel. Call it last.

    The interpreter would look through every object once more before it ends, which takes a desk a whole second of the
    three that it has.
    """
    gc.freeze()
