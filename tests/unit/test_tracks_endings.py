"""What the API shows of consent, of a death and of a transfer."""

from shared.pathway.consent import ConsentLine
from shared.pathway.endings import TransferPart
from shared.web.tracks_endings import ConsentShown, Death, Transfer, shown
from tests.forms.consent import withdrawal
from tests.forms.endings import answered, death, transfer
from tests.forms.filled import london
from tests.patients import classified, consented


def test_consent_is_shown_line_by_line_with_the_time_to_consider() -> None:
    (found,) = shown(consented().moment)
    assert isinstance(found, ConsentShown)
    assert (found.state, found.hours_to_consider, found.little_time) == ("stands", 18.0, True)
    (after,) = shown(consented().writes(withdrawal()).moment)
    assert isinstance(after, ConsentShown)
    assert (after.state, after.lines[ConsentLine.IVC_FILTER]) == ("withdrawn", "withdrawn")


def test_a_death_is_shown_with_its_date() -> None:
    case = classified().when("2026-03-06T10:00").writes(death())
    assert list(shown(case.moment)) == [Death(death().died_on, london("2026-03-06T10:00"))]


def test_a_transfer_is_shown_with_what_waits() -> None:
    case = classified().when("2026-03-05T09:00").writes(transfer())
    case = case.when("2026-03-05T10:00").writes(answered(TransferPart.PATHWAY_CARE))
    (found,) = shown(case.moment)
    assert isinstance(found, Transfer)
    assert (found.state, found.accepted, found.waiting) == (
        "offered",
        (TransferPart.PATHWAY_CARE,),
        (TransferPart.ANTICOAGULATION,),
    )
    (done,) = shown(case.writes(answered(TransferPart.ANTICOAGULATION)).moment)
    assert isinstance(done, Transfer)
    assert done.state == "accepted"
