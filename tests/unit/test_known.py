"""What the engine is told of: never too little, and not of a deadline that only moved back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.known import Known

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOURS = st.one_of(st.none(), st.integers(0, 60))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("written"), st.sampled_from("ab"), HOURS),
        st.tuples(st.just("hours pass"), st.just(""), st.integers(1, 20)),
        st.tuples(st.just("looked for another reason"), st.just(""), st.none()),
    ),
    max_size=40,
)


def due(hours: int | None) -> datetime | None:
    return None if hours is None else START + timedelta(hours=hours)


@dataclass
class Engine:
    """Sleeps until the deadline it saw last, and sees everything when it looks. `kept` is what the record has of it."""

    kept: Known
    truth: Known
    saw: Known
    now: datetime = START

    def look(self) -> None:
        if self.truth.wakes_by is not None and self.truth.wakes_by <= self.now:
            self.truth = Known(self.truth.acts_on)  # it fires, and is due no more
        self.saw = self.kept = self.truth

    def written(self, now: Known) -> None:
        """An entry changes what is true, and the record decides whether to tell."""
        tell, self.truth = self.kept.misses(now), now
        if tell:
            self.kept = now
            self.look()

    def pass_until(self, to: datetime) -> None:
        while self.saw.wakes_by is not None and self.saw.wakes_by <= to:
            self.now = max(self.now, self.saw.wakes_by)
            self.look()
        self.now = to


@given(STEPS)
def test_the_engine_never_misses_a_deadline_nor_anything_to_act_on(
    steps: list[tuple[str, str, int | None]],
) -> None:
    begun = Known("a", due(30))
    engine = Engine(begun, begun, begun)
    for what, acts_on, hours in steps:
        if what == "written":
            at = due(hours)
            engine.written(Known(acts_on, max(at, engine.now + timedelta(minutes=1)) if at else None))
        elif what == "hours pass":
            engine.pass_until(engine.now + timedelta(hours=hours or 1))
        else:
            engine.look()
        assert engine.saw.acts_on == engine.truth.acts_on
        assert engine.truth.wakes_by is None or engine.truth.wakes_by > engine.now
        if engine.truth.wakes_by is not None:
            assert engine.saw.wakes_by is not None
            assert engine.saw.wakes_by <= engine.truth.wakes_by


def test_a_deadline_that_moved_back_is_no_news_and_one_that_came_nearer_is() -> None:
    known = Known("same", due(10))
    assert not known.misses(Known("same", due(12)))
    assert not known.misses(Known("same"))
    assert known.misses(Known("same", due(9)))
    assert known.misses(Known("other", due(12)))
    assert Known("same").misses(Known("same", due(500)))


def test_it_is_kept_as_text_and_an_earlier_releases_text_differs_from_everything() -> None:
    for each in (Known("abc", due(7)), Known("abc")):
        assert Known.read(each.text()) == each
    assert Known.read("5f" * 32).misses(Known("abc", due(7)))
    assert Known.read("").misses(Known("abc"))
