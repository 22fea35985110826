"""Draws a page: templates, the words of the house, who is signed in, and the headers a page must have."""

import re
import secrets
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from shared.web.pages.files import asset
from shared.web.pages.house import House, house_of
from shared.web.pages.words import spoken

# Nothing from elsewhere, nothing inline but what carries this answer's nonce, no form to a stranger.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "{forms}",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

_BETWEEN_TAGS = re.compile(r">\s*\n\s*<")
# Where a line of text begins or ends inside a block, white space shows nothing. Not in a textarea: there it is text.
_BLOCK = r"(?:label|legend|div|h[1-4]|button|p|li|d[dt]|t[dh]|caption|option|summary)"
_BEFORE_TEXT = re.compile(rf"(<{_BLOCK}\b[^<>]*>)\s*\n\s*(?=[^\s<])")
_AFTER_TEXT = re.compile(rf"(?<=[^\s>])\s*\n\s*(</{_BLOCK}>)")


@cache
def environment() -> Environment:
    """The one template environment. NHS macros read keys that are not there, hence the chainable undefined.

    A process keeps the templates it has, as it keeps its code: NHS macros import one another hundreds of times a
    page, and each time the file would be asked whether it is still the same.
    """
    found = Environment(
        undefined=ChainableUndefined,
        autoescape=True,
        auto_reload=False,
        loader=ChoiceLoader([PackageLoader("shared.web.pages"), PackageLoader("nhsuk_frontend_jinja")]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"asset": asset, "say": spoken()}
    return found


def content_policy(house: House, nonce: str) -> str:
    forms = " ".join(("'self'", *house.origins()))
    return "; ".join(f"{name} {value.format(nonce=nonce, forms=forms)}" for name, value in POLICY.items())


def render(request: Request, template: str, *, status: int = 200, title: str, **context: Any) -> HTMLResponse:
    """The page as an answer, never kept by anybody.

    `title` is the page's own; the house's name follows it, and "Error: " goes before it when `errors` is given and
    not empty. A page that is updated live passes `live=True`, one with wide tables `wide=True`. `session` is
    `request.state.session`, None for who is signed out.
    """
    house, nonce = house_of(request), secrets.token_urlsafe(16)
    session = getattr(request.state, "session", None)
    drawn = _shortened(
        environment()
        .get_template(template)
        .render(
            **context
            | {"request": request, "title": title, "house": house, "session": session, "cspNonce": nonce}
            | _told_of(session)
        )
    )
    headers = {
        "Content-Security-Policy": content_policy(house, nonce),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # a form's origin has to be seen by its own desk
    }
    return HTMLResponse(drawn, status, headers)


def draw_part(template: str, **context: Any) -> str:
    """A piece of a page, for one that is there already: no headers, nobody's session, no inline script."""
    return _shortened(environment().get_template(template).render(**context))


def _told_of(session: Any) -> dict[str, str]:
    """Plain values of who is signed in, for the top of the page."""
    if session is None:
        return {"trust_name": "", "person": "", "role": "", "csrf": ""}
    return {
        "trust_name": session.trust_name or session.post.trust,
        "person": session.label or session.person,
        "role": spoken()(f"role.{session.post.role.value}"),
        "csrf": session.csrf,
    }


def _shortened(drawn: str) -> str:
    """Without the indentation of macros inside macros, up to a third of a page's bytes.

    Only white space beside a tag goes: what somebody typed has no bare angle brackets, and stays as it is.
    """
    short = _AFTER_TEXT.sub(r"\1", _BEFORE_TEXT.sub(r"\1", drawn))
    return _BETWEEN_TAGS.sub(">\n<", short).strip()
