"""People in a browser: who is signed in, in which post, and whether a form is really theirs.

Page routes depend on `page_actor(roles)`; consent, MDT sign-off and break-glass access also on
`needs_recent_authentication()`. `install` puts all of it into a desk's application.
"""

from services.sessions.actor import TurnedAwayError, needs_recent_authentication, page_actor, see_other
from services.sessions.installing import install
from services.sessions.reception import Reception, reception_of
from services.sessions.session import Session

__all__ = [
    "Reception",
    "Session",
    "TurnedAwayError",
    "install",
    "needs_recent_authentication",
    "page_actor",
    "reception_of",
    "see_other",
]
