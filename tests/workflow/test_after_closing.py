"""A pathway that is closed is followed for as long as one of its tracks has a deadline (clinical.md 3)."""

from activities.adapters import moments
from shared.pathway import decide
from shared.pathway.choices import ClosingReason
from shared.pathway.mdt_review import Outcome
from tests import patients, tracks
from tests.forms import adverse_events as forms
from tests.forms.follow_up import closure
from tests.forms.mdt_review import decided, mdt_review
from tests.patients_again import handed_over


def closed() -> patients.Case:
    """The MDT declined, standard care was handed over, and the pathway was closed on 6 March."""
    declined = patients.signed(patients.reviewed(patients.classified(), mdt_review(decided(Outcome.DECLINE))))
    return handed_over(declined.when("2026-03-06T10:00"), ClosingReason.MDT_DECLINED).writes(
        closure(ClosingReason.MDT_DECLINED)
    )


def reported_late() -> patients.Case:
    return tracks.harmed(closed(), **forms.by_device(procedure_id=None))


def test_a_closed_pathway_that_owes_nothing_is_followed_no_more() -> None:
    seen = moments.look(closed().moment)
    assert (seen.ended, seen.wait_s, seen.filters) == ("mdt_declined", None, ())


def test_an_adverse_event_reported_after_closing_is_chased_to_its_deadline() -> None:
    seen = moments.look(reported_late().moment)
    assert seen.ended is None
    assert seen.wait_s is not None


def test_when_its_deadline_has_passed_or_was_met_the_following_ends() -> None:
    case = reported_late()
    met = case.writes(forms.yellow_card(tracks.number(case)), tracks.OFFICER)
    assert moments.look(met.moment).ended == "mdt_declined"
    late = case.until("2026-03-17T10:00")
    assert moments.look(late.moment).ended == "mdt_declined"
    assert "T-YC" in {view.timer.id for view in decide.timers(late.moment) if view.state == "fired"}
