"""Who may do what: every record against every role, and what happens to people of several roles, one or none."""

import pytest

from deploy.local.people import people
from services.desks import DESKS
from services.entering import kinds_of
from services.identity import Person, Post, choose, person
from services.reading import READERS
from shared.pathway.people import Role
from shared.pathway.roles import CLINICAL
from shared.pathway.stage import Kind
from shared.pathway.stages import KINDS
from shared.web.problems import ProblemError
from tests.service.callers import NOWHERE
from tests.service.conftest import Calling

ABOUT_PATHWAYS = [desk for desk in DESKS if desk != "operations"]
RECORDS = [(desk, kind) for desk in DESKS for kind in kinds_of(desk)]
SIGNING_IN = sorted(set(Role) - {Role.PATENCY})
# At RXX everyone holds one role but the colleague who holds two.
ONE_OF = {role: next(each.id for each in people() if each.roles == (role,)) for role in SIGNING_IN}


@pytest.mark.parametrize(("desk", "kind"), RECORDS, ids=[kind.name for _, kind in RECORDS])
async def test_a_record_is_taken_from_the_roles_of_its_kind_alone(calling: Calling, desk: str, kind: Kind) -> None:
    allowed = set()
    for role, who in ONE_OF.items():
        answer = await calling(who).write(desk, NOWHERE, kind.name, {"bogus": 1}, version=1)
        assert answer.status_code in {403, 422}, role
        if answer.status_code == 422:
            allowed.add(role)
    assert allowed == kind.roles - {Role.PATENCY}


def test_every_record_a_person_may_write_has_a_desk() -> None:
    assert {kind.name for _, kind in RECORDS} | {"referral", "identity_corrected"} == {
        each.name for each in KINDS.values() if each.desk
    }


@pytest.mark.parametrize("role", SIGNING_IN)
async def test_only_a_referrer_opens_a_pathway(calling: Calling, role: Role) -> None:
    answer = await calling(ONE_OF[role]).send("referral", "/api/pathways", {})
    assert answer.status_code == (422 if role == Role.REFERRER else 403)


@pytest.mark.parametrize("desk", ABOUT_PATHWAYS)
@pytest.mark.parametrize("who", [ONE_OF[Role.OPS], ONE_OF[Role.MAIL_SYSTEM], "rxx-no-role"])
async def test_whoever_is_not_about_patients_sees_no_pathway(calling: Calling, desk: str, who: str) -> None:
    assert (await calling(who).get(desk, f"/api/pathways/{NOWHERE}")).status_code == 403


@pytest.mark.parametrize("role", sorted(READERS - CLINICAL))
async def test_whoever_does_not_treat_is_not_told_who_the_patient_is(calling: Calling, role: Role) -> None:
    answer = await calling(ONE_OF[role]).get("referral", f"/api/pathways/{NOWHERE}/patient")
    assert answer.status_code == 403


@pytest.mark.parametrize("desk", ["governance", "registry"])
async def test_desks_without_patients_do_not_have_the_address(calling: Calling, desk: str) -> None:
    answer = await calling(ONE_OF[Role.REFERRER]).get(desk, f"/api/pathways/{NOWHERE}/patient")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", [f"/api/pathways/{NOWHERE}", f"/api/pathways/{NOWHERE}/patient", "/api/worklist"])
async def test_the_operations_desk_has_no_address_of_a_pathway(calling: Calling, path: str) -> None:
    answer = await calling(ONE_OF[Role.REFERRER]).get("operations", path)
    assert answer.status_code == 404


@pytest.mark.parametrize("role", SIGNING_IN)
async def test_clinicians_and_ops_move_a_training_clock(calling: Calling, role: Role) -> None:
    answer = await calling(ONE_OF[role]).send("front_door", f"/api/training/pathways/{NOWHERE}/clock", {})
    assert answer.status_code == (422 if role in CLINICAL | {Role.OPS} else 403)


async def test_a_worklist_is_shown_to_those_who_hold_its_role(calling: Calling) -> None:
    answer = await calling(ONE_OF[Role.HAEMATOLOGIST]).get("mdt_review", "/api/worklist", role="vascular_surgeon")
    assert answer.status_code == 403


async def test_without_a_token_nobody_gets_in(calling: Calling) -> None:
    answer = await calling(None).write("consent", NOWHERE, "consent", {}, version=1)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", ["unheard-of", "with space", "x" * 5000, "a,b"])
async def test_a_token_nobody_holds_is_no_way_in(calling: Calling, token: str) -> None:
    assert (await calling(token).get("front_door", "/api/desks")).status_code == 401


async def test_another_scheme_is_no_way_in(calling: Calling) -> None:
    caller = calling(None, Authorization="Basic cmVmOnJlZg==")
    assert (await caller.get("front_door", "/api/desks")).status_code == 401


async def test_somebody_of_two_specialties_has_to_say_in_which_they_sign(calling: Calling) -> None:
    answer = await calling("rxx-dual-vs-ir").write("mdt_review", NOWHERE, "mdt_sign_off", {}, version=1)
    assert answer.status_code == 403
    assert "Patency-Role" in answer.json()["detail"]


@pytest.mark.parametrize("named", ["vascular_surgeon", "vascular_surgeon@RXX"])
async def test_somebody_of_two_specialties_signs_in_the_one_they_name(calling: Calling, named: str) -> None:
    caller = calling("rxx-dual-vs-ir", **{"Patency-Role": named})
    answer = await caller.write("mdt_review", NOWHERE, "mdt_sign_off", {}, version=1)
    assert answer.status_code == 422


@pytest.mark.parametrize("named", ["haematologist", "vascular_surgeon@RYY", "", "chief"])
async def test_a_role_that_is_not_held_cannot_be_named(calling: Calling, named: str) -> None:
    caller = calling("rxx-dual-vs-ir", **{"Patency-Role": named})
    answer = await caller.write("mdt_review", NOWHERE, "mdt_sign_off", {}, version=1)
    assert answer.status_code == 403


def test_the_only_fitting_role_of_several_is_taken_without_being_named() -> None:
    both = Person("p", frozenset({Post("RXX", Role.HAEMATOLOGIST), Post("RXX", Role.REGISTRY_CLERK)}))
    assert choose(both, {Role.REGISTRY_CLERK}, None).post.role == Role.REGISTRY_CLERK


def test_the_same_role_at_two_trusts_is_told_apart_by_the_trust() -> None:
    both = Person("p", frozenset({Post("RXX", Role.HAEMATOLOGIST), Post("RYY", Role.HAEMATOLOGIST)}))
    with pytest.raises(ProblemError):
        choose(both, {Role.HAEMATOLOGIST}, "haematologist")
    assert choose(both, {Role.HAEMATOLOGIST}, "haematologist@RYY").trust == "RYY"


def claims(**entry: object) -> dict[str, object]:
    usual = {"org_code": "RXX", "role_code": "S0:G0:R0", "workgroups": ["patency:referrer"]}
    return {"sub": "p-1", "nhsid_nrbac_roles": [usual | entry]}


def test_a_workgroup_of_ours_gives_its_role_at_its_trust() -> None:
    assert person(claims()) == Person("p-1", frozenset({Post("RXX", Role.REFERRER)}))


@pytest.mark.parametrize(
    "entry",
    [
        {"workgroups": ["patency:patency"]},
        {"workgroups": ["referrer"]},
        {"workgroups": ["patency:chief", 7, None]},
        {"workgroups": "patency:referrer"},
        {"workgroups": None},
        {"org_code": "rxx"},
        {"org_code": "RXX' OR 1"},
        {"org_code": None},
    ],
)
def test_claims_nobody_listed_give_no_role(entry: dict[str, object]) -> None:
    assert person(claims(**entry)) == Person("p-1", frozenset())


@pytest.mark.parametrize("listed", [None, "x", {}, [7], [None]])
def test_a_claim_of_another_shape_gives_no_role(listed: object) -> None:
    assert person({"sub": "p-1", "nhsid_nrbac_roles": listed}) == Person("p-1", frozenset())


@pytest.mark.parametrize("sub", [None, 7, "", "has space", "x" * 65])
def test_somebody_without_a_directory_id_is_nobody(sub: object) -> None:
    assert person({"sub": sub, "nhsid_nrbac_roles": []}) is None
