"""The case file: made on its page, accepted by the stand-alone command, and refused when a byte of it is another."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.evidence import verify_case_file
from deploy.evidence.verify_case_file import canonical, problems
from shared.evidence.canonical import canonical_json
from shared.evidence.case_file import Span, spans, written
from shared.evidence.case_files import CaseFiles, Reason
from shared.evidence.keys import Signing, fresh
from shared.evidence.sealing import Sealing
from shared.pathway.people import Role
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import open_pool
from tests.database import Postgres
from tests.ledger.acting import LedgerOf, opened, person
from tests.pages.stories import FRONT, LEAD, offered
from tests.pages.visitors import House, Visitor, links, main_of

AUDITOR = person(Role.AUDITOR)
COMMAND = Path(verify_case_file.__file__)
_MADE: list[tuple[bytes, bytes]] = []


def at(pathway_id: str, rest: str = "") -> str:
    return f"{FRONT}/pathways/{pathway_id}/case-file{rest}"


@pytest.fixture
async def signing(house: House, postgres: Postgres, key_file: Path) -> AsyncIterator[House]:
    """The front door with a key."""
    pool = await open_pool(postgres.settings, "desk_front_door", size=2)
    found = house.receptions["front_door"]
    house.apps["front_door"].state.reception = replace(found, case_files=CaseFiles(pool, ServerClock(), key_file))
    yield house
    pool.terminate()


async def made(visitor: Visitor, pathway_id: str) -> tuple[bytes, bytes]:
    """JSON and PDF of a new case file, as the page's links give them."""
    answer = await visitor.post(at(pathway_id), {"reason": "regulator"})
    assert answer.status_code == 303, answer.text
    page = await visitor.get(FRONT + answer.headers["location"])
    assert "New:" in main_of(page)
    found = links(page)
    halves = [next(href for words, href in found.items() if words.startswith(half)) for half in ("JSON", "PDF")]
    content, pdf = [await visitor.get(FRONT + href) for href in halves]
    assert content.headers["cache-control"] == "no-store"
    return content.content, pdf.content


async def _shown_among_work(ledger_of: LedgerOf, pathway_id: str) -> None:
    """The lead leafs through the list until this pathway was on it: other tests leave work as well."""
    after = None
    while True:
        page = await ledger_of("desk_front_door").worklist("RXX", LEAD.role, LEAD, after=after, limit=200)
        if pathway_id in page.shown:
            return
        assert page.after is not None
        after = page.after


@pytest.fixture
async def one(signing: House, ledger_of: LedgerOf, sealing: Sealing, folder: Path, key: Signing) -> tuple[bytes, bytes]:
    """A case file of a pathway of which governance was told, with anchors before, inside and after. Made once."""
    if not _MADE:
        await sealing.anchor(folder, key)
        pathway_id = await offered(ledger_of)
        await sealing.anchor(folder, key)
        await _shown_among_work(ledger_of, pathway_id)
        _MADE.append(await made(await signing.visitor(LEAD), pathway_id))
    return _MADE[0]


def told(content: bytes, key: Signing, pdf: bytes | None = None) -> list[str]:
    return list(problems(content, key.public.key, pdf))


async def ran(*words: str, folder: Path) -> tuple[int, str]:
    """The stand-alone command, without anything of ours on its path."""
    command = (sys.executable, "-I", str(COMMAND), *words)
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.usefixtures("key_file")
async def test_the_stand_alone_command_accepts_what_the_page_made_and_refuses_a_change(
    one: tuple[bytes, bytes], tmp_path: Path
) -> None:
    (tmp_path / "file.json").write_bytes(one[0])
    (tmp_path / "file.pdf").write_bytes(one[1])
    halves = ("file.json", "key.pub.pem", "file.pdf")
    assert await ran(*halves, folder=tmp_path) == (0, "accepted: the case file and its PDF\n")
    (tmp_path / "file.json").write_bytes(one[0].replace(b'"reason":"regulator"', b'"reason":"complaint"', 1))
    code, said = await ran(*halves, folder=tmp_path)
    assert (code, said.splitlines()[0]) == (1, "refused: about: it was changed after it was signed")


async def test_each_changed_byte_is_found(one: tuple[bytes, bytes], key: Signing) -> None:
    content, pdf = one
    assert told(content, key, pdf) == []
    assert "the signature: it is not this key's" in told(content, fresh())
    for place in range(0, len(content), max(1, len(content) // 150)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert told(changed, key), f"byte {place}"
    assert told(content, key, pdf[:-1] + b"x") == ["the PDF: it is not the one that was made with this file"]


def signed_anew(content: bytes, change: Callable[[Any], None], key: Signing) -> bytes:
    """The file as somebody would hand it out who has the key and not the record."""
    file = json.loads(content)
    change(file)
    del file["signature"]
    said = {
        "key": key.public.name,
        "sections": {name: hashlib.sha256(canonical_json(each)).hexdigest() for name, each in file.items()},
    }
    return canonical(file | {"signature": said | {"signature": key.sign(canonical_json(said))}}) + b"\n"


def rows_of(file: Any) -> list[Any]:
    return [each for piece in file["chain"]["pieces"] for each in piece["links"] if isinstance(each, dict)]


async def test_even_who_holds_the_key_cannot_change_a_row_or_leave_one_out(
    one: tuple[bytes, bytes], key: Signing
) -> None:
    def change_a_row(file: Any) -> None:
        first = next(each for each in rows_of(file) if each["source"] == "entry")
        first["columns"]["by_person"] = "somebody-else"

    def hide_a_row(file: Any) -> None:
        for piece in file["chain"]["pieces"]:
            for place, each in enumerate(piece["links"]):
                if isinstance(each, dict):
                    piece["links"][place] = hashlib.sha256(b"any").hexdigest()
                    return

    assert told(signed_anew(one[0], lambda _: None, key), key) == []
    assert told(signed_anew(one[0], change_a_row, key), key)[0].endswith("(entry 1): it is not what was sealed")
    assert any(
        "row 1 of the pathway: it was left out" in each for each in told(signed_anew(one[0], hide_a_row, key), key)
    )


async def test_it_holds_every_entry_every_look_and_no_patient(one: tuple[bytes, bytes]) -> None:
    file = json.loads(one[0])
    rows = [each["columns"] for each in rows_of(file)]
    entries = [each for each in rows if "seq" in each]
    assert [int(each["seq"]) for each in entries] == list(range(1, file["about"]["version"] + 1))
    assert {"mdt_review", "mdt_sign_off"} <= {each["kind"] for each in entries}
    assert any(each.get("action") == "searched" and file["about"]["pathway_id"] in each["detail"] for each in rows)
    assert any(each.get("kind") == "case_file" and each["detail"] == '["regulator"]' for each in rows)
    assert file["told"]["notices"]
    assert b"Synthetic Alpha" not in one[0]


async def test_an_edited_row_shows_in_a_file_that_is_made_afterwards(
    signing: House, ledger_of: LedgerOf, superuser: asyncpg.Connection, sealing: Sealing, key: Signing
) -> None:
    pathway_id = await opened(ledger_of)
    await sealing.seal()
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute("UPDATE entry SET by_person = 'somebody-else' WHERE pathway_id = $1", pathway_id)
    files = signing.apps["front_door"].state.reception.case_files
    proof = await files.proof("RXX", pathway_id, AUDITOR, Reason.INCIDENT)
    content = written({"trust": "RXX", "pathway_id": pathway_id}, {}, proof, b"no print", key)
    assert any("(entry 1): it is not what was sealed" in each for each in told(content, key))


async def test_without_a_reason_or_a_key_none_is_made(house: House, ledger_of: LedgerOf) -> None:
    pathway_id, lead = await offered(ledger_of), await house.visitor(LEAD)
    assert (await lead.post(at(pathway_id), {"reason": "curious"})).status_code == 422
    assert (await lead.post(at(pathway_id), {"reason": "claim"})).status_code == 503
    page = await lead.get(at(pathway_id))
    assert "No case file can be made here" in main_of(page)
    assert links(await lead.get(f"{FRONT}/pathways/{pathway_id}"))["Case file with proof"].endswith("/case-file")


def test_pieces_reach_from_anchor_to_anchor_and_neighbours_are_one() -> None:
    assert spans([3, 4, 12], [2, 5, 10, 15], 20) == (Span(2, 5), Span(10, 15))
    assert spans([3, 6], [2, 5, 10], 20) == (Span(2, 10),)
    assert spans([1], [], 7) == (Span(0, 7),)
    assert spans([18], [2], 20) == (Span(2, 20),)
