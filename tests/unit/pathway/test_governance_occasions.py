"""Everything on which governance is told anew owes a first notice of its own, with its words in the mail (R-GOV-5)."""

from collections.abc import Callable

import pytest

from activities.adapters.letter_words import ABOUT
from shared.pathway import decide
from shared.pathway.choices import Mechanism
from shared.pathway.consent import ConsentLine, LineStatus
from shared.pathway.endings import TransferPart
from shared.pathway.governance import LADDER
from shared.pathway.governance_notice import current, notices
from tests import patients, tracks
from tests.forms.consent import lines, withdrawal
from tests.forms.endings import answered, transfer
from tests.forms.filled import london
from tests.forms.procedure import end, used
from tests.patients import Case, consented, started, told
from tests.unit.pathway.test_breaking import broken_through
from tests.unit.pathway.test_endings import passed_away


def another_device() -> Case:
    devices = (used(), used(udi_di="05012345678917", lot="LOT-9", mechanism=Mechanism.ASPIRATION))
    return started().when("2026-03-09T11:00").writes(end(devices_used=devices))


def moved() -> Case:
    case = told().when("2026-03-06T09:00").writes(transfer())
    taken = answered(TransferPart.PATHWAY_CARE, answered_at=london("2026-03-06T10:00"))
    return case.when("2026-03-06T11:00").writes(taken)


def out_of_research() -> Case:
    case = consented(lines=lines(research_participation=LineStatus.GIVEN))
    return case.writes(withdrawal(lines=frozenset({ConsentLine.RESEARCH_PARTICIPATION})))


OCCASIONS: dict[str, Callable[[], Case]] = {
    "device_change": another_device,
    "break_glass": broken_through,
    "serious_adverse_event": lambda: tracks.harmed(harm_level="severe"),
    "death": passed_away,
    "research_withdrawal": out_of_research,
    "moved_trust": moved,
    "consent_withdrawn": lambda: consented().writes(withdrawal()),
}


@pytest.mark.parametrize("about", OCCASIONS)
def test_governance_is_owed_a_first_notice_of_its_own(about: str) -> None:
    case = OCCASIONS[about]()
    notice = notices(case.moment)[-1]
    assert notice.about == about
    assert (notice.dispatches[0].to, notice.dispatches[0].reason) == (LADDER[0], "first")
    assert notice.dispatches[0].key in {each.key for each in decide.owed(case.moment)}
    assert ABOUT[about]


@pytest.mark.parametrize("about", OCCASIONS)
def test_it_opens_and_shuts_nothing_by_itself(about: str) -> None:
    found = current(OCCASIONS[about]().moment)
    assert found is None or found.about == "mdt_offer"


def test_the_device_that_was_scanned_is_no_other_device() -> None:
    case = patients.ended()
    assert "device_change" not in {each.about for each in notices(case.moment)}
