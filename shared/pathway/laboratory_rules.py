"""Reading blood results (IPG651 2.3, 3.3): what is known of each value, since when, and what cannot be true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.pathway.laboratory import Bloods, LabResultCritical
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry
from shared.pathway.refusal import Refusal
from shared.policy import Policy
from shared.policy.terms import Plausible


@dataclass(frozen=True, slots=True)
class Analyte:
    """One value of a collection: how it is read, what it is called, and its unit in words."""

    name: str
    words: str
    unit: str
    read: Callable[[Bloods], float | None]


HB = Analyte("hb", "haemoglobin", "g/L", lambda bloods: bloods.hb.value if bloods.hb else None)
PLATELETS = Analyte(
    "platelets", "platelets", "10^9/L", lambda bloods: bloods.platelets.value if bloods.platelets else None
)
CREATININE = Analyte(
    "creatinine", "creatinine", "µmol/L", lambda bloods: bloods.creatinine.value if bloods.creatinine else None
)
INR = Analyte("inr", "INR", "", lambda bloods: bloods.inr)


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of blood with the entry that brought it. `seq` says when the team knew, not when it was taken."""

    entry: Entry
    bloods: Bloods

    @property
    def seq(self) -> int:
        return self.entry.seq

    @property
    def collected_at(self) -> datetime:
        return self.bloods.collected_at


def collections(moment: Moment) -> tuple[Collection, ...]:
    """Every collection, in the order in which the blood was taken."""
    entries = moment.pathway.every(Bloods)
    found = [Collection(entry, entry.record) for entry in entries if isinstance(entry.record, Bloods)]
    return tuple(sorted(found, key=lambda each: (each.collected_at, each.seq)))


def newest(moment: Moment) -> Entry | None:
    """The entry of the blood that was taken last; None when none was. G12 counts its hours from `collected_at`."""
    found = collections(moment)
    return found[-1].entry if found else None


def value(moment: Moment, analyte: Analyte) -> float | None:
    """The newest measured value; a collection that left it out says nothing about it."""
    return _last(analyte, collections(moment))


def known_at(moment: Moment, seq: int, analyte: Analyte) -> float | None:
    """The value the team knew when entry `seq` was written: the newest taken among those written down before it."""
    return _last(analyte, tuple(each for each in collections(moment) if each.seq < seq))


def baseline(moment: Moment, analyte: Analyte, before: datetime) -> float | None:
    """The newest value taken up to `before`, for comparing with what came after (a procedure, a bleed)."""
    return _last(analyte, tuple(each for each in collections(moment) if each.collected_at <= before))


def _last(analyte: Analyte, among: tuple[Collection, ...]) -> float | None:
    values = (analyte.read(each.bloods) for each in reversed(among))
    return next((each for each in values if each is not None), None)


def refusals(question: Question[Bloods]) -> Iterator[Refusal]:
    """Why these results cannot stand.

    Refuses: blood taken in the future, nothing measured at all, a value so far out that its unit has to be
    checked (clinical.md 1, hazard H-26). Guidance: 2.3, 3.3.
    """
    record = question.record
    if record.collected_at > question.now:
        yield Refusal("G12", "collected_at", "This lies in the future", "2.3")
    if not any(_said(record)):
        yield Refusal("G12", "", "Write down at least one result, or the colour of the urine", "2.3")
    for analyte, plausible in _ranges(question.policy):
        yield from implausible(analyte.name, analyte.words, analyte.unit, analyte.read(record), plausible)


def _said(record: Bloods) -> Iterator[bool]:
    yield record.urine_colour != "not_seen"
    results = set(Bloods.model_fields) - {"collected_at", "urine_colour"}
    yield from (getattr(record, name) is not None for name in sorted(results))


def _ranges(policy: Policy) -> tuple[tuple[Analyte, Plausible], ...]:
    return (
        (HB, policy.plausible_hb),
        (PLATELETS, policy.plausible_platelets),
        (CREATININE, policy.plausible_creatinine),
    )


def implausible(field: str, words: str, unit: str, found: float | None, plausible: Plausible) -> Iterator[Refusal]:
    """A value outside the plausible range is asked about again; the value itself is never repeated in the words."""
    if found is not None and found not in plausible:
        limits = f"{plausible.low:g} to {plausible.high:g} {unit}"
        asked = f"Check the value and the unit: {words} is written down in {unit}, usually {limits}"
        yield Refusal("H-26", field, asked, "D")


def critical_refusals(question: Question[LabResultCritical]) -> Iterator[Refusal]:
    """Why this call of the laboratory cannot stand.

    Refuses: a sample of the future. Guidance: 2.3.
    """
    if question.record.collected_at > question.now:
        yield Refusal("G12", "collected_at", "This lies in the future", "2.3")
