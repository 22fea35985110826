"""The patient banner, by the rules of the old NHS Common User Interface: the name unlabelled, labels before values.

A desk that may not know who the patient is shows the pathway's short reference instead.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from shared.pathway.anatomy import Side
from shared.pathway.choices import Urgency
from shared.pathway.civil_time import civil
from shared.web.pages.shown.instants import born_words, grouped, years_between
from shared.web.pages.shown.tag import Tag, joined
from shared.web.pages.shown.window import WindowBar
from shared.web.pages.words import Words, spoken
from shared.web.shapes import Patient

URGENCY_COLOURS = {Urgency.ROUTINE_URGENT: "blue", Urgency.URGENT_24H: "orange", Urgency.EMERGENCY: "red"}
NUMBERS = ("nhs_number", "chi", "hc_number", "temporary_id")
VERIFIED = "number_present_and_verified"
REFERENCE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and its value. `numeric` values are never broken over two lines."""

    label: str
    value: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands on top of every page about one pathway. `name` is "" where the patient is not shown.

    `shown_at` is where this reader finds who it is, "" for whoever may not know and where the name is shown.
    """

    name: str
    facts: tuple[Labelled, ...]
    reference: str
    side: str
    window: WindowBar | None
    tags: tuple[Tag, ...]
    region: str
    withheld: str
    shown_at: str = ""


def patient_banner(
    patient: Patient,
    *,
    pathway_id: str,
    sides: Collection[Side],
    urgency: Urgency | None,
    window: WindowBar | None,
    now: datetime,
    say: Words | None = None,
) -> Banner:
    """The banner with the patient's identity, for clinicians. `now` is the pathway's own time.

    `urgency` is None once nothing is urgent any more.
    """
    say = say or spoken()
    tags = [] if patient.number_status == VERIFIED else [Tag(say("patient.not_verified"), "orange")]
    return Banner(
        name_words(patient.name) or say("patient.not_known"),
        (
            Labelled(say("patient.born"), _born(patient.date_of_birth, civil(now), say)),
            Labelled(say("patient.sex"), say(f"sex.{patient.sex}")),
            _number(patient, say),
        ),
        reference_words(pathway_id),
        side_words(sides, say),
        window,
        (*_urgency(urgency, say), *tags),
        say("patient.region"),
        "",
    )


def banner_before_referral(patient: Patient, *, sides: Collection[Side], say: Words | None = None) -> Banner:
    """The banner of a referral that is still being written: who it is about, and that nobody has it yet."""
    say = say or spoken()
    born = born_words(patient.date_of_birth) if patient.date_of_birth else say("patient.not_known")
    facts = (
        Labelled(say("patient.born"), born),
        Labelled(say("patient.sex"), say(f"sex.{patient.sex}")),
        _number(patient, say),
    )
    tags = (Tag(say("patient.not_referred_yet"), "yellow"),)
    name = name_words(patient.name) or say("patient.not_known")
    return Banner(name, facts, "", side_words(sides, say), None, tags, say("patient.region"), "")


def pathway_banner(
    *,
    pathway_id: str,
    sides: Collection[Side],
    urgency: Urgency | None,
    window: WindowBar | None,
    shown_at: str = "",
    say: Words | None = None,
) -> Banner:
    """The banner without identity: for roles that see pathways and not patients, and on desks that know no patient.

    With `shown_at` the reader may know who it is, and is told to check it there. `urgency` as in the other.
    """
    say = say or spoken()
    reference = reference_words(pathway_id)
    return Banner(
        "",
        (),
        reference,
        side_words(sides, say),
        window,
        _urgency(urgency, say),
        say("patient.pathway_region"),
        say("patient.check_the_case", reference=reference) if shown_at else say("patient.withheld"),
        shown_at,
    )


def name_words(name: str) -> str:
    """The name as "SURNAME, Given" if it was written with a comma; else as written, for nobody can tell the surname."""
    surname, comma, given = name.partition(",")
    return f"{surname.strip().upper()}, {given.strip()}" if comma and given.strip() else name.strip()


def reference_words(pathway_id: str) -> str:
    """The first digits of a pathway's id, for reading out: "3F2A-9C1B". It identifies nobody."""
    digits = pathway_id.replace("-", "")[:REFERENCE_DIGITS].upper()
    return f"{digits[:4]}-{digits[4:]}"


def urgency_tag(urgency: Urgency, say: Words | None = None) -> Tag:
    """How urgent it is, until the patient is treated: nobody hurries afterwards."""
    say = say or spoken()
    return Tag(say(f"urgency.{urgency.value}"), URGENCY_COLOURS[urgency])


def leg_words(sides: Collection[Side], say: Words | None = None) -> str:
    """Such as "LEFT leg", "LEFT and RIGHT legs"."""
    say = say or spoken()
    return say("side.legs" if len(set(sides)) > 1 else "side.leg", side=side_words(sides, say))


def side_words(sides: Collection[Side], say: Words | None = None) -> str:
    """Such as "LEFT", "RIGHT", "LEFT and RIGHT"; in words, always."""
    say = say or spoken()
    found = [say(f"side.{side.value}") for side in Side if side in sides]
    return joined(found, say("legs.and")) or say("side.none")


def _born(born: date | None, today: date, say: Words) -> str:
    if born is None:
        return say("patient.not_known")
    return f"{born_words(born)} ({say('patient.age_years', years=years_between(born, today))})"


def _number(patient: Patient, say: Words) -> Labelled:
    for kind in NUMBERS:
        value = getattr(patient, kind)
        if value:
            return Labelled(say(f"patient.{kind}"), grouped(value), numeric=True)
    return Labelled(say("patient.no_number"), say("patient.not_known"))


def _urgency(urgency: Urgency | None, say: Words) -> tuple[Tag, ...]:
    return () if urgency is None else (urgency_tag(urgency, say),)
