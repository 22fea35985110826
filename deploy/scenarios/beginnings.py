"""Stories that go on from a beginning: `begins: ready` plays tests/scenarios/beginnings/ready.yaml first.

`but` changes what the beginning's records say, or leaves them out; `like: treated` at a step takes over what the record
of that kind says in the beginning `treated`. So a story shows only what it is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.scenarios.written import StoryRefused, Written, read

FOLDER = Path(__file__).parents[2] / "tests" / "scenarios" / "beginnings"
BEGINS, BUT, LEFT_OUT, LIKE = "begins", "but", "left_out", "like"
INHERITED = ("trust", "start", "patient")
"""What a story need not say again. People come together: its own, and those of its beginning."""

LONGEST_CHAIN = 6


@dataclass(frozen=True, slots=True)
class Begun:
    """A step of a beginning: `name` is the beginning's."""

    name: str
    step: Written


def whole(page: Written) -> tuple[Written, tuple[str, ...]]:
    """The story with its beginning's steps before its own, and for each of those the name of its beginning.

    Refuses: an unknown beginning, beginnings that begin with each other, a change of what the beginning has not got.
    """
    if BEGINS not in page.parts:
        if BUT in page.parts:
            raise StoryRefused((page.parts[BUT].line, "`but` changes a beginning: name it with begins"))
        return _filled_in(page), ()
    parts, begun = _before(page, LONGEST_CHAIN)
    own = _filled_in(page).parts.get("steps", Written([], page.line))
    steps = Written([*(each.step for each in begun), *own.items], own.line)
    told = {key: part for key, part in page.parts.items() if key not in {BEGINS, BUT}}
    return Written({**parts, **told, "staff": _people(parts, page), "steps": steps}, page.line), tuple(
        each.name for each in begun
    )


def _filled_in(page: Written) -> Written:
    """The page, each of its steps that is like one of a beginning saying what that one says."""
    if "steps" not in page.parts:
        return page
    steps = page.parts["steps"]
    return replace(page, value={**page.parts, "steps": replace(steps, value=[_alike(each) for each in steps.items])})


def _alike(step: Written) -> Written:
    parts = step.parts
    if LIKE not in parts:
        return step
    kind, named = _kind(step), parts[LIKE]
    there = [each.step for each in _steps_of(named, LONGEST_CHAIN) if _kind(each.step) == kind]
    if not kind or not there:
        raise StoryRefused((named.line, f"the beginning {named.word} has no {kind or 'such record'}"))
    said = there[-1].parts.get("with", Written({}, named.line))
    rest = {key: part for key, part in parts.items() if key != LIKE}
    return replace(step, value={**rest, "with": _over(said, parts["with"]) if "with" in parts else said})


def _steps_of(named: Written, length: int) -> list[Begun]:
    """Every step of this beginning and of those it begins with."""
    return _before(Written({BEGINS: named}, named.line), length)[1]


def _before(page: Written, length: int) -> tuple[dict[str, Written], list[Begun]]:
    """What this page takes over from its beginning: trust, start, patient, people; and the steps, changed."""
    named = page.parts.get(BEGINS)
    if named is None:
        return {}, []
    if not length:
        raise StoryRefused((named.line, "beginnings begin with each other"))
    there = _beginning(named)
    parts, begun = _before(there, length - 1)
    begun += [Begun(named.word, step) for step in there.parts["steps"].items]
    told = {key: there.parts[key] for key in INHERITED if key in there.parts}
    changes = page.parts.get(BUT)
    return {**parts, **told, "staff": _people(parts, there)}, _changed(begun, changes) if changes else begun


def _beginning(named: Written) -> Written:
    path = FOLDER / f"{named.word}.yaml"
    known = {each.stem: each for each in FOLDER.glob("*.yaml")}
    if named.word not in known:
        raise StoryRefused((named.line, f"unknown beginning; known: {', '.join(sorted(known))}"))
    try:
        return read(path.read_text(encoding="utf-8"))
    except StoryRefused as refused:
        raise StoryRefused((named.line, f"the beginning {named.word} is refused: {refused}")) from None


def _people(before: dict[str, Written], page: Written) -> Written:
    own = page.parts.get("staff", Written({}, page.line))
    return replace(own, value={**(before["staff"].parts if "staff" in before else {}), **own.parts})


def _changed(begun: list[Begun], changes: Written) -> list[Begun]:
    kinds = [_kind(each.step) for each in begun]
    if unknown := [
        (part.line, f"the beginning has no {kind}") for kind, part in changes.parts.items() if kind not in kinds
    ]:
        raise StoryRefused(*unknown)
    return [each for one in begun for each in _with_changes(one, changes)]


def _kind(step: Written) -> str:
    return step.parts["do"].word if "do" in step.parts else ""


def _with_changes(begun: Begun, changes: Written) -> Iterator[Begun]:
    """The step, with what the story says otherwise; nothing when the story leaves it out."""
    change = changes.parts.get(_kind(begun.step))
    if change is None:
        yield begun
    elif change.value != LEFT_OUT:
        body = begun.step.parts.get("with", Written({}, begun.step.line))
        parts = {key: part for key, part in begun.step.parts.items() if key != "then"}
        yield Begun(begun.name, replace(begun.step, value={**parts, "with": _over(body, change)}))


def _over(there: Written, change: Written) -> Written:
    """`change` laid over what is there: mappings key by key, lists of as many mappings item by item."""
    if isinstance(there.value, dict) and isinstance(change.value, dict):
        laid = {
            key: _over(there.value[key], part) if key in there.value else part for key, part in change.value.items()
        }
        return replace(there, value={**there.value, **laid})
    if _item_by_item(there) and _item_by_item(change) and len(there.items) == len(change.items):
        return replace(there, value=[_over(*pair) for pair in zip(there.items, change.items, strict=True)])
    return change


def _item_by_item(written: Written) -> bool:
    return isinstance(written.value, list) and all(isinstance(item.value, dict) for item in written.value)
