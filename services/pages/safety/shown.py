"""Hazards in the words of a page. What the file says stays as it was written; what a run showed is told by a tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.pathway.people import Role
from shared.safety.hazards import TARGET, Hazard, SafetyFile, link_words
from shared.safety.last_run import LastRun, Standing, Verdict
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.paths import breakable
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken

COLOURS = {
    Standing.PROVEN: "green",
    Standing.IN_PART: "yellow",
    Standing.UNPROVEN: "red",
    Standing.FAILED: "red",
    Verdict.PASSED: "green",
    Verdict.NOT_RUN: "yellow",
    Verdict.FAILED: "red",
}


class Choice(StrEnum):
    """Which hazards the list shows."""

    ALL = "all"
    ABOVE_TARGET = "above_target"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True)
class HazardShown:
    """One line of the list. `before` and `residual` are risks from 1 to 5."""

    id: str
    title: str
    before: int
    residual: int
    on_target: bool
    standing: Tag


@dataclass(frozen=True, slots=True)
class ControlShown:
    words: str
    paragraph: str
    where: str


@dataclass(frozen=True, slots=True)
class ProofShown:
    """A test or story: what it says it shows, where it is written, and what became of it."""

    words: str
    place: str
    verdict: Tag


def listed(safety: SafetyFile, run: LastRun, choice: Choice) -> tuple[HazardShown, ...]:
    """The hazards of this choice, in their order."""
    return tuple(_line(each, run) for each in safety.hazards if _chosen(each, run, choice))


def _chosen(hazard: Hazard, run: LastRun, choice: Choice) -> bool:
    if choice is Choice.ABOVE_TARGET:
        return not hazard.on_target
    return choice is Choice.ALL or run.standing(hazard) is not Standing.PROVEN


def _line(hazard: Hazard, run: LastRun) -> HazardShown:
    return HazardShown(
        hazard.id, hazard.title, hazard.risk, hazard.residual.risk, hazard.on_target, standing_tag(run.standing(hazard))
    )


def standing_tag(standing: Standing) -> Tag:
    return Tag(spoken()(f"safety_standing.{standing.value}"), COLOURS[standing])


def controls(hazard: Hazard) -> Iterator[ControlShown]:
    """What stands against a hazard, with its paragraph in words."""
    yield from (
        ControlShown(each.words, paragraph_words(each.paragraph), breakable(each.where)) for each in hazard.controls
    )


def proofs(hazard: Hazard, run: LastRun) -> Iterator[ProofShown]:
    """Every test and story that a hazard names, and what became of it."""
    for link in hazard.links:
        verdict = run.verdict(link)
        tag = Tag(spoken()(f"safety_verdict.{verdict.value}"), COLOURS[verdict])
        yield ProofShown(link_words(link), breakable(link.partition("::")[0]) if "::" in link else "", tag)


def estimate(hazard: Hazard) -> tuple[tuple[str, str], ...]:
    """Severity, likelihood and risk, before and with the controls, as label and words."""
    say = spoken()
    target = say("safety.on_target" if hazard.on_target else "safety.above_target", target=TARGET)
    return (
        (say("safety.severity"), say(f"safety_severity.{hazard.severity.value}")),
        (say("safety.before"), _estimated(hazard.likelihood.value, hazard.risk)),
        (say("safety.residual"), f"{_estimated(hazard.residual.likelihood.value, hazard.residual.risk)}. {target}"),
    )


def _estimated(likelihood: str, risk: int) -> str:
    say = spoken()
    return say("safety.estimated", likelihood=say(f"safety_likelihood.{likelihood}"), risk=risk)


def run_words(run: LastRun) -> str:
    """When the tests ran; that nothing is known where they have not."""
    say = spoken()
    if run.began_at is None or run.ended_at is None:
        return say("safety.no_run")
    return say("safety.run", began=instant_words(run.began_at), ended=instant_words(run.ended_at))


def owner_words(owner: Role) -> str:
    return spoken()(f"role.{owner.value}")
