"""The gates to start a procedure (clinical.md 5.1), each with its state, its reason and its paragraph."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.shown.tag import Tag, joined
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownGate

COLOURS = {
    "open": "green",
    "shut": "red",
    "after": "yellow",
    "at_sign_in": "grey",
    "broken": "orange",
    "recorded": "yellow",
}

ORDER = ("shut", "broken", "recorded", "after", "at_sign_in")


@dataclass(frozen=True, slots=True)
class Condition:
    id: str
    name: str
    tag: Tag
    reasons: tuple[str, ...]
    paragraph: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """`rows` are those that are not met, or not yet, what shuts the way first; `met` are the others."""

    summary: str
    rows: tuple[Condition, ...]
    met: tuple[Condition, ...]
    met_summary: str


def conditions(gates: Collection[ShownGate], say: Words | None = None) -> Conditions:
    """Every gate, those of a kind in the order of their numbers."""
    say = say or spoken()
    unmet = sorted((each for each in gates if each.state != "open"), key=lambda each: ORDER.index(each.state))
    met = tuple(_row(each, say) for each in gates if each.state == "open")
    rows = tuple(_row(each, say) for each in unmet)
    return Conditions(_summary([each.state for each in gates], say), rows, met, say.counted("gate.met", len(met)))


def _summary(states: list[str], say: Words) -> str:
    if shut := states.count("shut"):
        return say.counted("gate.some_shut", shut, all=len(states))
    if {"broken", "recorded"} & set(states):
        return say("gate.some_broken")
    if "after" in states:
        return say("gate.some_after")
    return say("gate.rest_at_sign_in" if "at_sign_in" in states else "gate.all_open")


def _row(gate: ShownGate, say: Words) -> Condition:
    return Condition(
        gate.id,
        say(f"gate.{gate.id}"),
        Tag(say(f"gate_state.{gate.state}"), COLOURS[gate.state]),
        tuple(filter(None, gate.reason.split("; "))),
        source_words(gate.paragraph, say),
    )


def gates_words(gates: Iterable[str], say: Words | None = None) -> str:
    """Gates that were broken, such as "MDT offer (G4) and consent (G7)": never a code alone."""
    say = say or spoken()
    told = [CHOICES["Breakable"][each] for each in sorted(gates, key=lambda gate: int(gate.removeprefix("G")))]
    named = (each.partition(": ") for each in told)
    return joined([f"{what} ({gate})" for gate, _colon, what in named], say("legs.and"))


def source_words(paragraph: str, say: Words | None = None) -> str:
    """Where a condition comes from: a paragraph of IPG651 by its name, anything else by its own words."""
    say = say or spoken()
    words = paragraph_words(paragraph, say)
    return words if f"paragraph.{paragraph}" in say else say("gate.of_ipg651", paragraph=in_a_sentence(words))


def paragraph_words(paragraph: str, say: Words | None = None) -> str:
    """A paragraph of IPG651 in words: a number, one of "Your responsibility", or a default of this project."""
    say = say or spoken()
    key = f"paragraph.{paragraph}"
    return say(key) if key in say else say("paragraph.one", number=paragraph)


def headed(paragraph: str, say: Words | None = None) -> str:
    """The same for a heading, with what it is about behind it: a number alone says nothing to most readers."""
    say = say or spoken()
    return say("paragraph.headed", words=paragraph_words(paragraph, say), subject=say(f"paragraph_subject.{paragraph}"))
