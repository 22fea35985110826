"""What the desks of one process share, and serving them until told to stop."""

import asyncio
from collections.abc import Sequence
from functools import partial

import asyncpg

from services import serving
from services.counted import Counted
from services.desks import DESKS, database_role, directory, port
from services.governance.notify_receipts import tokens_of
from services.issuer import Issuer
from services.sessions.reception import FRONT_DOOR, Reception
from services.signing_in.arriving import RETURN
from services.signing_in.provider import Client, Provider
from services.wiring import Wiring
from shared import policy
from shared.ledger import Ledger
from shared.ledger.ledger import SHELF_PLACES
from shared.ledger.registers import Registers
from shared.ledger.shelf import Shelf
from shared.traces.pathway_health import PathwaysHealth
from shared.traces.store import TraceStore
from shared.traces.watch import Watch
from shared.web.pace import Paces
from shared.web.turns import Turns
from shared.wiring import garbage, telemetry
from shared.wiring.clock import ServerClock
from shared.wiring.postgres import is_outage, open_alone, open_pool
from shared.wiring.settings import DeskSettings

CONNECTIONS = 3  # for each desk: so many turns a trust can have at once
OPERATIONS = "operations"
GOVERNANCE = "governance"
CLOSE_S = 0.5


class House:
    """What the desks of this process share, and each desk's own pool of connections."""

    def __init__(self, settings: DeskSettings) -> None:
        self._settings = settings
        self._issuer = Issuer(settings.oidc_issuer)
        self._policy = policy.load()
        self._desks = directory(settings.public_url, settings.base_port)
        self._pools: list[asyncpg.Pool] = []
        self._notify_tokens = tokens_of(settings.notify_tokens_file)
        client = Client(
            settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret(), self._desks[0].url + RETURN
        )
        self._provider = Provider(client, ServerClock())
        self._shelf = Shelf(SHELF_PLACES)  # a pathway goes from desk to desk: each would fold it from its first entry
        self._turns = Turns(settings.at_once)  # all desks of this process have one processor
        self._paces = Paces.of(person_per_second=settings.person_per_second, trust_per_second=settings.trust_per_second)

    async def wiring(self, desk: str) -> Wiring:
        pool = await open_pool(self._settings, database_role(desk), size=CONNECTIONS)
        self._pools.append(pool)

        async def database_answers() -> bool:
            try:
                return bool(await pool.fetchval("SELECT true"))
            except Exception as error:
                if is_outage(error):
                    return False
                raise

        training, clock = self._settings.env == "training", ServerClock()
        provider = self._provider if desk == FRONT_DOOR else None
        reception = Reception.of(
            desk,
            pool,
            clock,
            self._desks,
            provider,
            issuer=self._settings.oidc_issuer,
            training=training,
            listen=partial(open_alone, self._settings, database_role(desk)),
            evidence_key=self._settings.evidence_key_file,
            research_key=self._settings.research_key_file,
            paces=self._paces,
        )
        ledger = Ledger(pool, self._policy, clock, shelf=self._shelf)
        registers = Registers(pool, clock)
        watch = self._watch(pool, clock) if desk == OPERATIONS else None
        return Wiring(
            ledger,
            self._issuer,
            database_answers,
            self._desks,
            training,
            reception,
            registers,
            watch,
            self._paces,
            self._turns,
            self._notify_tokens if desk == GOVERNANCE else {},
        )

    def _watch(self, pool: asyncpg.Pool, clock: ServerClock) -> Watch:
        """What the operations desk looks at."""
        settings = self._settings
        return Watch(
            TraceStore(pool, clock, keep_days=settings.trace_days),
            PathwaysHealth(pool, clock),
            settings.trace_key,
            (settings.temporal_ui_url or "").rstrip("/"),
            settings.trace_ui_url or "",
        )

    async def close(self) -> None:
        await self._issuer.close()
        await self._provider.close()
        for pool in self._pools:
            pool.terminate()  # every answer has been given: nothing is under way


async def serve(desks: Sequence[str], settings: DeskSettings) -> None:
    """Until told to stop."""
    house = House(settings)
    apps = {}
    for desk in desks:
        app = DESKS[desk](await house.wiring(desk))
        app.add_middleware(Counted, desk=desk.replace("_", "-"))
        if desk != OPERATIONS:  # who looks at traces makes none
            telemetry.instrument(app, service=desk.replace("_", "-"))
        apps[port(desk, settings.base_port)] = app
    garbage.stay()
    try:
        await serving.serve(apps, settings.listen)
    finally:
        await house.close()
        await asyncio.to_thread(telemetry.stop)
