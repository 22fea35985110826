"""Desks of one process share the pathways they folded, and nothing of who may see them."""

import asyncpg
import pytest

from shared.ledger import Ledger
from shared.ledger.shelf import Shelf
from shared.pathway.people import Role
from shared.wiring.clock import ServerClock
from tests.ledger.acting import TRUST, WARD, LedgerOf, classifying, kept, opened, person
from tests.ledger.conftest import POLICY

OTHER = "RYY"


@pytest.fixture
def desks(pools: dict[str, asyncpg.Pool]) -> LedgerOf:
    """Every desk's ledger, all with one shelf."""
    shelf = Shelf(8)
    ledgers = {role: Ledger(pool, POLICY, ServerClock(), shelf=shelf) for role, pool in pools.items()}
    return ledgers.__getitem__


async def test_what_one_desk_folded_another_does_not_fold_again(desks: LedgerOf) -> None:
    pathway_id = await opened(desks)
    first = await desks("desk_referral").look(TRUST, pathway_id)
    second = await desks("desk_follow_up").look(TRUST, pathway_id)
    assert first is not None
    assert second is not None
    assert second.pathway.entries[0] is first.pathway.entries[0]


async def test_what_another_desk_wrote_is_seen_at_once(desks: LedgerOf) -> None:
    pathway_id = await opened(desks)
    assert await desks("desk_follow_up").look(TRUST, pathway_id) is not None
    kept(await desks("desk_referral").enter(classifying(pathway_id)))
    seen = await desks("desk_follow_up").read(TRUST, pathway_id, WARD)
    assert seen is not None
    assert [entry.kind for entry in seen.pathway.entries] == ["referral", "classification"]


async def test_another_trust_does_not_find_on_the_shelf_what_its_policies_hide(desks: LedgerOf) -> None:
    pathway_id = await opened(desks)
    assert await desks("desk_referral").look(TRUST, pathway_id) is not None
    stranger = person(Role.WARD_CLINICIAN, trust=OTHER)
    assert await desks("desk_follow_up").read(OTHER, pathway_id, stranger) is None


async def test_a_process_that_may_see_no_entries_does_not_get_them_from_the_shelf(desks: LedgerOf) -> None:
    pathway_id = await opened(desks)
    assert await desks("desk_referral").look(TRUST, pathway_id) is not None
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await desks("patency_relay").look(TRUST, pathway_id)
