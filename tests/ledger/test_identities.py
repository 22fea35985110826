"""A patient's identity corrected, and two patients made one, in the ledger (H-06, H-12)."""

from datetime import date
from typing import Any

import asyncpg
import pytest

from shared.ledger import Kept, PatientIdentity, Refused
from shared.ledger.identities import Correction, Merger
from shared.ledger.spreading import Spreading
from shared.pathway.identity_changes import IdentityCorrected, IdentityPart, PatientMerged
from shared.wiring.clock import ServerClock
from tests.ledger.acting import COORDINATOR, REFERRER, TRUST, LedgerOf, act, kept, opened, patient, synthetic_number

NUMBER = frozenset({IdentityPart.NUMBER})


async def correct(
    ledger_of: LedgerOf, pathway_id: str, new: PatientIdentity, parts: frozenset[IdentityPart] = NUMBER
) -> Any:
    record = IdentityCorrected(parts=parts, why="Wristband and national record agree")
    alongside = Correction(new, parts)
    return await ledger_of("desk_referral").enter(act(pathway_id, record, REFERRER, alongside=alongside))


async def merge(ledger_of: LedgerOf, pathway_id: str, other: str) -> Any:
    record = PatientMerged(other_pathway=other, compared=True, why="Same address")
    return await ledger_of("desk_referral").enter(act(pathway_id, record, COORDINATOR, alongside=Merger(record)))


async def test_a_wrong_number_is_corrected_and_the_old_one_is_kept_apart(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    wrong = patient()
    pathway_id = await opened(ledger_of, patient=wrong)
    right = wrong.model_copy(update={"nhs_number": synthetic_number()})

    kept(await correct(ledger_of, pathway_id, right))

    found = await ledger_of("desk_referral").patient(TRUST, pathway_id, REFERRER)
    assert found == right
    old = await anything.fetchval(
        "SELECT number FROM patient_history WHERE patient_id = (SELECT patient_id FROM pathway WHERE id = $1)",
        pathway_id,
    )
    assert old == wrong.number


async def test_the_entry_of_a_correction_says_nothing_of_who_the_patient_is(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    wrong = patient(name="Synthetic Beta")
    pathway_id = await opened(ledger_of, patient=wrong)
    kept(await correct(ledger_of, pathway_id, wrong.model_copy(update={"nhs_number": synthetic_number()})))

    entry = await anything.fetchrow(
        "SELECT record::text, facts::text FROM entry WHERE pathway_id = $1 AND seq = 2", pathway_id
    )

    assert entry is not None
    assert wrong.number not in entry["record"] + entry["facts"]
    assert "Beta" not in entry["record"] + entry["facts"]


async def test_a_corrected_birth_date_changes_the_age_that_rules_know(ledger_of: LedgerOf) -> None:
    known = patient(date_of_birth=date(1979, 11, 20))
    pathway_id = await opened(ledger_of, patient=known)
    younger = known.model_copy(update={"date_of_birth": date(2009, 11, 20)})
    kept(await correct(ledger_of, pathway_id, younger, frozenset({IdentityPart.DATE_OF_BIRTH})))

    moment = await ledger_of("desk_referral").look(TRUST, pathway_id)

    assert moment is not None
    assert moment.pathway.entries[-1].facts.age_years == moment.facts.age_years == 16


@pytest.mark.parametrize("parts", [frozenset({IdentityPart.NAME}), NUMBER | {IdentityPart.SEX}])
async def test_what_is_corrected_has_to_be_what_was_named(ledger_of: LedgerOf, parts: frozenset[IdentityPart]) -> None:
    wrong = patient()
    pathway_id = await opened(ledger_of, patient=wrong)
    answer = await correct(ledger_of, pathway_id, wrong.model_copy(update={"nhs_number": synthetic_number()}), parts)
    assert isinstance(answer, Refused)
    assert {(each.rule, each.field) for each in answer.refusals} == {("G1", "parts")}


async def test_a_number_of_another_patient_is_not_taken(ledger_of: LedgerOf) -> None:
    wrong, other = patient(), patient(name="Synthetic Gamma")
    pathway_id = await opened(ledger_of, patient=wrong)
    await opened(ledger_of, patient=other)
    answer = await correct(ledger_of, pathway_id, wrong.model_copy(update={"nhs_number": other.nhs_number}))
    assert isinstance(answer, Refused)
    assert {(each.rule, each.field) for each in answer.refusals} == {("R-REF-1", "patient")}


async def test_two_patients_of_one_name_and_birth_date_are_noticed_at_the_referral(ledger_of: LedgerOf) -> None:
    name = f"Synthetic Twin {synthetic_number()}"
    first = await opened(ledger_of, patient=patient(name=name))
    second = await opened(ledger_of, patient=patient(name=name.upper()))
    moment = await ledger_of("desk_referral").look(TRUST, second)
    assert moment is not None
    assert moment.pathway.entries[0].facts.possible_same_person == frozenset({first})


async def test_two_pathways_of_one_patient_keep_everything_and_know_of_each_other(
    ledger_of: LedgerOf, pools: dict[str, asyncpg.Pool], anything: asyncpg.Connection
) -> None:
    here, there = patient(), patient(name="Synthetic Delta")
    first, second = await opened(ledger_of, patient=here), await opened(ledger_of, patient=there)

    kept(await merge(ledger_of, first, second))
    news = Spreading(pools["patency_worker"], ledger_of("patency_worker"), ServerClock())
    while await news.once():
        pass

    owners = await anything.fetch(
        "SELECT DISTINCT patient_id FROM pathway WHERE id = ANY ($1::uuid[])", [first, second]
    )
    assert len(owners) == 1
    moment = await ledger_of("desk_referral").look(TRUST, second)
    assert moment is not None
    told = moment.pathway.record(PatientMerged)  # others' news may have reached it meanwhile
    assert told is not None
    assert told.other_pathway == first


async def test_a_referral_under_the_old_number_finds_the_patient_who_stays(ledger_of: LedgerOf) -> None:
    here, there = patient(), patient()
    first, second = await opened(ledger_of, patient=here), await opened(ledger_of, patient=there)
    kept(await merge(ledger_of, first, second))
    again = await ledger_of("desk_referral").patient(TRUST, second, REFERRER)
    assert again is not None
    assert again.number == here.number


async def test_a_pathway_of_nobody_is_not_merged(ledger_of: LedgerOf) -> None:
    pathway_id = await opened(ledger_of)
    answer = await merge(ledger_of, pathway_id, "3f3a7a0e-0000-4000-8000-000000000000")
    assert isinstance(answer, Refused)
    assert not isinstance(answer, Kept)
