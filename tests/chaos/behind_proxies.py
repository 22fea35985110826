"""A local world whose processes reach PostgreSQL, Temporal, the mail server and the registry through our proxies."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from typing_extensions import override

from deploy.local.world import World
from tests.chaos.proxy import Proxy

BEHIND: Mapping[str, str] = {
    "postgres": "PATENCY_POSTGRES",
    "temporal": "PATENCY_TEMPORAL",
    "smtp": "PATENCY_SMTP",
    "simulated_registry": "PATENCY_REGISTRY_URL",
}
"""What stands behind a proxy, and the setting that tells processes where it is."""


class WorldBehindProxies(World):
    """The world as it always is, but that the addresses its processes are given are those of the proxies."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.proxies = {name: Proxy(name, self.ports.of(name)) for name in BEHIND}

    @override
    async def __aenter__(self) -> Self:
        for proxy in self.proxies.values():
            await proxy.start()
        return await super().__aenter__()

    @override
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        for proxy in self.proxies.values():
            await proxy.stop()

    @property
    @override
    def env(self) -> dict[str, str]:
        told = dict(super().env)
        for name, setting in BEHIND.items():
            told[setting] = told[setting].replace(str(self.ports.of(name)), str(self.proxies[name].listens_on))
        return told
