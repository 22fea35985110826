"""What somebody fills in: the forms of one record, leaf by leaf, and what is read from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.ledger import PatientIdentity
from shared.ledger.patient import KINDS_OF_NUMBER
from shared.pathway.break_glass import BreakGlass
from shared.pathway.consent import ConsentWithdrawn
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.record import Part
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.forms import places
from shared.web.forms.check_answers import Row, summary
from shared.web.forms.description import describe
from shared.web.forms.layouts import Page, page_of, steps
from shared.web.forms.problems import ErrorItem, refusal_errors
from shared.web.forms.raw import EMPTY, RawForm, compacted, gathered
from shared.web.forms.reading import read_raw, too_few
from shared.web.pages.shown.instants import grouped
from shared.web.pages.words import spoken
from shared.web.problems import FieldError

CHECK = "check"
IDENTITY = Page("identity", "Who the patient is", tuple(PatientIdentity.model_fields))
# A withdrawal is one action, a threatened limb cannot wait; saying that one has read a notice undoes nothing. A death
# is read once more beside the name: of the wrong patient it stops what keeps somebody alive (hazard H-05).
AT_ONCE = frozenset({ConsentWithdrawn.kind, BreakGlass.kind, NoticeAcknowledged.kind})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of paper. `part` is what its questions belong to."""

    part: type[Part]
    page: Page

    @property
    def slug(self) -> str:
        return self.page.slug


@dataclass(frozen=True, slots=True)
class Told:
    """What was read from all leaves: every part that is right, or what is wrong and on which leaf it is first."""

    parts: tuple[Part, ...]
    wrong: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """The leaves of one kind of record, in order."""

    kind: Kind
    leaves: tuple[Leaf, ...]

    @property
    def parts(self) -> tuple[type[Part], ...]:
        return tuple(dict.fromkeys(leaf.part for leaf in self.leaves))

    @property
    def checked(self) -> bool:
        """Whether answers are shown once more before they count."""
        return self.kind.name not in AT_ONCE

    def leaf(self, slug: str) -> Leaf | None:
        return next((leaf for leaf in self.leaves if leaf.slug == slug), None)

    def after(self, leaf: Leaf) -> Leaf | None:
        place = self.leaves.index(leaf) + 1
        return self.leaves[place] if place < len(self.leaves) else None

    def gathered(self, posted: Iterable[tuple[str, object]]) -> RawForm:
        """What was posted for this paper, whichever leaf it stands on."""
        given = tuple(posted)
        found = {name: text for part in self.parts for name, text in gathered(describe(part), given).texts.items()}
        return RawForm(found | _without_spaces(found) if PatientIdentity in self.parts else found)

    def tidied(self, raw: RawForm) -> RawForm:
        """Without rows that were left empty."""
        for part in self.parts:
            raw = compacted(describe(part), raw)
        return raw

    def wrong_on(self, leaf: Leaf, raw: RawForm) -> tuple[FieldError, ...]:
        """What is wrong with the answers of one leaf, in page order."""
        page = leaf.page
        whole = set(page.fields) == set(leaf.part.model_fields) and not page.left_out
        told = (*read_raw(leaf.part, raw, only=None if whole else page.fields).errors, *too_few(leaf.part, raw))
        rank = places.order(describe(leaf.part).fields, raw)
        wrong = sorted((e for e in told if whole or page.asks(e.field)), key=lambda e: rank.get(e.field, -1))
        return tuple(map(_in_digits, wrong)) if leaf.part is PatientIdentity else tuple(wrong)

    def read(self, raw: RawForm) -> Told:
        """Every part, once all leaves are right."""
        models = tuple(read_raw(part, raw).model for part in self.parts)
        whole = tuple(model for model in models if model is not None)
        if len(whole) == len(models):  # then nothing is wrong on any leaf
            return Told(whole)
        return Told((), next((leaf for leaf in self.leaves if self.wrong_on(leaf, raw)), self.leaves[0]))

    def rows(self, raw: RawForm) -> tuple[Row, ...]:
        """Every question with its answer, and the leaf on which it can be changed."""
        return tuple(self._at_leaf(part, row) for part in self.parts for row in summary(part, raw))

    def _at_leaf(self, part: type[Part], row: Row) -> Row:
        if part is not PatientIdentity:
            return row
        answer = tuple(map(grouped, row.answer)) if row.place in KINDS_OF_NUMBER else row.answer
        return replace(row, slug=IDENTITY.slug, section=(IDENTITY.title,), answer=answer)

    def refused(self, refusals: Iterable[Refusal], raw: RawForm, base: str) -> tuple[ErrorItem, ...]:
        """Refusals as lines of an error summary that lead to the leaf of each, wherever it is."""
        return tuple(self._line(each, raw, base) for each in refusals)

    def _line(self, refusal: Refusal, raw: RawForm, base: str) -> ErrorItem:
        for part in self.parts:
            form = describe(part)
            place = places.at(form, refusal.field, raw)
            if place is not None:
                slug = IDENTITY.slug if part is PatientIdentity else page_of(part, refusal.field).slug
                return ErrorItem(refusal.words, f"{base}/{slug}#{places.anchor(place, raw)}")
        about_patient = refusal.field == "patient" and PatientIdentity in self.parts
        return ErrorItem(refusal.words, f"{base}/{IDENTITY.slug}#nhs_number" if about_patient else "")

    def refused_here(self, refusals: Iterable[Refusal], raw: RawForm) -> tuple[FieldError, ...]:
        """The same for paper of one leaf: each beside its question."""
        return refusal_errors(refusals, describe(self.parts[0]), raw)


def _without_spaces(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Numbers are read out and typed in groups."""
    given = {name: found[name] for name in KINDS_OF_NUMBER if name in found}
    return {name: tuple("".join(text.split()) for text in texts) for name, texts in given.items()}


def _in_digits(error: FieldError) -> FieldError:
    """A number of another form than ten digits is told as such."""
    if error.field not in KINDS_OF_NUMBER or "have only letters" not in error.reason:
        return error
    return FieldError(error.field, spoken()("referral.ten_digits"))


def paper_of(kind: Kind) -> Paper:
    """The paper of a record that is added to a pathway."""
    return Paper(kind, tuple(Leaf(kind.record, page) for page in steps(kind.record)))


def referral_paper() -> Paper:
    """The paper that opens a pathway: who the patient is comes first."""
    identity = Leaf(PatientIdentity, IDENTITY)
    return Paper(KINDS[Referral.kind], (identity, *(Leaf(Referral, page) for page in steps(Referral))))


def identity_paper() -> Paper:
    """The paper that corrects who the patient is: the whole identity as it should be, then what was wrong."""
    identity = Leaf(PatientIdentity, IDENTITY)
    return Paper(
        KINDS[IdentityCorrected.kind], (identity, *(Leaf(IdentityCorrected, p) for p in steps(IdentityCorrected)))
    )


def restored(kept: object) -> RawForm:
    """What a draft holds. Whatever is not texts by name is left out."""
    if not isinstance(kept, dict):
        return EMPTY
    told = {name: tuple(text for text in texts if isinstance(text, str)) for name, texts in kept.items() if texts}
    return RawForm({name: texts for name, texts in told.items() if isinstance(name, str)})
