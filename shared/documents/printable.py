"""One document ready to be drawn: which template, what it says, about whom, and from which entry it was made."""

from dataclasses import dataclass
from datetime import date

from shared.documents import consent_form, filter_letter, letters, patient_information
from shared.documents.wording import Wording, shared_words, wording
from shared.pathway.documents import Document, at_entry
from shared.pathway.question import Moment
from shared.web.pages.shown.banner import NUMBERS, VERIFIED, name_words, reference_words
from shared.web.pages.shown.instants import born_words, grouped, instant_words
from shared.web.shapes import Patient


@dataclass(frozen=True, slots=True)
class Whom:
    """Whose document it is, as printed. `verified` is False for a number that nobody has traced."""

    name: str
    born: str
    number_label: str
    number: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every page says of its document. All of it follows from the entry, so the same entry gives the same page."""

    trust: str
    reference: str
    training: bool
    whom: Whom | None
    entry: int
    at: str


@dataclass(frozen=True, slots=True)
class Printable:
    """`content` is what the template of this name draws; `title` is the PDF's own, and names nobody."""

    name: str
    content: object
    stamp: Stamp | None

    @property
    def say(self) -> Wording:
        return wording(self.name)

    @property
    def title(self) -> str:
        return self.say("title")

    @property
    def version(self) -> str:
        return self.say.version


_CONTENTS = {
    "patient_information": patient_information.content,
    "consent_form": consent_form.content,
    "discharge_letter": letters.content,
    "patient_letter": letters.content,
    "filter_letter": filter_letter.content,
}


def printable(
    document: Document, moment: Moment, *, made_from: int, patient: Patient | None, trust_name: str, training: bool
) -> Printable:
    """This document of the pathway as it stood at entry `made_from`. Raises IndexError for one it does not have."""
    then = at_entry(moment, made_from)
    stamp = Stamp(
        trust=trust_name,
        reference=reference_words(then.pathway.id),
        training=training,
        whom=_whom(patient) if patient else None,
        entry=made_from,
        at=instant_words(then.now),
    )
    return Printable(document, _CONTENTS[document](then), stamp)


def _whom(patient: Patient) -> Whom:
    kind = next((each for each in NUMBERS if getattr(patient, each)), "nhs_number")
    number = getattr(patient, kind) or shared_words()("not_known")
    return Whom(
        name=name_words(patient.name),
        born=_born(patient.date_of_birth),
        number_label=shared_words()(kind),
        number=grouped(number),
        verified=patient.number_status == VERIFIED,
    )


def _born(born: date | None) -> str:
    return born_words(born) if born else shared_words()("not_known")
