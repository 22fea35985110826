"""Whether a form was sent by our own page: where the browser says it comes from, and the session's own token."""

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
TOKEN = "csrf"  # noqa: S105 -- the name of a field
MOST_FIELDS = 2000
SAFE_METHODS = frozenset({"GET", "HEAD"})


def sent_from_here(headers: Mapping[str, str], origin: str) -> bool:
    """Same origin by the browser's word; where it gives none, by Origin. A neighbouring port is another origin."""
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site is not None else headers.get("origin") == origin


def is_form(headers: Mapping[str, str]) -> bool:
    """Whether the body is an ordinary form. Files and plain text are taken from nobody."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def carries(body: bytes, token: str) -> bool:
    """Whether the form has exactly this token, once. Compared in constant time."""
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:  # not ASCII, or more fields than any form of ours
        return False
    given = [value for name, value in fields if name == TOKEN]
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), token.encode())
