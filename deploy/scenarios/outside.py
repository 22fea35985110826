"""How the outside world of a story answers: at once, unless the story itself tells when and how.

If a story has deliveries or bounces among its steps, the mail system reports nothing by itself: each such step reports
the notices that wait then, and the last of them also whatever is sent later. The same for the registry with its
receipts and rejections.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from deploy.scenarios.story import Story

SENT, DELIVERED, BOUNCED = "governance_notice_sent", "governance_notice_delivered", "governance_notice_bounced"
RECEIPT, REJECTED = "registry_receipt", "registry_rejected"
MAIL = frozenset({DELIVERED, BOUNCED})
REGISTRY = frozenset({RECEIPT, REJECTED})
EVENTS = MAIL | REGISTRY | {SENT}
"""What the outside world can do in a story."""

BOUNCE_CAUSE = "mailbox_unavailable"


@dataclass(slots=True)
class Answering:
    """What mail system and registry answer by themselves now (an event); None: they wait for the story."""

    mail: str | None
    registry: str | None
    ahead: tuple[str, ...] = ()

    @classmethod
    def of(cls, story: Story) -> Self:
        """As it is before the story's first step."""
        ahead = tuple(step.outside for step in story.steps if step.outside is not None)
        mail, registry = (not events.isdisjoint(ahead) for events in (MAIL, REGISTRY))
        return cls(None if mail else DELIVERED, None if registry else RECEIPT, ahead)

    def hear(self, event: str) -> None:
        """The next of the story's events has happened. The last of its sort goes on by itself."""
        self.ahead = self.ahead[1:]
        if event in MAIL:
            self.mail = event if MAIL.isdisjoint(self.ahead) else None
        elif event in REGISTRY:
            self.registry = event if REGISTRY.isdisjoint(self.ahead) else None


def waiting(look: dict[str, Any]) -> Iterator[str]:
    """The dispatches, as the API shows them, that were sent and of which nobody has said what became of them."""
    for notice in look.get("notices", ()):
        for each in notice["dispatches"]:
            if each["sent_at"] and not each["delivered_at"] and not each["failed_at"]:
                yield str(each["key"])


def was_sent(look: dict[str, Any]) -> bool:
    """Whether the mail system has taken any notice of this pathway."""
    return any(each["sent_at"] for notice in look.get("notices", ()) for each in notice["dispatches"])


def report(event: str, dispatch: str) -> dict[str, str]:
    """The mail system's record of this event for one dispatch, as JSON."""
    return {"dispatch": dispatch, **({"cause": BOUNCE_CAUSE} if event == BOUNCED else {})}
