"""Figures over all pathways of one trust, read from their audit rows; a list of cases is read page by page.

PostgreSQL groups, the pure part counts: no measure is written down in SQL. Every look is audited.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date

import asyncpg
from pydantic import TypeAdapter, ValidationError

from shared.compliance.figures import Standing
from shared.ledger.keeping import Note, audit
from shared.ledger.visit import pathway_uuid
from shared.ledger.worklist import PlaceUnreadableError
from shared.pathway.civil_time import civil
from shared.pathway.people import Signature
from shared.wiring.clock import Clock

PERIOD = "considered_on >= $1 AND considered_on < $2 AND counted"
# Rows are counted by what they have in common first; what that is, is read once for each.
STANDINGS = f"""
WITH counted AS (SELECT trust, standing, count(*) AS many FROM compliance WHERE {PERIOD} GROUP BY trust, standing)
SELECT reached, verdicts AS said, many FROM counted JOIN compliance_standing USING (trust, standing)
"""  # noqa: S608 -- our own words
BY_DEVICE = f"""
WITH counted AS (SELECT trust, standing, device, count(*) AS many FROM compliance
    WHERE {PERIOD} AND device IS NOT NULL GROUP BY trust, standing, device)
SELECT device, reached, verdicts AS said, many FROM counted JOIN compliance_standing USING (trust, standing)
"""  # noqa: S608 -- our own words
GROUPS = f"""
SELECT site, severity, age_band, sex, language, course, count(*) AS many FROM compliance
WHERE {PERIOD} GROUP BY site, severity, age_band, sex, language, course
"""  # noqa: S608 -- our own words
SUSTAINED = f"""
SELECT count(*) AS pathways, coalesce(sum(completed), 0) AS completed, coalesce(sum(devices_used), 0) AS devices_used,
    coalesce(sum(devices_unused), 0) AS devices_unused, coalesce(sum(contrast_ml), 0) AS contrast_ml,
    coalesce(sum(nights), 0) AS nights, coalesce(sum(in_person), 0) AS in_person,
    coalesce(sum(remotely), 0) AS remotely
FROM compliance WHERE {PERIOD} AND completed > 0
"""  # noqa: S608 -- our own words
SERIOUS = f"SELECT unnest(serious_on) AS serious FROM compliance WHERE {PERIOD} ORDER BY 1 DESC LIMIT $3"  # noqa: S608 -- our own words
MONTHS = f"""
SELECT to_char(month, 'YYYY-MM') AS month, sum(many) FILTER (WHERE strpos(verdicts, $3) > 0) AS yes,
    sum(many) FILTER (WHERE strpos(verdicts, $4) > 0) AS no
FROM (SELECT trust, standing, date_trunc('month', considered_on::timestamp) AS month, count(*) AS many FROM compliance
    WHERE {PERIOD} GROUP BY 1, 2, 3) AS counted
JOIN (SELECT trust, standing, verdicts FROM compliance_standing
    WHERE strpos(verdicts, $3) > 0 OR strpos(verdicts, $4) > 0) AS asked USING (trust, standing)
GROUP BY 1 ORDER BY 1
"""  # noqa: S608 -- our own words
CASES = f"""
SELECT pathway_id::text, considered_on, sides FROM compliance
WHERE {PERIOD} AND (considered_on, pathway_id) > ($4, $5) AND (trust, standing) IN (
    SELECT trust, standing FROM compliance_standing WHERE strpos(verdicts, $3) > 0)
ORDER BY considered_on, pathway_id LIMIT $6
"""  # noqa: S608 -- our own words
FIRST_PLACE = (date(1, 1, 1), "00000000-0000-0000-0000-000000000000")
MOST_SERIOUS = 60
_PLACE: TypeAdapter[tuple[date, str]] = TypeAdapter(tuple[date, str])


@dataclass(frozen=True, slots=True)
class Period:
    """Pathways whose referral came in from `first` up to, and not on, `until`."""

    first: date
    until: date


@dataclass(frozen=True, slots=True)
class Group:
    """How many patients of one kind went which way."""

    site: str
    severity: str
    age_band: str
    sex: str
    language: str
    course: str
    many: int


@dataclass(frozen=True, slots=True)
class Sustained:
    """Sums over the pathways with a completed procedure (IPG651 YR4)."""

    pathways: int
    completed: int
    devices_used: int
    devices_unused: int
    contrast_ml: float
    nights: int
    in_person: int
    remotely: int


@dataclass(frozen=True, slots=True)
class Case:
    """One pathway of a list: nothing of who the patient is."""

    pathway_id: str
    considered_on: date
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """One page of a list. `after` leads to the next; "": this was the last."""

    found: tuple[Case, ...]
    after: str


class Compliance:
    """The audit rows of the trusts, as the governance desk may read them."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    def today(self) -> date:
        """The server's day in London: until when figures go."""
        return civil(self._clock.now())

    async def standings(self, trust: str, by: Signature, period: Period) -> tuple[Standing, ...]:
        """How many pathways stand how: every figure of every measure, and the funnel, follow from it."""
        rows = await self._rows(trust, by, STANDINGS, *_days(period))
        return tuple(map(_standing, rows))

    async def by_device(self, trust: str, by: Signature, period: Period) -> tuple[tuple[str, Standing], ...]:
        """The same of treated pathways, by the model of their device."""
        rows = await self._rows(trust, by, BY_DEVICE, *_days(period))
        return tuple((row["device"], _standing(row)) for row in rows)

    async def groups(self, trust: str, by: Signature, period: Period) -> tuple[Group, ...]:
        """Who went which way: raw counts, small ones among them, for `figures.broken_down` to hide."""
        return tuple(Group(**row) for row in await self._rows(trust, by, GROUPS, *_days(period)))

    async def sustained(self, trust: str, by: Signature, period: Period) -> Sustained:
        rows = await self._rows(trust, by, SUSTAINED, *_days(period))
        return Sustained(**rows[0])

    async def serious(self, trust: str, by: Signature, period: Period) -> tuple[date, ...]:
        """The days of the newest serious adverse events, oldest first."""
        rows = await self._rows(trust, by, SERIOUS, *_days(period), MOST_SERIOUS)
        return tuple(sorted(row["serious"] for row in rows))

    async def months(self, trust: str, by: Signature, period: Period, measure: str) -> tuple[tuple[str, int, int], ...]:
        """For each month of referral, how many were yes, and how many yes or no."""
        said = (_verdict(measure, "yes"), _verdict(measure, "no"))
        rows = await self._rows(trust, by, MONTHS, *_days(period), *said)
        return tuple((row["month"], int(row["yes"] or 0), int(row["yes"] or 0) + int(row["no"] or 0)) for row in rows)

    async def cases(
        self, trust: str, by: Signature, period: Period, *, measure: str, said: str, after: str = "", size: int
    ) -> Cases:
        """The pathways of which this measure says this. Raises PlaceUnreadableError for an `after` no page gave."""
        day, pathway = _read_place(after) if after else FIRST_PLACE
        asked = (*_days(period), _verdict(measure, said), day, pathway, size + 1)
        rows = await self._rows(trust, by, CASES, *asked)
        found = tuple(Case(row["pathway_id"], row["considered_on"], tuple(row["sides"])) for row in rows[:size])
        return Cases(found, _written(found[-1]) if len(rows) > size else "")

    async def _rows(self, trust: str, by: Signature, question: str, *given: object) -> list[asyncpg.Record]:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT set_config('patency.trust', $1, true)", trust)
            await audit(connection, Note(trust, by, "searched", kind="compliance"))
            return await connection.fetch(question, *given)


def _verdict(measure: str, said: str) -> str:
    """How a row says it: part of the JSON that `shared.compliance.row` writes."""
    return f'"{measure}":"{said}"'


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.until


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(tuple(row["reached"]), json.loads(row["said"]), row["many"])


def _written(case: Case) -> str:
    place = [case.considered_on.isoformat(), case.pathway_id]
    return base64.urlsafe_b64encode(json.dumps(place).encode("ascii")).decode("ascii")


def _read_place(text: str) -> tuple[date, str]:
    try:
        place = _PLACE.validate_json(base64.b64decode(text, altchars=b"-_", validate=True))
    except (binascii.Error, ValidationError, ValueError):
        raise PlaceUnreadableError from None
    if pathway_uuid(place[1]) is None:
        raise PlaceUnreadableError
    return place
