"""A governance lead who has read the notice looks how the trust does, and takes away a case file that proves it.

The stand-alone verifier, started as a program of its own, accepts the file; with one byte changed it refuses.
"""

import asyncio
import sys
from pathlib import Path

from deploy.evidence import verify_case_file
from deploy.local.evidence_key import PUBLIC_KEY, anchor_folder
from deploy.local.world import World
from tests.browser.journeys.person import Person, Staff
from tests.browser.journeys.prepared import offered
from tests.browser.journeys.test_governance_lead_is_told import LINK, acknowledges, comes_by_the_mail, mail_about
from tests.journey.clinic import Clinic

SLOW_MS = 60_000
"""The first case file of a process loads what prints: that takes as long as the machine is busy."""


async def taken(lead: Person, half: str, folder: Path) -> Path:
    """One half of the newest case file, as the browser saves it."""
    async with lead.page.expect_download() as coming:
        await lead.page.locator(f'main a[href$="/{half}"]').first.click()
    saved = folder / f"case-file.{half}"
    await (await coming.value).save_as(saved)
    return saved


async def verdict(*given: Path) -> tuple[int | None, str]:
    """How the verifier ends and what it says, with nothing around it. A defect of its own would be heard, too."""
    program = str(verify_case_file.__file__)
    files = map(str, given)
    pipe = asyncio.subprocess.PIPE
    ended = await asyncio.create_subprocess_exec(sys.executable, "-I", program, *files, stdout=pipe, stderr=pipe)
    said, complained = await ended.communicate()
    assert complained == b""
    return ended.returncode, said.decode("utf-8")


async def test_a_lead_goes_from_the_mail_to_figures_and_a_case_file_that_the_verifier_accepts(
    staff: Staff, clinic: Clinic, world: World, tmp_path: Path
) -> None:
    pathway = await offered(clinic)
    (link,) = LINK.findall(await mail_about(world, pathway))
    lead = await comes_by_the_mail(staff, link)
    await acknowledges(lead, pathway)

    await lead.follows_to("/compliance")
    assert "1.2" in await lead.reads()

    lead.page.set_default_timeout(SLOW_MS)
    await lead.page.goto(link)
    await lead.follows_to(f"/pathways/{pathway}/case-file")
    await lead.page.get_by_label("A regulator or commissioner asks").check()
    await lead.presses("Make the case file")
    file, printed = await taken(lead, "json", tmp_path), await taken(lead, "pdf", tmp_path)
    content = file.read_bytes()
    assert b"governance_acknowledgement" in content
    assert b"Synthetic" not in content

    key = anchor_folder(world.directory) / PUBLIC_KEY
    assert await verdict(file, key, printed) == (
        verify_case_file.ACCEPTED,
        "accepted: the case file and its PDF\n",
    )
    place = content.index(b"governance_acknowledgement")
    changed = tmp_path / "changed.json"
    changed.write_bytes(content[:place] + b"G" + content[place + 1 :])
    code, said = await verdict(changed, key, printed)
    assert code == verify_case_file.REFUSED
    assert said
    assert all(line.startswith("refused: ") for line in said.splitlines())
    assert "the PDF" not in said  # that one is as it was

    twisted = tmp_path / "twisted.pdf"
    paper = bytearray(printed.read_bytes())
    paper[len(paper) // 2] ^= 1
    twisted.write_bytes(paper)
    assert await verdict(file, key, twisted) == (
        verify_case_file.REFUSED,
        "refused: the PDF: it is not the one that was made with this file\n",
    )
