"""What a patient reads before deciding (IPG651 1.1, 1.2, 3.6, 3.7): which leg, what device, research or not."""

from dataclasses import dataclass
from typing import Final

from shared.documents.wording import side_in_words
from shared.pathway.mdt_offer import standing_offer
from shared.pathway.mdt_review import LimbDecision, Outcome
from shared.pathway.question import Moment
from shared.pathway.referral import sides
from shared.web.forms.wording import CHOICES, in_a_sentence

FOR_THE_PUBLIC: Final = "https://www.nice.org.uk/guidance/ipg651/informationforpublic"


@dataclass(frozen=True, slots=True)
class PatientInformation:
    """`device` is "" while no offer stands; `differs`: two legs are offered in different ways."""

    side: str
    device: str
    research: bool
    differs: bool
    nice: str = FOR_THE_PUBLIC


def content(moment: Moment) -> PatientInformation:
    """The leaflet for the legs that are offered the procedure, or for all that were referred while none is."""
    offer = standing_offer(moment)
    offers = offer.offers if offer else ()
    legs = tuple(sorted(each.side for each in offers)) or tuple(sorted(sides(moment.pathway)))
    return PatientInformation(
        side=side_in_words(legs),
        device=device_in_words(offers),
        research=any(each.outcome == Outcome.OFFER_IN_RESEARCH for each in offers),
        differs=len({(each.outcome, each.plan.device_class if each.plan else None) for each in offers}) > 1,
    )


def device_in_words(offers: tuple[LimbDecision, ...]) -> str:
    """The kinds of device the offers name, each once; "" for none."""
    kinds = sorted({each.plan.device_class.value for each in offers if each.plan})
    return ", ".join(in_a_sentence(CHOICES["Mechanism"][each]) for each in kinds)
