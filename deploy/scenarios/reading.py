"""Reading a story. Whatever is unknown, misspelt or impossible is refused with its line before anything runs."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from deploy.scenarios import casting, registers, shape
from deploy.scenarios.beginnings import whole
from deploy.scenarios.bodies import body_problems, patient_problems
from deploy.scenarios.outside import EVENTS
from deploy.scenarios.placeholders import unknown
from deploy.scenarios.story import ACCEPTED, Step, Story, Wanted, WantedRefusal
from deploy.scenarios.written import StoryRefused, Written, read
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.people import Signature
from shared.pathway.referral import Referral
from shared.pathway.stages import KINDS

STORY_KEYS = ("scenario", "title", "source", "trust", "patient", "start", "staff", "steps")
OPTIONAL_KEYS = ("finally",)
STEP_KEYS = frozenset({"at", "by", "do", "announce", "concerns", "with", "patient", "expect", "outside", "then"})
NOBODY = "nobody"
MALFORMED = 422


def story(path: Path) -> Story:
    """The story in this file. Raises StoryRefused, with the lines, for what cannot be played."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise StoryRefused((0, "this file cannot be read")) from None
    return parsed(text, str(path))


def parsed(text: str, path: str = "") -> Story:
    """The same from text."""
    page, begun = whole(read(text))
    _keys(page, STORY_KEYS + OPTIONAL_KEYS, needed=STORY_KEYS)
    parts = page.parts
    trust = casting.trust(parts["trust"])
    staff = casting.cast(parts["staff"], trust)
    if not staff:
        raise StoryRefused((parts["staff"].line, "somebody has to act in this story"))
    steps = tuple(_steps(parts["steps"], staff, begun))
    _refuse(_order(parts, steps))
    _refuse(patient_problems(parts["patient"]) if not _malformed_on_purpose(steps) else ())
    at_the_end, never = _finally(parts.get("finally"))
    looks = [step.then for step in steps if step.then] + ([at_the_end] if at_the_end else [])
    _refuse(problem for look in looks for problem in unknown(look, staff))
    return Story(
        scenario=parts["scenario"].text,
        title=parts["title"].word,
        source=parts["source"].text,
        trust=trust,
        patient=parts["patient"],
        start=parts["start"].instant,
        staff=staff,
        steps=steps,
        at_the_end=at_the_end,
        never=never,
        path=path,
    )


def _refuse(problems: Collection[tuple[int, str]] | Iterator[tuple[int, str]]) -> None:
    if found := tuple(problems):
        raise StoryRefused(*found)


def _keys(written: Written, known: Collection[str], needed: Collection[str] = ()) -> None:
    parts = written.parts
    unknown = [(part.line, f"unknown key {key}") for key, part in parts.items() if key not in known]
    missing = [(written.line, f"{key} is missing") for key in needed if key not in parts]
    _refuse(unknown + missing)


def _order(parts: dict[str, Written], steps: tuple[Step, ...]) -> Iterator[tuple[int, str]]:
    """A story that says nothing, goes back in time, or acts on a pathway that is not there yet."""
    if not steps:
        yield parts["steps"].line, "a story without steps shows nothing"
        return
    before: datetime = parts["start"].instant
    for step in steps:
        if step.at < before:
            yield step.line, "this is earlier than what stands before it"
        before = max(before, step.at)
    if steps[0].do != Referral.kind:
        yield steps[0].line, "a story begins with its referral"
    if not any(step.do == Referral.kind and step.patient is None for step in steps):
        yield steps[0].line, "somebody else's referral is none of this patient"
    if not any(step.then for step in steps) and "finally" not in parts:
        yield parts["steps"].line, "nothing is expected of the pathway: add `then` or `finally`"


def _malformed_on_purpose(steps: tuple[Step, ...]) -> bool:
    return any(step.do == Referral.kind and step.wanted.status == MALFORMED for step in steps)


def _finally(written: Written | None) -> tuple[Written | None, tuple[Written, ...]]:
    if written is None:
        return None, ()
    looks = {key: part for key, part in written.parts.items() if key != "never"}
    never = written.parts["never"].items if "never" in written.parts else []
    if not looks and not never:
        raise StoryRefused((written.line, "nothing is expected here"))
    at_the_end = Written(looks, written.line) if looks else None
    _refuse(shape.problems(at_the_end) if at_the_end else ())
    for item in never:
        _refuse(shape.problems_of_never(item))
    return at_the_end, tuple(never)


def _steps(written: Written, staff: dict[str, Signature], begun: tuple[str, ...]) -> Iterator[Step]:
    for place, each in enumerate(written.items):
        if place >= len(begun):
            yield _step(each, staff)
            continue
        try:
            yield replace(_step(each, staff), begun=begun[place])
        except StoryRefused as refused:  # its lines are those of the beginning, or of what the story changes in it
            raise StoryRefused((written.line, f"in the beginning {begun[place]}: {refused}")) from None


def _step(written: Written, staff: dict[str, Signature]) -> Step:
    _keys(written, STEP_KEYS, needed=("at",))
    parts = written.parts
    then = parts.get("then")
    _refuse(shape.problems(then) if then else ())
    at = parts["at"].instant
    if "do" in parts or "announce" in parts:
        return _act(written, at, then, staff)
    _refuse((parts[key].line, f"{key} goes with do") for key in ("by", "with", "patient", "expect") if key in parts)
    if "outside" not in parts and then is None:
        raise StoryRefused((written.line, "nothing happens here: add do, outside or then"))
    outside = parts.get("outside")
    if outside is not None and outside.value not in EVENTS:
        raise StoryRefused((outside.line, f"unknown outside event; known: {', '.join(sorted(EVENTS))}"))
    return Step(written.line, at, outside=outside.word if outside else None, then=then)


def _act(written: Written, at: datetime, then: Written | None, staff: dict[str, Signature]) -> Step:
    parts = written.parts
    if "outside" in parts:
        raise StoryRefused((parts["outside"].line, "either somebody does something here, or the outside world"))
    if "do" in parts and "announce" in parts:
        raise StoryRefused((parts["announce"].line, "either a record of this pathway, or news of the trust"))
    concerns = parts.get("concerns")
    if concerns is not None and ("announce" not in parts or concerns.value != NOBODY):
        raise StoryRefused((concerns.line, "concerns goes with announce, and says nobody"))
    do, by = parts["do"] if "do" in parts else parts["announce"], parts.get("by")
    if do.value not in (registers.ANNOUNCED if "announce" in parts else DESK_KINDS):
        raise StoryRefused((do.line, f"unknown record {do.text}"))
    if by is None or by.value not in staff:
        raise StoryRefused((by.line if by else written.line, "name somebody of the staff: by"))
    wanted = _wanted(parts["expect"]) if "expect" in parts else ACCEPTED
    body = parts.get("with", Written({}, do.line))
    if wanted.status != MALFORMED:
        _refuse(body_problems(KINDS[do.word].record, body, staff))
    patient = _patient(do.word, parts, wanted)
    return Step(
        written.line,
        at,
        do=do.word,
        by=staff[by.word],
        body=body,
        wanted=wanted,
        then=then,
        announces="announce" in parts,
        elsewhere=concerns is not None,
        patient=patient,
    )


DESK_KINDS = frozenset(name for name, kind in KINDS.items() if kind.desk)


def _patient(do: str, parts: dict[str, Written], wanted: Wanted) -> Written | None:
    """The identity that goes with this record: of another patient who is referred, or as it is corrected."""
    patient = parts.get("patient")
    if do not in {Referral.kind, IdentityCorrected.kind}:
        _refuse([(patient.line, "patient goes with referral and identity_corrected")] if patient else ())
    elif patient is not None and wanted.status != MALFORMED:
        _refuse(patient_problems(patient))
    elif patient is None and do == IdentityCorrected.kind:
        raise StoryRefused((parts["do"].line, "say who the patient is: patient"))
    return patient


def _wanted(written: Written) -> Wanted:
    """accepted, or {refused: [rules]}, or {status: n}, or {status: n, field: name}."""
    if written.value == "accepted":
        return ACCEPTED
    if not isinstance(written.value, dict):
        raise StoryRefused((written.line, "expect is accepted, {refused: [...]} or {status: ...}"))
    if "refused" in written.parts:
        _keys(written, ("refused",))
        rules = tuple(_refusal(each) for each in written.parts["refused"].items)
        if not rules:
            raise StoryRefused((written.line, "name the rules that refuse"))
        return Wanted(f"refused by {', '.join(each.rule for each in rules)}", refused=rules)
    _keys(written, ("status", "field"), needed=("status",))
    status, field = written.parts["status"], written.parts.get("field")
    if type(status.value) is not int or not 200 <= status.value <= 599:  # noqa: PLR2004 -- what HTTP can answer
        raise StoryRefused((status.line, "an HTTP status is expected here"))
    text = f"status {status.value}" + (f", field {field.word}" if field else "")
    return Wanted(text, status=status.value, field=field.word if field else None)


def _refusal(written: Written) -> WantedRefusal:
    if not isinstance(written.value, dict):
        return WantedRefusal(written.word)
    _keys(written, ("rule", "field", "paragraph"), needed=("rule",))
    said = {key: part.word for key, part in written.parts.items()}
    return WantedRefusal(said["rule"], said.get("field"), said.get("paragraph"))
