"""Blood and urine after a rheolytic run (clinical.md R-PRO-5; IPG651 3.3). The results are written down as bloods."""

from shared.pathway import laboratory_checks
from shared.pathway.question import Moment
from shared.pathway.stage import Stage


def _settled(moment: Moment) -> bool:
    return all(each.met for each in laboratory_checks.checks(moment))


STAGE = Stage(
    "laboratory_checks",
    None,
    ("3.3",),
    (),
    _settled,
    (laboratory_checks.tasks,),
    (laboratory_checks.timers,),
    asks=("laboratory_check",),
)
