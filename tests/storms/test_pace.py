"""Buckets that fill again at an even pace, and what never has to wait for one."""

import pytest

from services.limiting import is_urgent
from shared.web.pace import MOST_BUCKETS, Pace


class Watch:
    """A clock that somebody else moves."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def test_a_bucket_gives_what_it_holds_and_fills_again_at_its_pace() -> None:
    watch = Watch()
    pace = Pace(2.0, 20, watch)
    assert [pace.wait_s("a") for _ in range(20)] == [0.0] * 20
    assert pace.wait_s("a") == 0.5
    watch.s += 0.5
    assert (pace.wait_s("a"), pace.wait_s("a")) == (0.0, 0.5)
    watch.s += 3600
    assert [pace.wait_s("a") for _ in range(21)] == [*[0.0] * 20, 0.5]


def test_a_bucket_is_nobody_elses_and_what_did_not_count_is_given_back() -> None:
    pace = Pace(0.1, 1, Watch())
    assert pace.wait_s("a") == 0
    assert pace.wait_s("a") == 10
    assert pace.wait_s("b") == 0
    pace.give_back("b")
    assert pace.wait_s("b") == 0


def test_no_more_buckets_are_kept_than_there_is_room_for() -> None:
    pace = Pace(1.0, 10, Watch())
    for number in range(MOST_BUCKETS + 100):
        pace.wait_s(f"{number}")
    assert len(pace._buckets) == MOST_BUCKETS


@pytest.mark.parametrize(
    ("path", "urgent"),
    [
        ("/api/pathways/x/break_glass", True),
        ("/pathways/x/break_glass", True),
        ("/pathways/x/break_glass/check", True),
        ("/api/pathways/x/consent_withdrawn", True),
        ("/open-record/x", True),
        ("/api/pathways/x/break_glass_review", False),
        ("/api/pathways/x/consent", False),
        ("/api/pathways/break_glass", False),
        ("/pathways/x/y/break_glass", False),
    ],
)
def test_only_an_emergency_and_a_withdrawal_never_wait(path: str, *, urgent: bool) -> None:
    assert is_urgent(path) is urgent
