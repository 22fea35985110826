"""Governance notices: owed with each offer, sent, delivered, bounced, acknowledged (R-GOV-1..3; IPG651 1.2)."""

import pytest

from shared.pathway import decide
from shared.pathway.duties import TaskState
from shared.pathway.governance import (
    LADDER,
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeSent,
    NoticeUnsendable,
)
from shared.pathway.governance_notice import current, informed, notices
from shared.pathway.mdt_review import MdtReview, Outcome
from shared.pathway.people import Role
from shared.pathway.record import Record
from tests.forms.filled import RIGHT
from tests.forms.mdt_review import decided, looked_at, mdt_review, offer
from tests.forms.referral import new_imaging
from tests.patients import (
    OPEN_STUDY,
    Case,
    classified,
    femoropopliteal_right,
    offered,
    reviewed,
    signed,
    told,
)

LEAD, DEPUTY, DIRECTOR = LADDER


def owed(case: Case) -> list[str]:
    return [each.key for each in decide.owed(case.moment)]


def addressed(case: Case) -> list[tuple[str, Role]]:
    notice = current(case.moment)
    return [(each.key, each.to) for each in notice.dispatches] if notice else []


def sent(dispatch: str) -> NoticeSent:
    return NoticeSent(dispatch=dispatch, to=LEAD, recipients=1)


def bounced(dispatch: str) -> NoticeBounced:
    return NoticeBounced(dispatch=dispatch, cause="mailbox_unavailable")


def test_an_offer_owes_one_notice_to_the_lead() -> None:
    assert owed(offered()) == ["n1-first"]
    assert addressed(offered()) == [("n1-first", LEAD)]


def test_a_decision_against_the_procedure_owes_no_notice() -> None:
    assert owed(signed(reviewed(classified(), mdt_review(decided(Outcome.DECLINE))))) == []


def test_an_offer_in_research_is_told_to_the_research_office_as_well() -> None:
    woman = classified(femoropopliteal_right(studies=OPEN_STUDY))
    in_research = mdt_review(offer(RIGHT, outcome=Outcome.OFFER_IN_RESEARCH))
    assert owed(signed(reviewed(woman, in_research))) == ["n1-first", "n1-research"]


def test_a_notice_the_mail_system_took_is_owed_no_more_and_has_informed_nobody() -> None:
    case = offered().writes(sent("n1-first"))
    assert owed(case) == []
    assert not informed(case.moment)


def test_a_delivered_notice_informs() -> None:
    assert informed(told().moment)


def test_where_the_trust_demands_it_only_an_acknowledgement_informs() -> None:
    case = told().where(ack_required=True)
    assert not informed(case.moment)
    assert informed(case.writes(NoticeAcknowledged(notice=1)).moment)


def test_a_lead_who_has_read_the_notice_is_informed_whatever_became_of_the_mail() -> None:
    case = offered().writes(NoticeAcknowledged(notice=1))
    assert owed(case) == []
    assert informed(case.moment)


@pytest.mark.parametrize("failure", [bounced("n1-first"), NoticeUnsendable(dispatch="n1-first", cause="no_recipient")])
def test_a_notice_that_cannot_reach_the_lead_goes_to_the_deputy(failure: Record) -> None:
    case = offered().writes(failure)
    assert addressed(case) == [("n1-first", LEAD), ("n1-first-up", DEPUTY)]
    assert owed(case) == ["n1-first-up"]


def test_then_to_the_medical_director_and_then_a_person_is_asked() -> None:
    case = offered().sequence(bounced("n1-first"), bounced("n1-first-up"))
    assert addressed(case)[-1] == ("n1-first-up-up", DIRECTOR)
    case = case.writes(bounced("n1-first-up-up"))
    assert owed(case) == []
    assert [each.kind for each in decide.tasks(case.moment)].count("tell_governance_in_person") == 1


def test_a_delivery_by_the_deputys_mailbox_informs() -> None:
    case = offered().sequence(bounced("n1-first"), NoticeDelivered(dispatch="n1-first-up"))
    assert informed(case.moment)


@pytest.mark.parametrize("report", [sent("n2-first"), bounced("n1-first-up"), NoticeDelivered(dispatch="x")])
def test_a_report_about_no_known_dispatch_is_refused(report: Record) -> None:
    assert offered().refused(report) == {("R-GOV-1", "dispatch", "1.2")}


def test_an_acknowledgement_of_no_notice_is_refused() -> None:
    assert told().refused(NoticeAcknowledged(notice=2)) == {("R-GOV-1", "notice", "1.2")}


def test_a_second_acknowledgement_is_refused() -> None:
    case = told().writes(NoticeAcknowledged(notice=1))
    assert case.refused(NoticeAcknowledged(notice=1)) == {("R-GOV-1", "notice", "1.2")}


def test_an_acknowledgement_stands_and_closes_the_leads_task() -> None:
    case = told().writes(NoticeAcknowledged(notice=1))
    task = next(each for each in decide.tasks(case.moment) if each.kind == "governance_acknowledgement")
    assert task.state == TaskState.DONE


def test_the_next_offer_owes_its_own_notice_and_the_first_stays_as_it_was() -> None:
    case = told().when("2026-03-05T16:00")
    again = signed(reviewed(classified(case.writes(new_imaging())), _again()))
    assert [each.number for each in notices(again.moment)] == [1, 2]
    assert not informed(again.moment)
    assert owed(again) == ["n2-first"]


def _again() -> MdtReview:
    return mdt_review(imaging_reviewed=(looked_at(accession="ACC-left-2"),))


def test_four_hours_without_delivery_bring_in_the_deputy() -> None:
    case = offered().writes(sent("n1-first"))
    assert addressed(case.until("2026-03-05T17:59")) == [("n1-first", LEAD)]
    later = case.until("2026-03-05T18:00")
    assert addressed(later) == [("n1-first", LEAD), ("n1-undelivered-deputy_governance_lead", DEPUTY)]
    assert owed(later) == ["n1-undelivered-deputy_governance_lead"]


def test_a_delivered_notice_is_not_sent_to_the_deputy_for_silence() -> None:
    assert addressed(told().until("2026-03-06T16:59")) == [("n1-first", LEAD)]


def test_acknowledgement_is_chased_on_two_working_days_then_the_deputy_is_told() -> None:
    case = told().until("2026-03-09T17:00")
    assert addressed(case)[1:] == [
        ("n1-acknowledge-governance_lead", LEAD),
        ("n1-acknowledge_again-governance_lead", LEAD),
        ("n1-acknowledge_again-deputy_governance_lead", DEPUTY),
    ]
    task = next(each for each in decide.tasks(case.moment) if each.kind == "governance_acknowledgement")
    assert task.escalated_to == (DEPUTY,)


def test_when_lead_and_deputy_stay_silent_the_medical_director_is_told() -> None:
    case = offered().writes(sent("n1-first"))
    assert DIRECTOR not in {to for _key, to in addressed(case.until("2026-03-10T16:59"))}
    silent = case.until("2026-03-10T17:00")
    assert addressed(silent)[-1] == ("n1-director-medical_director", DIRECTOR)
    assert owed(silent)[-1] == "n1-director-medical_director"
    task = next(each for each in decide.tasks(silent.moment) if each.kind == "governance_acknowledgement")
    assert task.escalated_to == (DEPUTY, DIRECTOR)


def test_a_notice_that_was_delivered_does_not_go_to_the_medical_director() -> None:
    assert DIRECTOR not in {to for _key, to in addressed(told().until("2026-03-20T17:00"))}


def test_a_delivered_notice_goes_to_the_medical_director_where_only_an_acknowledgement_informs() -> None:
    silent = told().where(ack_required=True).until("2026-03-10T17:00")
    assert addressed(silent)[-1] == ("n1-director-medical_director", DIRECTOR)


def test_an_acknowledged_notice_is_chased_no_more() -> None:
    case = told().writes(NoticeAcknowledged(notice=1)).until("2026-03-20T17:00")
    assert addressed(case) == [("n1-first", LEAD)]
