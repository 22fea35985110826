"""The safety file in a browser: from the foot of any page, on the narrowest screen too, and axe finds nothing."""

import pytest

from tests.browser.journeys.person import Staff
from tests.browser.journeys.test_unusual import NARROW, fits
from tests.journey.walk import PEOPLE


@pytest.mark.parametrize("width", [1280, NARROW])
async def test_a_clinician_reads_a_hazard_and_what_stands_against_it(staff: Staff, width: int) -> None:
    surgeon = await (await staff(PEOPLE["vascular-surgeon"], width=width)).signed_in()
    await surgeon.opens("/safety")
    await fits(surgeon)
    await surgeon.opens("/safety?show=above_target")
    await surgeon.opens("/safety/H-03")
    assert await surgeon.heading() == "H-03: Anticoagulation is stopped at 90 days"
    assert "No letter has a place for a date to stop" in await surgeon.reads()
    await fits(surgeon)
