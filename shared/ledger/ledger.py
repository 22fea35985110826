"""The ledger's door. One transaction for each act, as architecture 1.3 has it: what is answered as kept, is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import asyncpg

from shared.ledger import opening as openings
from shared.ledger import traceability, worklist
from shared.ledger.acts import Absent, Act, Answer, Kept, KeyReused, NotAllowed, Opening, Refused, Stale
from shared.ledger.derived import derive, known
from shared.ledger.keeping import MOVE_CLOCK, Deed, Form, Note, Receipt, answer_json, asked_for, audit, keep, rules_of
from shared.ledger.moments import as_it_stood, with_record, with_what_is_due
from shared.ledger.outcomes import Outcome, Paper, again, clock_refusals
from shared.ledger.patient import PatientIdentity
from shared.ledger.shelf import Shelf
from shared.ledger.visit import PATHWAY, PATIENT, Connection, Errand, Visit, allowed, holds, visit
from shared.ledger.watched import came_due, watched
from shared.pathway import decide
from shared.pathway.choices import Urgency
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.referral import urgency
from shared.policy import Policy
from shared.wiring.clock import Clock

SHELF_PLACES = 128
KEY_ONCE = "idempotency_key_once"

RECIPIENTS = "SELECT person, address, channel FROM told_today WHERE role = $1 ORDER BY person"


class Ledger:
    """What a process may do with pathways, as far as its database role goes.

    `pool` is of that role; `clock` the server's time, to which a training pathway adds its own offset. Ledgers of one
    process may share a `shelf`: whether this role may see a pathway is asked each time, whoever folded it. Raises
    what `shared.wiring.postgres.is_outage` knows while PostgreSQL is away: whether the act took effect is then
    unknown, and the same key asks again.
    """

    def __init__(self, pool: asyncpg.Pool, policy: Policy, clock: Clock, *, shelf: Shelf | None = None) -> None:
        self._pool = pool
        self._policy = policy
        self._clock = clock
        self._shelf = Shelf(SHELF_PLACES) if shelf is None else shelf

    @watched
    async def open_pathway(self, opening: Opening) -> Kept | Refused | NotAllowed | KeyReused:
        """Opens a pathway with its referral, for a new patient or for the one this trust has under that number."""
        try:
            async with self._transaction() as connection:
                outcome = await self._open(connection, opening)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != KEY_ONCE:
                raise
            return KeyReused()
        answer = self._committed(outcome)
        assert not isinstance(answer, Stale | Absent)  # noqa: S101 -- nothing there yet can be stale or absent
        return answer

    @watched
    async def enter(self, act: Act) -> Answer:
        """Adds a record to a pathway, or says why not. All is decided under one lock, on one version."""
        try:
            async with self._transaction() as connection:
                outcome = await self._enter(connection, act)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != KEY_ONCE:
                raise
            return KeyReused()  # another pathway took this key at the same moment
        return self._committed(outcome)

    async def look(self, trust: str, pathway_id: str) -> Moment | None:
        """The system's own look, for deciding what is owed: not audited, and shown to nobody."""
        found = await self._glance(trust, pathway_id)
        return found.moment if found else None

    async def read(
        self, trust: str, pathway_id: str, reader: Signature, *, as_at: datetime | None = None
    ) -> Moment | None:
        """The pathway for a reader, now or as it stood at `as_at`; the audit row is committed before it is returned."""
        found = await self._shown(trust, pathway_id, reader, PATHWAY)
        if found is None:
            return None
        return found.moment if as_at is None else as_it_stood(found.moment, as_at)

    async def patient(self, trust: str, pathway_id: str, reader: Signature) -> PatientIdentity | None:
        """Who the patient is. Audited before it is returned; only desks that meet patients have the privilege."""
        found = await self._shown(trust, pathway_id, reader, PATIENT)
        return found.patient if found else None

    async def read_with_patient(
        self, trust: str, pathway_id: str, reader: Signature
    ) -> tuple[Moment, PatientIdentity | None] | None:
        """`read` and `patient` at one moment, for a page that shows both."""
        found = await self._shown(trust, pathway_id, reader, (*PATHWAY, *PATIENT))
        return (found.moment, found.patient) if found else None

    async def attend(
        self, trust: str, pathway_id: str, by: Signature = PATENCY, traceparent: str | None = None
    ) -> Moment | None:
        """The engine's own look: enters every timer that has fallen due, in order, and returns how it stands then.

        Nothing is written, and nobody waits, where nothing is due and the engine knew of everything. Not audited.
        """
        found = await self._glance(trust, pathway_id)
        if found is None or not (decide.due(found.moment) or found.known != known(found.moment)):
            return found.moment if found else None
        _, moment = await self._fire(trust, pathway_id, by, traceparent, looking=True)
        return moment

    async def fire_due(
        self, trust: str, pathway_id: str, by: Signature = PATENCY, traceparent: str | None = None
    ) -> int:
        """Enters every timer that has fallen due, in order, and returns how many. Asked again it enters none."""
        fired, _ = await self._fire(trust, pathway_id, by, traceparent, looking=False)
        return fired

    async def _fire(
        self, trust: str, pathway_id: str, by: Signature, traceparent: str | None, *, looking: bool
    ) -> tuple[int, Moment | None]:
        """How many fired, and the moment after; `looking`: the pathway's own workflow sees it, and is not told."""
        async with self._transaction() as connection:
            found = await self._visit(connection, Errand(trust=trust, pathway_id=pathway_id, locked=True))
            if found is None:
                return 0, None
            after = with_what_is_due(found.moment, by)
            fired = after.pathway.version - found.moment.pathway.version
            if fired or looking:
                paper = Paper(by, None, traceparent, looked_after=looking)
                await self._write(connection, found, after, paper)
        self._shelf.put(after.pathway)
        came_due(after.pathway.entries[found.moment.pathway.version :])
        return fired, after

    async def worklist(
        self,
        trust: str,
        role: Role,
        reader: Signature,
        *,
        due_before: datetime | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> worklist.Page:
        """One page of a role's open tasks. Raises PlaceUnreadableError for an `after` that no page gave."""
        place = worklist.read_place(after) if after else worklist.START
        size = max(1, min(limit, worklist.LARGEST_PAGE))
        async with self._transaction(trust) as connection:
            page = await worklist.search(
                connection, role.value, due_before=due_before, place=place, limit=size, server_now=self._clock.now()
            )
            await audit(connection, Note(trust, reader, "searched", kind=role.value, shown=page.shown))
        return page

    async def advance_clock(
        self, trust: str, pathway_id: str, to: datetime, by: Signature, traceparent: str | None = None
    ) -> Kept | Absent | NotAllowed | Refused:
        """Moves a training pathway's clock forward and wakes what waits for it. A real pathway's clock never moves."""
        async with self._transaction() as connection:
            errand = Errand(trust=trust, pathway_id=pathway_id, by=by, locked=True)
            found = await self._visit(connection, errand)
            if found is None:
                return Absent()
            if not holds(by, found.moment.facts):
                await audit(connection, Note(trust, by, "denied", found.id, "clock"))
                return NotAllowed()
            if refusals := tuple(clock_refusals(found, to)):
                await audit(connection, Note(trust, by, "refused", found.id, "clock", rules_of(refusals)))
                return Refused(refusals)
            version = found.moment.pathway.version
            ahead = found.ahead + (to - found.moment.now)
            await connection.execute(MOVE_CLOCK, found.id, trust, ahead, version, traceparent)
            await audit(connection, Note(trust, by, "clock_moved", found.id, "clock"))
        return Kept(pathway_id, version, to)

    async def recipients(self, trust: str, role: Role) -> list[tuple[str, str, str]]:
        """Whom a notice to this role goes to, who left excepted: directory id, address, and which way."""
        async with self._transaction(trust) as connection:
            rows = await connection.fetch(RECIPIENTS, role.value)
        return [(row["person"], row["address"], row["channel"]) for row in rows]

    async def device_uses(self, trust: str, device: traceability.Device, reader: Signature) -> traceability.Uses:
        """Which pathways of this trust used a device, or one lot of it; audited."""
        async with self._transaction(trust) as connection:
            return await traceability.uses(connection, device, Note(trust, reader, "searched", kind="device"))

    @asynccontextmanager
    async def _transaction(self, trust: str | None = None) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as connection, connection.transaction():
            if trust is not None:  # otherwise the first question sets it
                await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            yield connection

    async def _glance(self, trust: str, pathway_id: str) -> Visit | None:
        """A visit that writes nothing: one question, without a transaction around it."""
        return await self._alone(Errand(trust=trust, pathway_id=pathway_id))

    async def _shown(
        self, trust: str, pathway_id: str, reader: Signature, what: tuple[str | None, ...]
    ) -> Visit | None:
        """A visit that shows: its audit rows are committed with the one question it is."""
        return await self._alone(Errand(trust=trust, pathway_id=pathway_id, reader=reader, shown=what))

    async def _alone(self, errand: Errand) -> Visit | None:
        async with self._pool.acquire() as connection:
            return await self._visit(connection, errand)

    async def _visit(self, connection: Connection, errand: Errand) -> Visit | None:
        now = self._clock.now()
        return await visit(connection, errand, shelf=self._shelf, policy=self._policy, server_now=now)

    def _committed(self, outcome: Outcome) -> Answer:
        if outcome.pathway is not None:
            self._shelf.put(outcome.pathway)
        return outcome.answer

    async def _enter(self, connection: Connection, act: Act) -> Outcome:
        errand = Errand(
            trust=act.trust, pathway_id=act.pathway_id, record=act.record, by=act.by, key=act.key, locked=True
        )
        found = await self._visit(connection, errand)
        if found is None:
            return Outcome(Absent())
        if found.answered is not None:
            return Outcome(again(found.answered, act.pathway_id, asked_for(act.record.kind, act.body_hash)))
        note = Note(act.trust, act.by, "refused", found.id, act.record.kind)
        if not allowed(act.record, act.by, found.moment.facts):
            await audit(connection, replace(note, action="denied"))
            return Outcome(NotAllowed())
        if act.expected_version not in {None, found.moment.pathway.version}:
            return Outcome(Stale(found.moment.pathway.version))
        beside, moment = act.alongside, found.moment
        refusals = decide.refusals(moment, act.record, act.by)
        if beside is not None:
            refusals += await beside.refusals(connection, found, act.by)
        if refusals:
            await audit(connection, replace(note, rules=rules_of(refusals)))
            return Outcome(Refused(refusals))
        if beside is not None:
            moment = replace(moment, facts=await beside.write(connection, found, act.by))
        after = with_record(moment, act.record, act.by)
        return await self._keep(connection, found, after, act)

    async def _open(self, connection: Connection, opening: Opening) -> Outcome:
        now, by = self._clock.now(), opening.by
        desk = await openings.prepare(connection, opening, policy=self._policy, server_now=now)
        if desk is None:
            return Outcome(NotAllowed())
        if desk.answered is not None:
            asked = asked_for(opening.referral.kind, opening.body_hash)
            return Outcome(again(desk.answered, desk.answered.pathway_id, asked))
        note = Note(opening.trust, by, "refused", kind=opening.referral.kind)
        if not allowed(opening.referral, by, desk.moment.facts):
            await audit(connection, replace(note, action="denied"))
            return Outcome(NotAllowed())
        refusals = (*openings.refusals(desk, opening), *decide.refusals(desk.moment, opening.referral, by))
        if refusals:
            await audit(connection, replace(note, rules=rules_of(refusals)))
            return Outcome(Refused(refusals))
        after = with_record(desk.moment, opening.referral, by)
        sides = [limb.side.value for limb in opening.referral.limbs]
        await openings.open_up(connection, desk, opening, sides=sides, urgency=urgency(after.pathway).value)
        return await self._keep(connection, desk.visit, after, opening)

    async def _keep(self, connection: Connection, found: Visit, after: Moment, given: Act | Opening) -> Outcome:
        """Writes one person's one entry down and answers with it."""
        newest = after.pathway.entries[-1]
        asked = asked_for(newest.kind, given.body_hash)
        receipt = Receipt(given.key, asked, answer_json(newest.seq, newest.at))
        looked_after = isinstance(given, Act) and given.looked_after
        imported = isinstance(given, Opening) and given.imported
        at_leisure = imported and urgency(after.pathway) != Urgency.EMERGENCY
        about = found.id if isinstance(given, Act) else None
        form = Form(about, newest.kind) if given.from_form else None
        paper = Paper(given.by, receipt, given.traceparent, looked_after, at_leisure, form)
        await self._write(connection, found, after, paper)
        return Outcome(Kept(after.pathway.id, newest.seq, newest.at), after.pathway)

    async def _write(self, connection: Connection, found: Visit, after: Moment, paper: Paper) -> None:
        before, derived = found.moment.pathway, derive(after)
        tell = found.known.misses(derived.known) and not paper.looked_after
        deed = Deed(
            pathway_id=found.id,
            trust=before.trust,
            by=paper.by,
            entries=after.pathway.entries[before.version :],
            action="entered" if before.version else "opened",
            derived=derived,
            receipt=paper.receipt,
            tell=tell,
            known=derived.known if tell or paper.looked_after else found.known,
            traceparent=paper.traceparent,
            at_leisure=paper.at_leisure,
            form=paper.form,
        )
        await keep(connection, deed)
