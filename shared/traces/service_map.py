"""Who calls whom, placed for drawing: services in columns from the left, those first that nobody calls. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.traces.store import Call

BOX_WIDTH, BOX_HEIGHT = 150, 36
COLUMN, LINE, EDGE = 220, 64, 10


@dataclass(frozen=True, slots=True)
class Box:
    """One service; its upper left corner."""

    service: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the right side of the caller to the left side of who is called. `failed`: some of these calls did."""

    x1: int
    y1: int
    x2: int
    y2: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in one system of coordinates, `width` by `height`."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def drawing(calls: Iterable[Call]) -> Drawing:
    """The map of these calls. A ring of callers is cut where it closes."""
    calls = tuple(calls)
    columns = _columns(calls)
    lines: dict[int, int] = {}
    boxes = {}
    for service, column in sorted(columns.items(), key=lambda each: (each[1], each[0])):
        line = lines.get(column, 0)
        lines[column] = line + 1
        boxes[service] = Box(service, EDGE + column * COLUMN, EDGE + line * LINE)
    arrows = tuple(_arrow(boxes[each.caller], boxes[each.called], failed=each.failed > 0) for each in calls)
    width = 2 * EDGE + BOX_WIDTH + COLUMN * max(columns.values(), default=0)
    height = 2 * EDGE + BOX_HEIGHT + LINE * (max(lines.values(), default=1) - 1)
    return Drawing(tuple(boxes.values()), arrows, width, height)


def _columns(calls: tuple[Call, ...]) -> Mapping[str, int]:
    """One further to the right than whoever calls it from furthest right; a service is moved once for each other."""
    found = dict.fromkeys((name for each in calls for name in (each.caller, each.called)), 0)
    for _ in range(len(found)):
        moved = False
        for each in calls:
            wanted = found[each.caller] + 1
            if found[each.called] < wanted < len(found):
                found[each.called] = wanted
                moved = True
        if not moved:
            break
    return found


def _arrow(caller: Box, called: Box, *, failed: bool) -> Arrow:
    middle = BOX_HEIGHT // 2
    return Arrow(caller.x + BOX_WIDTH, caller.y + middle, called.x, called.y + middle, failed)
