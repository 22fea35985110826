"""What must not happen at any moment of a story, watched from its beginning to its end."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.scenarios.expectations import Check, matches
from deploy.scenarios.story import Step
from deploy.scenarios.written import Written
from shared.pathway.choices import ClosingReason
from shared.pathway.follow_up import AnticoagulationReview

_STOP = re.compile(r"\b(stop(?!ped elsewhere)|cease|discontinue|withdraw)", re.IGNORECASE)
"""What somebody else stopped is news, and the review it asks for is no proposal to stop."""
ABOUT_THE_THEATRE = frozenset({"stop_procedure"})
"""Tasks that stop an operation, which is no anticoagulant."""
WHY_IT_ENDS = frozenset(ClosingReason)
"""A patient may withdraw consent: that names why a pathway ends, and asks nobody to withdraw a drug."""


class Watch:
    """Looks at every state a story goes through and remembers the first sight of what must never be."""

    def __init__(self, never: tuple[Written, ...]) -> None:
        self.never = never
        self.seen: dict[int, str] = {}
        self.looks = 0
        self._stops_decided = 0

    def heard(self, step: Step) -> None:
        """A clinician's record was accepted: a stop decided by a person is not one that was proposed."""
        if step.do == AnticoagulationReview.kind and step.body is not None:
            self._stops_decided += step.body.plain().get("decision") == "stop"

    def see(self, look: dict[str, Any]) -> None:
        """One state of the pathway, as the API shows it."""
        if not look:
            return
        self.looks += 1
        for place, item in enumerate(self.never):
            if place not in self.seen and (found := self._found(item, look)):
                self.seen[place] = found

    def checks(self) -> Iterator[Check]:
        """One check for each thing that must never be. It fails as well when there was nothing to look at."""
        for place, item in enumerate(self.never):
            words = ", ".join(f"{key} {part.text}" for key, part in item.parts.items())
            seen = self.seen.get(place, f"never in {self.looks} looks")
            yield Check(item.line, None, f"never: {words}", seen, place not in self.seen and self.looks > 0)

    def _found(self, item: Written, look: dict[str, Any]) -> str:
        if "proposed" in item.parts:
            return next(self._stops(look), "")
        return f"at {look.get('now')}" if matches(item, look) else ""

    def _stops(self, look: dict[str, Any]) -> Iterator[str]:
        """Whatever in this state asks for an end of the anticoagulant without a clinician having decided it."""
        for task in look["tasks"]:
            why = "" if task["why"] in WHY_IT_ENDS else task["why"]
            if task["kind"] not in ABOUT_THE_THEATRE and _speaks_of_stopping(task["kind"], why):
                yield f"task {task['kind']}"
        for timer in look["timers"]:
            if _speaks_of_stopping(timer["id"], timer["rung"]):
                yield f"timer {timer['id']} {timer['rung']}"
        decided = [each for each in look["entries"] if each["kind"] == AnticoagulationReview.kind]
        stops = sum(each["record"]["decision"] == "stop" for each in decided)
        if stops > self._stops_decided:
            yield "a review that nobody in the story wrote"


def _speaks_of_stopping(*texts: str) -> bool:
    return any(_STOP.search(text.replace("_", " ")) for text in texts)
