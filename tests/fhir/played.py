"""Pathways to tell: the acceptance stories played on the clinical core, at every entry they went through."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from deploy.scenarios.never import Watch
from deploy.scenarios.playing import play
from deploy.scenarios.pure import PureStage
from deploy.scenarios.reading import story
from shared.fhir.elements import Case, Identity, Json
from shared.fhir.everything import bundle, resources
from shared.ledger import PatientIdentity
from shared.ledger.moments import as_it_stood
from shared.pathway.anatomy import Finding, Segment, Side
from shared.pathway.choices import Urgency
from shared.pathway.decide import next_entry
from shared.pathway.pathway import Pathway
from shared.pathway.question import Moment
from shared.pathway.referral import Modality, RiskFactor
from shared.policy import load
from tests.forms import referral as form
from tests.forms.filled import london
from tests.ledger.acting import REFERRER

STORIES = Path(__file__).parents[1] / "scenarios"
ACCEPTANCE = ("A1", "A2", "A3", "A4", "A5")
PATIENT_ID = "00000000-0000-4000-8000-00000000000b"
REFERRED_ID = "00000000-0000-4000-8000-00000000000c"
ROOT = "http://127.0.0.1:8000/fhir"


def identity(found: PatientIdentity) -> Identity:
    status, sex = found.number_status.value, found.sex.value
    return Identity(found.number_kind, found.number, status, found.name, found.date_of_birth, sex)


@cache
def ended(name: str) -> Case:
    """A story at its end, told to somebody who may know who the patient is."""
    return asyncio.run(_played(name))


async def _played(name: str) -> Case:
    told = story(STORIES / f"{name}.yaml")
    watch = Watch(told.never)
    stage = PureStage(told, watch.see)
    async for check in play(told, stage, watch):
        assert check.passed, check
    assert stage.pathway is not None
    assert stage.patient is not None
    return Case(stage._moment(stage.pathway), PATIENT_ID, identity(stage.patient))


def states(name: str) -> Iterator[Case]:
    """The same story after each of its entries, as it stood then."""
    last = ended(name)
    for entry in last.moment.pathway.entries:
        stood = as_it_stood(last.moment, entry.at)
        if stood is not None:
            yield replace(last, moment=stood)


def referred(seed: int) -> Case:
    """A pathway with nothing but a referral, made up by this seed: one leg or two, any veins, any urgency."""
    chance = random.Random(seed)  # noqa: S311 -- made-up referrals, the same in every run
    sides = chance.choice([(Side.LEFT,), (Side.RIGHT,), (Side.LEFT, Side.RIGHT)])
    limbs = [
        form.limb(
            side,
            {each: chance.choice(list(Finding)) for each in Segment if chance.random() < 0.8}
            or {Segment.IVC: Finding.CLEAR},
            imaging=form.imaging(side, modality=chance.choice(list(Modality))),
        )
        for side in sides
    ]
    risks = frozenset(chance.sample(list(RiskFactor), chance.randrange(4)))
    referral = form.referral(*limbs, urgency=chance.choice(list(Urgency)), risk_factors=risks)
    now = london("2026-03-03T09:00")
    moment = Moment(Pathway(REFERRED_ID, "RXX"), load(), now, ended("A1").moment.facts)
    entry = next_entry(moment, referral, REFERRER)
    return Case(replace(moment, pathway=moment.pathway.with_entry(entry)), PATIENT_ID, None)


def told(case: Case) -> Json:
    return bundle(resources(case), ROOT)
