"""A trace put together again: whatever is missing, doubled, turned round or built to break the page."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from shared.traces.service_map import drawing
from shared.traces.span import NS_PER_MS, Span
from shared.traces.store import Call
from shared.traces.tree import DEEPEST, MOST_ROWS, Tree, tree

TRACE = "0af7651916cd43dd8448eb211c80319c"


def span(name: str, parent: str = "", *, start_ms: int = 0, ms: int = 5, service: str = "consent") -> Span:
    return Span(
        trace_id=TRACE,
        span_id=name,
        parent_id=parent,
        service=service,
        name=name,
        kind="internal",
        start_ns=start_ms * NS_PER_MS,
        end_ns=(start_ms + ms) * NS_PER_MS,
    )


def built(*spans: Span) -> Tree:
    found = tree(TRACE, spans)
    assert found is not None
    return found


def shape(found: Tree) -> list[tuple[str, int]]:
    return [(row.span.name, row.depth) for row in found.rows]


CLICK = (
    span("click", ms=40),
    span("tell", "click", start_ms=45, service="relay"),
    span("look", "tell", start_ms=60, service="worker"),
    span("mail", "look", start_ms=70, ms=100, service="worker"),
    span("draw", "click", start_ms=2),
)


def test_parents_stand_over_children_in_the_order_of_time_however_spans_arrive() -> None:
    wanted = [("click", 0), ("draw", 1), ("tell", 1), ("look", 2), ("mail", 3)]
    assert all(shape(built(*order)) == wanted for order in permutations(CLICK))


def test_a_whole_trace_says_who_took_part_and_how_long_it_lasted() -> None:
    found = built(*CLICK)
    assert found.services == ("consent", "relay", "worker")
    assert found.took_ns == 170 * NS_PER_MS
    assert (found.spans_missing, found.clock_skew, found.failed) == (False, False, False)


def test_a_missing_parent_is_said_and_hides_nothing() -> None:
    found = built(*(each for each in CLICK if each.name != "tell"))
    assert found.spans_missing
    assert shape(found) == [("click", 0), ("draw", 1), ("look", 0), ("mail", 1)]


def test_a_span_before_its_parent_means_that_clocks_disagree() -> None:
    assert built(span("a", start_ms=100), span("b", "a", start_ms=50)).clock_skew
    assert not built(span("a", start_ms=100), span("b", "a", start_ms=99)).clock_skew


def test_spans_under_one_another_in_a_ring_are_all_shown() -> None:
    found = built(span("a", "c"), span("b", "a", start_ms=1), span("c", "b", start_ms=2), span("alone", start_ms=3))
    assert sorted(name for name, _ in shape(found)) == ["a", "alone", "b", "c"]
    assert built(span("self", "self")).rows[0].span.name == "self"


def test_a_tower_of_spans_is_cut_and_said() -> None:
    tower = [span(f"{n:04}", f"{n - 1:04}" if n else "", start_ms=n) for n in range(5000)]
    found = built(*tower)
    assert (len(found.rows), found.left_out) == (MOST_ROWS, 5000 - MOST_ROWS)
    assert max(row.depth for row in found.rows) == DEEPEST


def test_no_spans_are_no_tree() -> None:
    assert tree(TRACE, ()) is None


IDS = st.sampled_from("abcdef")


@given(st.lists(st.builds(span, IDS, IDS | st.just(""), start_ms=st.integers(0, 9)), min_size=1, max_size=12))
def test_every_span_stands_in_the_table_exactly_once_whatever_it_names_as_its_parent(spans: list[Span]) -> None:
    assert sorted(row.span.span_id for row in built(*spans).rows) == sorted({each.span_id for each in spans})


def call(caller: str, called: str, *, failed: int = 0) -> Call:
    return Call(caller, called, 10, failed, 1.5)


def test_a_map_stands_callers_left_of_whom_they_call() -> None:
    found = drawing([call("consent", "relay"), call("relay", "worker"), call("consent", "worker", failed=1)])
    columns = {box.service: box.x for box in found.boxes}
    assert columns["consent"] < columns["relay"] < columns["worker"]
    assert [arrow.failed for arrow in found.arrows] == [False, False, True]
    assert all(0 <= box.x < found.width and 0 <= box.y < found.height for box in found.boxes)


def test_services_that_call_each_other_are_still_drawn() -> None:
    found = drawing([call("a", "b"), call("b", "a"), call("b", "c")])
    assert {box.service for box in found.boxes} == {"a", "b", "c"}
