"""The body of a posted form: url-encoded or multipart, at most 2,000 texts, no files, in time."""

import asyncio

from fastapi import Request
from starlette.exceptions import HTTPException

from shared.web.bodies import BODY_SECONDS
from shared.web.problems import ProblemError

MEDIA_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MOST_TEXTS = 2000

Posted = tuple[tuple[str, str], ...]


async def posted(request: Request) -> Posted:
    """Names and texts in the order they were sent. Raises ProblemError 415, 408 or 400; its size was limited before."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
        raise ProblemError(415, "media-type", "Send a form")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            found = await request.form(max_files=0, max_fields=MOST_TEXTS)
    except TimeoutError:
        raise ProblemError(408, "slow", "The form did not arrive in time") from None
    except HTTPException:
        raise ProblemError(400, "form", f"A form has at most {MOST_TEXTS} answers and no files") from None
    return tuple((name, text) for name, text in found.multi_items() if isinstance(text, str))
