"""The five-way side match at the start: who else named a leg, and which (G10, R-PRO-1, hazard H-01)."""

from dataclasses import replace

from shared.pathway import decide
from tests.forms.consent import consent
from tests.forms.filled import RIGHT, london
from tests.forms.procedure import sign_in, start
from tests.patients import (
    USUALLY_BY,
    classified,
    consented,
    limb_under_threat,
    on_the_day,
    reviewed,
    signed,
    told,
)


def test_g10_the_mark_on_the_other_leg_stops_everything() -> None:
    crossed = start(sign_in=sign_in(side_marked=RIGHT))
    assert on_the_day().refused(crossed) == {("G10", "side", "D")}


def test_g10_no_emergency_opens_it() -> None:
    case = on_the_day(consented(told(signed(reviewed(classified(limb_under_threat()))))))
    assert case.refused(start(sign_in=sign_in(side_marked=RIGHT))) == {("G10", "side", "D")}


def test_g10_the_consented_leg_is_one_of_the_five() -> None:
    case = on_the_day()
    assert case.writes(consent(signed_at=london("2026-03-09T09:00"))).refused(start()) == set()
    crossed = consent(signed_at=london("2026-03-09T09:00"), sides=frozenset({RIGHT}))
    entry = decide.next_entry(case.moment, crossed, USUALLY_BY["consent"])  # as if its own rule had let it pass
    assert ("G10", "side", "D") in replace(case, pathway=case.pathway.with_entry(entry)).refused(start())


def test_g10_a_consent_that_nobody_wrote_is_for_g7_to_refuse() -> None:
    rules = {rule for rule, _field, _paragraph in on_the_day(told()).refused(start())}
    assert "G7" in rules
    assert "G10" not in rules
