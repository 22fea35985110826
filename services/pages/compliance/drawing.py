"""Pictures of figures: a funnel and control charts as places in a drawing. Their tables say the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.compliance.charts import Chart
from shared.web.pages.words import spoken

WIDTH, BAR, LABEL = 640, 30, 250
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 260, 50, 630, 15, 225


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the funnel; `share` of the first step in percent, "" when that is nought."""

    name: str
    count: int
    share: str
    y: int
    width: float


@dataclass(frozen=True, slots=True)
class Funnel:
    bars: tuple[Bar, ...]
    height: int
    label: int = LABEL
    whole: int = WIDTH


def drawn_funnel(steps: Mapping[str, int]) -> Funnel:
    """A bar for each step, as long as its share of those considered."""
    say, first = spoken(), max(steps.get("considered", 0), 1)
    bars = tuple(
        Bar(
            say(f"step_reached.{name}"),
            count,
            say("compliance.percent", percent=f"{100 * count / first:.0f}") if steps.get("considered") else "",
            at * BAR,
            round((WIDTH - LABEL - 60) * count / first, 1),
        )
        for at, (name, count) in enumerate(steps.items())
    )
    return Funnel(bars, len(bars) * BAR)


@dataclass(frozen=True, slots=True)
class Spot:
    """One point: its place, and its row in the table beside."""

    x: float
    y: float
    label: str
    value: str
    low: str
    high: str
    beyond: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A control chart. Lines are lists of "x,y"; `centre` is None, and limits are empty, where there are none."""

    spots: tuple[Spot, ...]
    line: str
    low: str
    high: str
    centre: float | None
    centre_words: str
    most: str
    fewest: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def drawn_chart(chart: Chart, *, percent: bool) -> Drawn:
    """The chart in its frame, values from nought upwards. `percent`: values are shares."""
    values = [value for each in chart.points for value in (each.value, each.high) if value is not None]
    most = max([*values, chart.centre or 0, 0.01 if percent else 1])
    step = (RIGHT - LEFT) / max(len(chart.points) - 1, 1)

    def down(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / most, 1)

    spots = tuple(
        Spot(
            round(LEFT + at * step, 1),
            down(each.value),
            each.label,
            _said(each.value, percent=percent),
            _said(each.low, percent=percent),
            _said(each.high, percent=percent),
            each.beyond,
        )
        for at, each in enumerate(chart.points)
    )
    lines = {
        name: " ".join(
            f"{spot.x},{down(value)}"
            for spot, value in zip(spots, (getattr(each, name) for each in chart.points), strict=True)
            if value is not None
        )
        for name in ("value", "low", "high")
    }
    return Drawn(
        spots,
        lines["value"],
        lines["low"],
        lines["high"],
        None if chart.centre is None else down(chart.centre),
        _said(chart.centre, percent=percent),
        _said(most, percent=percent),
        _said(0.0, percent=percent),
    )


def _said(value: float | None, *, percent: bool) -> str:
    if value is None:
        return ""
    return spoken()("compliance.percent", percent=f"{100 * value:.0f}") if percent else f"{value:.0f}"
