"""What stands beside a form: the legs, their class and why, what is judged, the conditions to start."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.pages.records.judged import Judged, judged
from services.pages.records.scene import Scene
from shared.pathway.classification import Classification
from shared.pathway.consent import Consent
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.referral import NewImaging
from shared.pathway.trust_news import AuthorisationSuspended, DeviceRecall, GuidanceSuperseded, StaffLeft, StudyClosed
from shared.web.pages.shown.arrangement import arrangement_tag
from shared.web.pages.shown.conditions import Conditions, conditions, paragraph_words
from shared.web.pages.shown.legs import LegsShown, limb_drawing, sentence
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.shapes import Limb

SAID = frozenset(each.kind for each in (MdtReview, ProcedureStart, ProcedureEnd))  # the legs in words, before all else
DRAWN = SAID | {each.kind for each in (Classification, NewImaging, MdtSignOff, Consent)}
NEWS_OF_THE_TRUST = frozenset(
    each.kind for each in (DeviceRecall, AuthorisationSuspended, StudyClosed, GuidanceSuperseded, StaffLeft)
)
ABOUT_CLASS = frozenset(each.kind for each in (Classification, MdtReview, MdtSignOff))


@dataclass(frozen=True, slots=True)
class LimbShown:
    """The class of one leg, in words: advice that a clinician commits (YR1)."""

    side: str
    tag: Tag
    reasons: tuple[str, ...]
    paragraphs: str
    facts: str
    human: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """Whatever is empty is not shown. `alongside`: the drawing stands beside the questions where there is room.

    `one_pathway`: what is written here counts for this patient alone, and the trust has a register for everybody.
    `unfolded`: the drawing is open, and says its sentences itself. `stopped`: a condition is not met.
    """

    legs: LegsShown | None
    limbs: tuple[LimbShown, ...]
    judged: tuple[Judged, ...]
    conditions: Conditions | None
    sentences: tuple[str, ...]
    alongside: bool
    one_pathway: bool
    unfolded: bool

    @property
    def stopped(self) -> bool:
        return self.conditions is not None and any(row.tag.colour not in QUIET for row in self.conditions.rows)


QUIET = frozenset({"green", "grey"})
"""Met, or decided at the sign in: nothing to read before the questions."""


def advice(kind: str, scene: Scene, names: Mapping[str, str], *, first: bool = True) -> Advice:
    """What stands beside the form of this kind: on its `first` page with the drawing, on others in words.

    `names` are what the staff directory calls people, by their ids.
    """
    unfolded = first and kind in SAID and bool(scene.legs)
    said = kind in SAID and not unfolded
    return Advice(
        limb_drawing(scene.legs) if kind in DRAWN and scene.legs else None,
        limbs_shown(scene.answer.limbs) if kind in ABOUT_CLASS else (),
        judged(kind, scene.moment, names),
        _unmet(conditions(scene.answer.gates)) if kind == ProcedureStart.kind else None,
        tuple(sentence(side, found) for side, found in scene.legs.items()) if said else (),
        kind in SAID,
        kind in NEWS_OF_THE_TRUST,
        unfolded,
    )


def _unmet(found: Conditions) -> Conditions:
    """Only what stands in the way; the case page has all of them."""
    return replace(found, met=())


def limbs_shown(limbs: tuple[Limb, ...]) -> tuple[LimbShown, ...]:
    """Each leg with its class, why, and on which paragraphs that rests."""
    return tuple(_limb(each) for each in limbs)


def _limb(limb: Limb) -> LimbShown:
    say = spoken()
    facts = say(
        "case.limb_facts",
        age=say(f"clot_age.{limb.clot_age.value}"),
        site=say(f"ng158.{limb.ng158_site}"),
        let=", ".join(limb.let_class) or say("case.let_none"),
    )
    return LimbShown(
        say("side.leg", side=say(f"side.{limb.side.value}")),
        arrangement_tag(limb.cls, say),
        limb.reasons,
        ", ".join(paragraph_words(each) for each in limb.paragraphs),
        facts,
        limb.human,
    )
