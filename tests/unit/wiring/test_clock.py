from datetime import UTC

from shared.wiring.clock import Clock, ServerClock


def test_the_servers_clock_tells_an_aware_instant_in_utc() -> None:
    clock: Clock = ServerClock()

    assert clock.now().tzinfo is UTC


def test_the_servers_clock_does_not_run_backwards_between_two_looks() -> None:
    clock = ServerClock()

    assert clock.now() <= clock.now()
