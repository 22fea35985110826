"""The consent form (IPG651 1.2, 3.7): as the newest consent has it, or empty where the patient has yet to decide."""

from dataclasses import dataclass

from shared.documents.patient_information import device_in_words
from shared.documents.wording import side_in_words, wording
from shared.pathway.consent import Consent, ConsentLine, ConsentWithdrawn, InformationItem, LineStatus
from shared.pathway.consent_rules import line_status, withdrawals, withdrawn
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.shown.instants import instant_words


@dataclass(frozen=True, slots=True)
class Asked:
    """One line or one item. `answer` is "" on a form to sign."""

    about: str
    answer: str


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """`entry` is 0 on a form to sign. `void` says why a form that is filled in permits nothing, "" otherwise."""

    side: str
    device: str
    lines: tuple[Asked, ...]
    items: tuple[Asked, ...]
    entry: int = 0
    signed_at: str = ""
    void: str = ""
    written: str = ""
    nice: str = ""
    matters: str = ""
    questions: str = ""
    interpreter: str = ""
    study: str = ""

    @property
    def to_sign(self) -> bool:
        return not self.entry


def content(moment: Moment) -> ConsentForm:
    """Filled from the newest consent; to sign while the patient was not asked about the offer that stands."""
    entry = moment.pathway.latest(Consent)
    offer = standing_offer(moment)
    if entry is None or not isinstance(entry.record, Consent) or (offer is not None and entry.seq < offer.seq):
        return _to_sign(moment)
    return _filled(moment, entry, entry.record)


def _to_sign(moment: Moment) -> ConsentForm:
    offer = standing_offer(moment)
    offers = offer.offers if offer else ()
    return ConsentForm(
        side=side_in_words(tuple(sorted(each.side for each in offers))),
        device=device_in_words(offers),
        lines=tuple(Asked(CHOICES["ConsentLine"][each], "") for each in ConsentLine),
        items=tuple(Asked(CHOICES["InformationItem"][each], "") for each in InformationItem),
    )


def _filled(moment: Moment, entry: Entry, taken: Consent) -> ConsentForm:
    say = wording("consent_form")
    return ConsentForm(
        side=side_in_words(tuple(sorted(taken.sides))),
        device=in_a_sentence(CHOICES["Mechanism"][taken.device_class]),
        lines=tuple(Asked(CHOICES["ConsentLine"][each], _status(moment, each)) for each in ConsentLine),
        items=tuple(Asked(CHOICES["InformationItem"][each], _discussed(taken, each)) for each in InformationItem),
        entry=entry.seq,
        signed_at=instant_words(taken.signed_at),
        void=_void(moment, taken),
        written=_written(taken),
        nice=_nice(taken),
        matters=taken.what_matters,
        questions=taken.patient_questions or say("questions_none"),
        interpreter=_interpreter(taken),
        study=say("study", study=taken.study_id) if taken.study_id else "",
    )


def _status(moment: Moment, line: ConsentLine) -> str:
    return CHOICES["LineStatus"][line_status(moment, line)]


def _discussed(taken: Consent, item: InformationItem) -> str:
    say, because = wording("consent_form"), taken.not_discussed_because.get(item)
    if item in taken.discussed:
        return say("discussed")
    return say("not_discussed", because=because) if because else say("not_said")


def _void(moment: Moment, taken: Consent) -> str:
    """A withdrawn or refused consent must never look like a permission."""
    say = wording("consent_form")
    if withdrawn(moment):
        said = withdrawals(moment)[-1].record
        assert isinstance(said, ConsentWithdrawn)  # noqa: S101 -- entries are filed by their own kind
        return say("withdrawn", at=instant_words(said.told_at))
    given = taken.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.GIVEN
    return "" if given else say("not_for_this")


def _written(taken: Consent) -> str:
    say, leaflet = wording("consent_form"), taken.written_information
    if leaflet is None:
        return say("given_none")
    return say("given", document=leaflet.document_id, version=leaflet.version, at=instant_words(leaflet.given_at))


def _nice(taken: Consent) -> str:
    say, nice = wording("consent_form"), taken.nice_information
    return say("nice_given") if nice.given else say("nice_not_given", because=nice.reason_not_given or "-")


def _interpreter(taken: Consent) -> str:
    say, found = wording("consent_form"), taken.interpreter
    if found.interpreter_id is not None:
        return say("interpreter_there", id=found.interpreter_id)
    return say("interpreter_without", because=found.reason_without or "-") if found.needed else say("interpreter_none")
