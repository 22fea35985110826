"""Playing a story step by step on a stage, pure or live, and noting what was expected and what was seen."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from deploy.scenarios.expectations import Check, checks
from deploy.scenarios.never import Watch
from deploy.scenarios.placeholders import in_view_of, put_in
from deploy.scenarios.story import Step, Story, Wanted, WantedRefusal
from deploy.scenarios.written import Written

SUCCESS = range(200, 300)
REFUSED = 409
DONE, NOTHING_WAITED = "done", "nothing was waiting for this"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a desk said: the HTTP status, the refusals of a 409, the fields named by a 422."""

    status: int
    refusals: tuple[WantedRefusal, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        if self.status in SUCCESS:
            return "accepted"
        if self.refusals:
            return "refused by " + ", ".join(dict.fromkeys(_words(each) for each in self.refusals))
        return f"status {self.status}" + (f", fields {', '.join(self.fields)}" if self.fields else "")


class Stage(Protocol):
    """Where one story is played. Whatever follows by itself has happened when one of these returns."""

    async def move_to(self, at: datetime) -> None:
        """The pathway's clock goes forward to this instant; timers that fall due on the way fire in order."""
        ...

    async def act(self, step: Step) -> Answer:
        """Somebody writes a record down."""
        ...

    async def happen(self, event: str) -> str:
        """The outside world does something. Returns DONE, or else what stood in the way."""
        ...

    async def look(self) -> dict[str, Any]:
        """GET /api/pathways/{id} as it is now; empty while there is no pathway."""
        ...


async def play(story: Story, stage: Stage, watch: Watch) -> AsyncIterator[Check]:
    """Every expectation of the story with what was seen. A step that goes otherwise than told ends the play."""
    for place, step in enumerate(story.steps, start=1):
        await stage.move_to(step.at)
        deed = await _deed(step, stage, watch)
        look = await stage.look()
        watch.see(look)
        for check in _step(step, deed, look, story, len(story.steps) - place):
            yield check
        if deed is not None and not deed.passed:
            break
    else:
        for check in _seen(story.at_the_end, await stage.look(), story, None):
            yield check
    for check in watch.checks():
        yield check


def _step(step: Step, deed: Check | None, look: dict[str, Any], story: Story, left: int) -> Iterator[Check]:
    if deed is not None and not (step.begun and deed.passed):  # what a beginning does is shown when it fails
        yield deed
    if deed is None or deed.passed:
        yield from _seen(step.then if not step.begun else None, look, story, step.at)
    else:
        yield Check(step.line, step.at, "the story goes on to its end", f"{left} steps left out", passed=False)


def _seen(expected: Written | None, look: dict[str, Any], story: Story, at: datetime | None) -> Iterator[Check]:
    if expected is not None:
        yield from checks(put_in(expected, in_view_of(look, story.staff)), look, at)


async def _deed(step: Step, stage: Stage, watch: Watch) -> Check | None:
    """What is done at this step, if anything, and how it went."""
    if step.do is not None:
        answer = await stage.act(step)
        if answer.status in SUCCESS:
            watch.heard(step)
        expected = f"{step.title}: {step.wanted.text}"
        return Check(step.line, step.at, expected, answer.words, as_wanted(step.wanted, answer))
    if step.outside is not None:
        said = await stage.happen(step.outside)
        return Check(step.line, step.at, step.outside, said, said == DONE)
    return None


def as_wanted(wanted: Wanted, answer: Answer) -> bool:
    """Whether a desk answered so: every refusal named is among those given, the field named is among those wrong."""
    if wanted.accepted:
        return answer.status in SUCCESS
    if wanted.refused:
        given = answer.refusals if answer.status == REFUSED else ()
        return all(any(_is(each, refusal) for refusal in given) for each in wanted.refused)
    return answer.status == wanted.status and (wanted.field is None or any(_names(wanted.field, answer.fields)))


def _is(wanted: WantedRefusal, given: WantedRefusal) -> bool:
    return (
        wanted.rule == given.rule
        and wanted.field in {None, given.field}
        and wanted.paragraph in {None, given.paragraph}
    )


def _names(field: str, given: tuple[str, ...]) -> Iterator[bool]:
    """A field is named by its whole way, or by the end of it."""
    yield from (each == field or each.endswith(f".{field}") for each in given)


def _words(refusal: WantedRefusal) -> str:
    place = f" {refusal.field}" if refusal.field else ""
    return f"{refusal.rule}{place} ({refusal.paragraph})"
