"""What Temporal is told of a failure: where, never with what."""

import socket

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ActivityError, ApplicationError, RetryState

from shared.wiring import temporal
from shared.wiring.settings import RelaySettings

CANARY = "9434765919"
converter = temporal.quiet_converter()


def told(error: BaseException) -> Failure:
    failure = Failure()
    converter.failure_converter.to_failure(error, converter.payload_converter, failure)
    return failure


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    def fail() -> None:
        raise error from cause

    with pytest.raises(type(error)) as caught:
        fail()
    return caught.value


def test_a_foreign_error_is_told_by_type_and_line() -> None:
    failure = told(raised(ValueError(f"number {CANARY}")))

    assert failure.application_failure_info.type == "ValueError"
    assert failure.message.startswith("ValueError at ")
    assert ":" in failure.message


def test_an_error_of_ours_keeps_its_words_type_and_details() -> None:
    failure = told(
        raised(ApplicationError("The registry refused the entry", "R-REG", type="Rejected", non_retryable=True))
    )

    assert failure.message == "The registry refused the entry"
    assert failure.application_failure_info.type == "Rejected"
    assert failure.application_failure_info.non_retryable
    assert failure.application_failure_info.details.payloads[0].data == b'"R-REG"'


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_no_cause_speaks_however_deep(depth: int) -> None:
    error = raised(ValueError("Canary"))
    for _ in range(depth):
        error = raised(ApplicationError("It failed"), error)

    written = str(told(error))
    assert "Canary" not in written
    assert "stack_trace" not in written
    assert __file__ not in written


def test_an_error_that_came_back_from_temporal_is_quietened_again() -> None:
    loud = Failure(message="It failed", stack_trace="Canary", cause=Failure(message="x", stack_trace="Canary"))
    error = ActivityError(
        "Activity task failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="worker",
        activity_type="look",
        activity_id="1",
        retry_state=RetryState.TIMEOUT,
    )
    error._failure = loud

    assert "Canary" not in str(told(error))


def test_a_patients_number_in_words_of_ours_is_blanked() -> None:
    assert told(ApplicationError(f"No entry for {CANARY}")).message == "No entry for {number}"


async def test_a_lazy_connection_opens_without_a_server(relay: RelaySettings) -> None:
    client = await temporal.connect(relay, lazy=True)

    assert client.namespace == "default"
    assert client.data_converter.failure_converter_class is temporal.QuietFailureConverter


async def test_an_eager_connection_to_nowhere_fails(relay: RelaySettings) -> None:
    with pytest.raises(RuntimeError):
        await temporal.connect(relay)


@pytest.fixture
def relay(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> RelaySettings:
    """Give settings whose Temporal is a port where nobody listens."""
    password = tmp_path_factory.mktemp("secrets") / "password"
    password.write_text("x", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("PATENCY_ENV", "training")
    monkeypatch.setenv("PATENCY_DATABASE_PASSWORD_FILE", str(password))
    monkeypatch.setenv("PATENCY_POSTGRES", "127.0.0.1:1/patency")
    monkeypatch.setenv("PATENCY_TEMPORAL", f"127.0.0.1:{port}")
    return RelaySettings()
