import asyncio
from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from shared.ledger import Kept, KeyReused, NotAllowed, NumberStatus, Refused, Sex
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer
from shared.pathway.people import Role, Signature
from tests.forms import referral as referral_form
from tests.ledger.acting import LedgerOf, kept, opened, opening, patient, synthetic_number

DIRECT = """
INSERT INTO patient (trust, training, number_kind, number, name, sex, number_status)
VALUES ($1, $2, 'nhs_number', $3, 'Somebody', 'male', 'trace_required')
"""


async def test_a_referral_opens_a_pathway_on_its_own_clock(ledger_of: LedgerOf) -> None:
    asked = opening()
    answer = kept(await ledger_of("desk_referral").open_pathway(asked))
    assert (answer.version, answer.at) == (1, asked.training_now)


async def test_the_same_key_opens_once_however_often_at_once(ledger_of: LedgerOf) -> None:
    asked = opening()
    answers = await asyncio.gather(*(ledger_of("desk_referral").open_pathway(asked) for _ in range(20)))
    assert len({kept(each).pathway_id for each in answers}) == 1
    assert sum(not kept(each).replayed for each in answers) == 1


async def test_the_same_key_for_another_patient_opens_nothing(ledger_of: LedgerOf) -> None:
    key = str(uuid4())
    asked = [opening(key=key, body_hash=str(number).encode()) for number in range(5)]
    answers = await asyncio.gather(*(ledger_of("desk_referral").open_pathway(each) for each in asked))
    assert sorted(type(each).__name__ for each in answers) == ["Kept", *["KeyReused"] * 4]
    assert await ledger_of("desk_referral").open_pathway(opening(key=key)) == KeyReused()


async def test_two_referrals_of_one_leg_at_once_open_one_pathway(ledger_of: LedgerOf) -> None:
    same = patient()
    asked = [opening(patient=same) for _ in range(6)]
    answers = await asyncio.gather(*(ledger_of("desk_referral").open_pathway(each) for each in asked))
    assert sum(isinstance(each, Kept) for each in answers) == 1
    refused = [each for each in answers if isinstance(each, Refused)]
    assert len(refused) == 5
    assert {each.refusals[0].rule for each in refused} == {"R-REF-1"}


async def test_the_other_leg_of_a_known_patient_opens_a_pathway_of_the_same_patient(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    same = patient()
    one = await opened(ledger_of, patient=same)
    right = referral_form.referral(referral_form.limb(Side.RIGHT))
    other = await opened(ledger_of, patient=same, referral=right)
    assert one != other
    patients = await anything.fetchval(
        "SELECT count(DISTINCT patient_id) FROM pathway WHERE id = ANY ($1)", [one, other]
    )
    assert patients == 1


@pytest.mark.parametrize(
    "changed",
    [{"name": "Somebody Else"}, {"date_of_birth": date(1980, 11, 20)}, {"sex": Sex.FEMALE}],
    ids=["name", "birth", "sex"],
)
async def test_a_number_that_stands_for_somebody_else_is_refused(
    changed: dict[str, object], ledger_of: LedgerOf
) -> None:
    known = patient()
    await opened(ledger_of, patient=known)
    right = referral_form.referral(referral_form.limb(Side.RIGHT))
    wrong = patient(nhs_number=known.nhs_number, **changed)
    answer = await ledger_of("desk_referral").open_pathway(opening(patient=wrong, referral=right))
    assert isinstance(answer, Refused)
    assert ("G1", "patient") in {(each.rule, each.field) for each in answer.refusals}
    assert not any("Somebody" in each.words for each in answer.refusals)


async def test_what_was_unknown_of_a_patient_is_completed(ledger_of: LedgerOf, anything: asyncpg.Connection) -> None:
    vague = patient(date_of_birth=None, sex=Sex.UNKNOWN, number_status=NumberStatus.TRACE_REQUIRED)
    first = await ledger_of("desk_referral").open_pathway(opening(patient=vague))
    assert isinstance(first, Refused)  # nobody knows whether this patient could be pregnant
    await opened(ledger_of, patient=patient(nhs_number=vague.nhs_number, number_status=NumberStatus.TRACE_REQUIRED))
    right = referral_form.referral(referral_form.limb(Side.RIGHT))
    known = patient(nhs_number=vague.nhs_number, date_of_birth=None, sex=Sex.UNKNOWN)
    await opened(ledger_of, patient=known, referral=right)
    row = await anything.fetchrow("SELECT * FROM patient WHERE number = $1", vague.nhs_number)
    assert row is not None
    assert (row["date_of_birth"], row["sex"]) == (date(1979, 11, 20), "male")
    assert row["number_status"] == "number_present_and_verified"


async def test_a_refused_referral_leaves_no_patient_and_an_audit_row(
    ledger_of: LedgerOf, anything: asyncpg.Connection
) -> None:
    nobody = patient()
    twice = referral_form.referral(referral_form.limb(), referral_form.limb())
    answer = await ledger_of("desk_referral").open_pathway(opening(patient=nobody, referral=twice))
    assert isinstance(answer, Refused)
    assert await anything.fetchval("SELECT count(*) FROM patient WHERE number = $1", nobody.number) == 0
    last = await anything.fetchrow("SELECT action, detail FROM audit WHERE kind = 'referral' ORDER BY id DESC LIMIT 1")
    assert last is not None
    assert (last["action"], '"R-REF-1"' in last["detail"]) == ("refused", True)


async def test_a_temporary_identity_is_for_emergencies(ledger_of: LedgerOf) -> None:
    unknown = {"temporary_id": f"TMP-{uuid4()}", "number_status": NumberStatus.NUMBER_NOT_PRESENT}
    answer = await ledger_of("desk_referral").open_pathway(opening(patient=patient(**unknown)))
    assert isinstance(answer, Refused)
    assert {each.rule for each in answer.refusals} == {"G1"}
    emergency = referral_form.referral(
        referral_form.limb(phlegmasia_signs=referral_form.signs(pulses_absent=Answer.YES))
    )
    answer = await ledger_of("desk_referral").open_pathway(opening(patient=patient(**unknown), referral=emergency))
    assert kept(answer).version == 1


async def test_only_who_refers_opens(ledger_of: LedgerOf) -> None:
    ward = Signature("rxx-ward-clinician-1", Role.WARD_CLINICIAN)
    assert await ledger_of("desk_referral").open_pathway(opening(by=ward)) == NotAllowed()


async def test_nobody_opens_in_a_trust_that_does_not_exist(ledger_of: LedgerOf) -> None:
    assert await ledger_of("desk_referral").open_pathway(opening(trust="ZZZ")) == NotAllowed()


async def test_a_training_trust_takes_synthetic_numbers_only(ledger_of: LedgerOf) -> None:
    real = patient(nhs_number=synthetic_number("943"))
    answer = await ledger_of("desk_referral").open_pathway(opening(patient=real))
    assert isinstance(answer, Refused)
    assert [each.rule for each in answer.refusals] == ["H-24"]


async def test_a_real_trust_takes_no_synthetic_number_and_no_clock(ledger_of: LedgerOf, real_trust: str) -> None:
    by = Signature("rz9-referrer-1", Role.REFERRER)
    answer = await ledger_of("desk_referral").open_pathway(opening(trust=real_trust, by=by))
    assert isinstance(answer, Refused)
    assert [(each.rule, each.field) for each in answer.refusals] == [("H-24", "training_now"), ("H-24", "patient")]


@pytest.mark.parametrize(("trust", "training", "prefix"), [("RXX", True, "943"), ("RZ9", False, "999")])
async def test_the_database_keeps_real_and_synthetic_numbers_apart(
    trust: str, training: bool, prefix: str, pools: dict[str, asyncpg.Pool], real_trust: str
) -> None:
    assert real_trust == "RZ9"
    async with pools["desk_referral"].acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
        with pytest.raises(asyncpg.CheckViolationError):
            async with connection.transaction():
                await connection.execute(DIRECT, trust, training, synthetic_number(prefix))
        with pytest.raises(asyncpg.ForeignKeyViolationError):  # and the flag cannot be lied about
            async with connection.transaction():
                await connection.execute(DIRECT, trust, not training, synthetic_number(prefix))


async def test_a_real_patient_of_a_real_trust_is_taken(ledger_of: LedgerOf, real_trust: str) -> None:
    by = Signature("rz9-referrer-1", Role.REFERRER)
    real = patient(nhs_number=synthetic_number("943"))
    asked = opening(trust=real_trust, by=by, patient=real, training_now=None)
    assert kept(await ledger_of("desk_referral").open_pathway(asked)).version == 1
