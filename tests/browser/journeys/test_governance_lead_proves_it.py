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


async def verdict(*given: Path) -> int:
    """How the verifier ends, with nothing around it."""
    program = str(verify_case_file.__file__)
    files = map(str, given)
    ended = await asyncio.create_subprocess_exec(
        sys.executable, "-I", program, *files, stdout=asyncio.subprocess.DEVNULL
    )
    return await ended.wait()


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
    await lead.opens(f"/pathways/{pathway}/case-file")
    await lead.page.get_by_label("A regulator or commissioner asks").check()
    await lead.presses("Make the case file")
    file, printed = await taken(lead, "json", tmp_path), await taken(lead, "pdf", tmp_path)
    content = file.read_bytes()
    assert b"governance_acknowledgement" in content
    assert b"Synthetic" not in content

    key = anchor_folder(world.directory) / PUBLIC_KEY
    assert await verdict(file, key, printed) == verify_case_file.ACCEPTED
    place = content.index(b"governance_acknowledgement")
    changed = tmp_path / "changed.json"
    changed.write_bytes(content[:place] + b"G" + content[place + 1 :])
    assert await verdict(changed, key, printed) == verify_case_file.REFUSED
