"""The two headers of every write: which version it was written against, and the key that makes it happen once."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header

from shared.web.problems import FieldError, ProblemError, malformed

KEY_HEADER = "Idempotency-Key"
VERSION_HEADER = "If-Match"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION = re.compile(r'"([0-9]{1,9})"')

KeySent = Annotated[str | None, Header(alias=KEY_HEADER, description="1 to 200 visible characters, new for each act")]
VersionSent = Annotated[
    str | None,
    Header(alias=VERSION_HEADER, description='The version you read, such as "7"; * where the record allows any'),
]


async def key(sent: KeySent = None) -> str:
    """The idempotency key. Raises ProblemError 422 without a usable one."""
    if sent is None:
        raise malformed([FieldError(KEY_HEADER, "Send a key that is new for each act")])
    if _KEY.fullmatch(sent) is None:
        raise malformed([FieldError(KEY_HEADER, "Use 1 to 200 visible characters")])
    return sent


OnceOnly = Annotated[str, Depends(key)]


def reused() -> ProblemError:
    """422: this key stands for another act already."""
    words = "This key was used for something else: take a new one"
    return malformed([FieldError(KEY_HEADER, words)], kind="key-reused")


def version(*, any_version: bool) -> Callable[..., Awaitable[int | None]]:
    """A dependency: the version that was read, None for any. Raises 428 without one, 422 for what is none."""

    async def expected(sent: VersionSent = None) -> int | None:
        if sent is None or (sent == "*" and not any_version):
            raise ProblemError(428, "version-needed", f"Say in {VERSION_HEADER} which version you read")
        if sent == "*":
            return None
        found = _VERSION.fullmatch(sent)
        if found is None:
            raise malformed([FieldError(VERSION_HEADER, 'Write a version in double quotes, such as "7"')])
        return int(found[1])

    return expected
