"""The open tasks of a case: what comes first, whose they are, which of several, and what one may withdraw from."""

from services.desks import DESKS
from services.pages.case.tracks import lines
from services.pages.case.work import Todo, todos, withdrawal
from shared.pathway.consent import ConsentLine
from shared.pathway.endings import TransferPart, TransferredOut
from shared.pathway.people import Role
from shared.web import answers
from shared.web.tracks import tracks
from tests import patients
from tests import tracks as stories
from tests.forms import adverse_events
from tests.forms import consent as consent_form
from tests.patients import Case

WARD = patients.WARD
ADDRESSES = dict.fromkeys(DESKS, "http://desk")


def asked(case: Case, role: Role) -> tuple[Todo, ...]:
    return todos(answers.pathway(case.moment), role, ADDRESSES)


def way_out(case: Case) -> str:
    return withdrawal(answers.pathway(case.moment), Role.WARD_CLINICIAN, ADDRESSES)


def test_stopping_a_procedure_comes_before_everything_and_is_said_once() -> None:
    case = patients.started().writes(consent_form.withdrawal()).when("2026-03-20T10:00")
    first = asked(case, Role.GOVERNANCE_LEAD)[0]

    assert (first.text, first.why) == ("Stop the procedure", "Consent was withdrawn: stop, cancel the slot")


def test_a_task_that_was_escalated_to_somebody_is_not_called_theirs() -> None:
    case = stories.with_filter().until("2026-05-05T12:00")
    theirs, told = (
        next(each for each in asked(case, role) if each.text == "Take the filter out")
        for role in (Role.INTERVENTIONAL_RADIOLOGIST, Role.GOVERNANCE_LEAD)
    )

    assert (theirs.mine, theirs.escalated) == (True, False)
    assert (told.mine, told.escalated) == (True, True)


def test_each_part_that_another_trust_is_asked_for_is_named() -> None:
    offer = TransferredOut(
        to_trust="RYY", contact="IR ward", parts=frozenset(TransferPart), reason="Nearer to her home"
    )
    case = stories.with_filter().when("2026-03-12T10:00").writes(offer, WARD)
    found = [each for each in asked(case, Role.MDT_COORDINATOR) if each.text == "Get the other trust's answer"]

    assert {each.why.partition(".")[0] for each in found} == {
        "Care of this pathway",
        "Anticoagulation and its review",
        "Removal of the vena cava filter",
    }


def test_who_withdrew_from_everything_has_nothing_left_to_withdraw_from_until_asked_anew() -> None:
    line = ConsentLine.THROMBOLYSIS
    assert way_out(patients.consented())
    assert way_out(patients.consented().writes(consent_form.withdrawal(lines=frozenset({line}))))
    assert not way_out(patients.consented().writes(consent_form.withdrawal()))


def test_the_duty_of_candour_says_what_has_been_told_and_what_not() -> None:
    def candour(case: Case) -> str:
        (event,) = [each for each in lines(tracks(case.moment), case.moment, {}) if each.href]
        return event.words[-1]

    owed = stories.harmed(notifiable="yes")
    event = stories.number(owed)
    case = owed.when("2026-03-10T12:00").writes(adverse_events.candour(event), WARD)

    assert candour(owed) == "Duty of candour: the patient has still to be told, in person and in writing"
    assert candour(case) == "Duty of candour: told in person on 10 March 2026, has still to be told in writing"
