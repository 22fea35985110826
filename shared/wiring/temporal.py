"""The way to Temporal: plain JSON of ids, enums and dates, and failures that say where, never with what."""

import asyncio
import logging
import traceback
from datetime import timedelta
from functools import cache

from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.converter import DataConverter, DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import FailureError
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import KeepAliveConfig
from typing_extensions import override

from shared.contracts.identifiers import NAMESPACE
from shared.wiring import scrub
from shared.wiring.settings import Address, RelaySettings

log = logging.getLogger(__name__)

AGAIN_S = 1.0
CONNECT_WITHIN = timedelta(seconds=5)
# A server that vanished without a word is noticed after 15 seconds instead of 45.
KEEP_ALIVE = KeepAliveConfig(interval_millis=10_000, timeout_millis=5_000)


def _whereabouts(error: BaseException) -> str:
    """Return the type of an error and the line it came from: `KeyError at workflows.pathway:88`."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return type(error).__name__
    frame, line_number = frames[-1]
    return f"{type(error).__name__} at {frame.f_globals.get('__name__', '?')}:{line_number}"


class QuietFailureConverter(DefaultFailureConverter):
    """Keep the words of foreign errors out of Temporal, where failures stand in clear even beside a codec.

    The words of a Temporal error stay: we raise ApplicationError with words from a closed list only. Those of
    any other exception may repeat what a patient's record says, so its type and line stand in for them. Stack
    traces go, since they carry source lines.
    """

    @override
    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        super().to_failure(exception, payload_converter, failure)
        if not isinstance(exception, FailureError):
            failure.message = _whereabouts(exception)
        _hush(failure)


def _hush(failure: Failure) -> None:
    """Take stack traces and patients' numbers out of a failure and of all its causes."""
    failure.stack_trace = ""
    failure.message = scrub.line(failure.message)
    if failure.HasField("cause"):
        _hush(failure.cause)


def quiet_converter() -> DataConverter:
    return DataConverter(failure_converter_class=QuietFailureConverter)


@cache
def _runtime(counts_at: Address | None) -> Runtime | None:
    """Temporal's own machinery, one in a process; it serves what it counts at that address. None: the usual one.

    An address that is taken costs those figures alone, and is logged.
    """
    if counts_at is None:
        return None
    served = PrometheusConfig(
        bind_address=str(counts_at), counters_total_suffix=True, unit_suffix=True, durations_as_seconds=True
    )
    try:
        return Runtime(telemetry=TelemetryConfig(metrics=served))
    except ValueError as error:  # what it raises for an address that it cannot have
        log.warning("nobody can read what Temporal's client counts", extra={"error": type(error).__name__})
        return None


async def connect(settings: RelaySettings, *, lazy: bool = False) -> Client:
    """Connect to Temporal; with `lazy` at the first call instead, so that a process can start without it.

    Workers need a connection that is not lazy. Raises RuntimeError when the server does not answer in time.
    """
    return await Client.connect(
        str(settings.temporal),
        namespace=NAMESPACE,
        data_converter=quiet_converter(),
        lazy=lazy,
        connect_timeout=None if lazy else CONNECT_WITHIN,
        keep_alive_config=KEEP_ALIVE,
        runtime=_runtime(settings.temporal_metrics),
    )


async def connect_patiently(settings: RelaySettings) -> Client:
    """Connect, however long the server takes to come up; whoever cannot wait cancels.

    A connection that was made once heals by itself; only the first attempt raises RuntimeError when nobody answers.
    """
    while True:
        try:
            return await connect(settings)
        except RuntimeError as error:
            log.warning("waiting for Temporal", extra={"error": type(error).__name__})
            await asyncio.sleep(AGAIN_S)
