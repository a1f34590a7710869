"""A reader who wants to know more than the printed bands: only printed words and sums, nothing of the gate.

Three attacks. ``propagated`` takes every sum that must hold and narrows all figures by one another until
nothing moves, for any set of figures. ``table_bounds`` is exact for a two-way table with totals: such a table
is a network of flows, whose extreme flows are whole numbers. ``series_bounds`` is exact for runs of
quarters: those are differences of running totals, whose bounds are shortest paths.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

Interval = tuple[int, int]
ENDLESS = 10**6


def read(words: str, *, base: int, smallest: int) -> Interval:
    """Return what the printed words leave possible, to somebody who knows the rule they were printed by."""
    if words == "not shown":
        return 0, ENDLESS
    if words.startswith("fewer than "):
        return 0, int(words.removeprefix("fewer than ")) - 1
    if " to " in words:
        low, high = words.split(" to ")
        return int(low), int(high)
    number = int(words.replace(",", ""))
    if base == 1 or number == 0:
        return number, number
    return max(smallest, number - base // 2), number + base // 2


def propagated(
    known: Mapping[frozenset[int], Interval], sums: Sequence[tuple[frozenset[int], Sequence[frozenset[int]]]]
) -> dict[frozenset[int], Interval]:
    """Narrow every figure by the sums that it is part of, to a fixed point.

    Args:
        known: what is printed, by the cells that it counts.
        sums: each whole with parts that make it up without overlap.
    """
    low = {cells: interval[0] for cells, interval in known.items()}
    high = {cells: interval[1] for cells, interval in known.items()}
    moved = True
    while moved:
        moved = False
        for whole, parts in sums:
            lows, highs = sum(low[part] for part in parts), sum(high[part] for part in parts)
            changes = [(whole, lows, highs)]
            changes += [
                (part, low[whole] - highs + high[part], high[whole] - lows + low[part]) for part in parts
            ]
            for cells, least, most in changes:
                if least > low[cells]:
                    low[cells], moved = least, True
                if most < high[cells]:
                    high[cells], moved = most, True
    return {cells: (low[cells], high[cells]) for cells in known}


def table_bounds(
    cells: Sequence[Sequence[Interval]],
    row_totals: Sequence[Interval],
    column_totals: Sequence[Interval],
    total: Interval,
    truth: Sequence[Sequence[int]],
) -> dict[tuple[int | None, int | None], Interval]:
    """Return the exact bounds of every figure of a two-way table, by row and column, None for a total.

    Args:
        truth: one table that fits; any would do, the bounds do not depend on which.
    """
    rows, columns = len(row_totals), len(column_totals)
    source, sink = rows + columns, rows + columns + 1
    names: list[tuple[int | None, int | None]] = []
    arcs: list[tuple[int, int]] = []
    limits: list[Interval] = []
    flow: list[int] = []

    def arc(name: tuple[int | None, int | None], ends: tuple[int, int], limit: Interval, now: int) -> None:
        names.append(name)
        arcs.append(ends)
        limits.append(limit)
        flow.append(now)

    for row in range(rows):
        arc((row, None), (source, row), row_totals[row], sum(truth[row]))
        for column in range(columns):
            arc((row, column), (row, rows + column), cells[row][column], truth[row][column])
    for column in range(columns):
        arc((None, column), (rows + column, sink), column_totals[column], sum(line[column] for line in truth))
    arc((None, None), (sink, source), total, sum(map(sum, truth)))
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(sink + 1)]
    for number, (start, end) in enumerate(arcs):
        leaving[start].append((number, 1))
        leaving[end].append((number, -1))
    found = {}
    for number, name in enumerate(names):
        found[name] = (
            _extreme(number, -1, arcs, limits, flow, leaving),
            _extreme(number, 1, arcs, limits, flow, leaving),
        )
    return found


def _extreme(
    aim: int,
    way: int,
    arcs: Sequence[tuple[int, int]],
    limits: Sequence[Interval],
    flow: Sequence[int],
    leaving: Sequence[Sequence[tuple[int, int]]],
) -> int:
    """Push the flow of one arc as far as the others let it go round."""
    flow = list(flow)
    start, end = arcs[aim] if way == 1 else arcs[aim][::-1]
    while True:
        room = limits[aim][1] - flow[aim] if way == 1 else flow[aim] - limits[aim][0]
        if room == 0:
            return flow[aim]
        came: dict[int, tuple[int, int] | None] = {end: None}
        queue = deque([end])
        while queue and start not in came:
            node = queue.popleft()
            for number, sign in leaving[node]:
                free = limits[number][1] - flow[number] if sign == 1 else flow[number] - limits[number][0]
                reached = arcs[number][1] if sign == 1 else arcs[number][0]
                if number != aim and free > 0 and reached not in came:
                    came[reached] = (number, sign)
                    queue.append(reached)
        if start not in came:
            return flow[aim]
        path, node = [], start
        while (step := came[node]) is not None:
            path.append(step)
            node = arcs[step[0]][0] if step[1] == 1 else arcs[step[0]][1]
        for number, sign in path:
            free = limits[number][1] - flow[number] if sign == 1 else flow[number] - limits[number][0]
            room = min(room, free)
        for number, sign in path:
            flow[number] += sign * room
        flow[aim] += way * room


def series_bounds(
    printed: Mapping[tuple[int, int], Sequence[Interval]], quarters: int
) -> dict[tuple[int, int], Interval]:
    """Return the exact bounds of every run of quarters, by its first and last, from figures of some of them.

    Args:
        printed: what was printed of a run, at every time that it was.
    """
    points = quarters + 1
    # most[a][b] is the most by which the running total at b can exceed the one at a.
    most = [[0 if a == b else (ENDLESS if a < b else 0) for b in range(points)] for a in range(points)]
    for (first, last), intervals in printed.items():
        for low, high in intervals:
            most[first][last + 1] = min(most[first][last + 1], high)
            most[last + 1][first] = min(most[last + 1][first], -low)
    for through in range(points):
        for a in range(points):
            for b in range(points):
                most[a][b] = min(most[a][b], most[a][through] + most[through][b])
    return {
        (first, last): (-most[last + 1][first], most[first][last + 1])
        for first in range(quarters)
        for last in range(first, quarters)
    }
