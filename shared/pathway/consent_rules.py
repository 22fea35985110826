"""Whether a consent stands (IPG651 1.2, 1.1): about this leg and plan, young enough, line by line, not withdrawn."""

from collections.abc import Iterator

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.civil_time import add_days, civil
from shared.pathway.consent import Consent, ConsentConfirmed, ConsentLine, ConsentWithdrawn, LineStatus
from shared.pathway.mdt_offer import decision, overtaken
from shared.pathway.question import Moment
from shared.pathway.record import Entry

PROCEDURE = ConsentLine.PMT_PROCEDURE


def withdrawals(moment: Moment, line: ConsentLine = PROCEDURE) -> tuple[Entry, ...]:
    """Every time the patient withdrew from this line, oldest first. Naming no line means all of them."""
    return tuple(
        entry
        for entry in moment.pathway.every(ConsentWithdrawn)
        if isinstance(entry.record, ConsentWithdrawn) and (not entry.record.lines or line in entry.record.lines)
    )


def withdrawn(moment: Moment) -> bool:
    """Whether the patient's last word was to withdraw. No gate and no break-glass passes this."""
    return _withdrawn_from(moment, PROCEDURE)


def _withdrawn_from(moment: Moment, line: ConsentLine) -> bool:
    said, taken = withdrawals(moment, line), moment.pathway.latest(Consent)
    return bool(said) and (taken is None or said[-1].seq > taken.seq)


def line_status(moment: Moment, line: ConsentLine) -> LineStatus:
    """What the patient's last word about one line was, a withdrawal of that line alone included (R-CON-5)."""
    taken = moment.pathway.record(Consent)
    if taken is None:
        return LineStatus.NOT_ASKED
    said = taken.lines.get(line, LineStatus.NOT_ASKED)
    return LineStatus.WITHDRAWN if said == LineStatus.GIVEN and _withdrawn_from(moment, line) else said


def standing(moment: Moment) -> Consent | None:
    """The consent that stands now: given, not withdrawn or too old (T-CON), later than the last material change.

    Lines withdrawn since are withdrawn in it. None otherwise.
    """
    entry = moment.pathway.latest(Consent)
    if entry is None or withdrawn(moment) or not isinstance(entry.record, Consent):
        return None
    taken = entry.record
    too_old = moment.now >= add_days(taken.signed_at, moment.policy.consent_valid_days)
    if too_old or overtaken(moment, entry.seq) or not _about_present_offer(moment, entry):
        return None
    if taken.lines.get(PROCEDURE) != LineStatus.GIVEN:
        return None
    if not moment.pathway.every(ConsentWithdrawn):
        return taken
    return taken.model_copy(update={"lines": {line: line_status(moment, line) for line in taken.lines}})


def confirmed_today(moment: Moment, side: Side) -> bool:
    """Whether the patient, asked again today by somebody of the room, still agrees, about this leg (R-CON-3).

    The last answer of the day counts; one given before the consent that stands does not.
    """
    taken = moment.pathway.latest(Consent)
    asked_today = [
        entry.record
        for entry in moment.pathway.every(ConsentConfirmed)
        if isinstance(entry.record, ConsentConfirmed)
        and entry.record.side == side
        and taken is not None
        and entry.seq > taken.seq
        and civil(entry.record.confirmed_at) == civil(moment.now)
    ]
    return bool(asked_today) and asked_today[-1].still_agrees == Answer.YES and not withdrawn(moment)


def _about_present_offer(moment: Moment, entry: Entry) -> bool:
    offer = decision(moment)
    return offer is None or entry.seq > offer.seq


def refused(moment: Moment) -> bool:
    """Whether the patient, asked about the present offer, said no to the procedure."""
    entry = moment.pathway.latest(Consent)
    if entry is None or not isinstance(entry.record, Consent) or not _about_present_offer(moment, entry):
        return False
    return entry.record.lines.get(ConsentLine.PMT_PROCEDURE) == LineStatus.REFUSED


def declined(moment: Moment) -> bool:
    """Whether the patient withdrew from the present offer. A later offer may be talked about anew."""
    said = withdrawals(moment)
    return bool(said) and withdrawn(moment) and _about_present_offer(moment, said[-1])


def covers(taken: Consent, line: ConsentLine) -> bool:
    return taken.lines.get(line) == LineStatus.GIVEN


def settled(moment: Moment) -> bool:
    """Whether the patient has decided: a consent stands, or was refused or withdrawn."""
    return standing(moment) is not None or refused(moment) or declined(moment)


def missing_lines(moment: Moment, taken: Consent, side: Side) -> Iterator[ConsentLine]:
    """Adjuncts that the plan for one leg contains and the patient did not agree to (R-CON-4)."""
    offer = decision(moment)
    limb = offer.offer(side) if offer else None
    if limb is None or limb.plan is None:
        return
    planned = {
        ConsentLine.THROMBOLYSIS: limb.plan.lysis_mode != LysisMode.NONE,
        ConsentLine.IVC_FILTER: limb.plan.filter_planned,
        ConsentLine.ANGIOPLASTY_STENT: limb.plan.stent_if_lesion,
    }
    yield from (line for line, wanted in planned.items() if wanted and not covers(taken, line))
