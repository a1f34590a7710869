"""Charts drawn by hand as SVG: the same picture on the page and in the PDF, and a table behind each.

Only attributes are used, no style, so a strict Content Security Policy has nothing to refuse. Meaning is
never in colour alone: bars carry their figure, lines differ in dash and marker and are named at their
end, segments are named in words below. A figure that is not known is said in words and never drawn as
zero (rule 10 of the product).

    chart = BarChart(title=..., description=..., bars=[Bar("Acute hospital", 84)], target=85)
    {% chart chart %}  in a page, {% chart chart for_print=True %} in a document
"""

import hashlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10
from typing import ClassVar

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from prevent_portal.web.numbers import Number, exact, number, percent

INK, QUIET, GRID, PAPER = "#0b0c0c", "#484949", "#cecece", "#ffffff"
BRAND, BRAND_LIGHT = "#00594f", "#5aa69c"
SERIES = ("#00594f", "#7a3b8f", "#b8511a", "#1d4f91", "#6b6b12", "#8a1c46")
DASHES = ("", "9 5", "2 5", "12 4 2 4", "5 3", "16 6")
SEGMENTS = ("#00594f", "#5aa69c", "#b7d9d4", "#f0c05a", "#c9713f", "#8e8f8f")
FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif"
WIDTH = 640
UNKNOWN = "Not known"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `value` None means not known; `words` then says why ("Not returned")."""

    label: str
    value: Number | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line: a value for each period, None where there is none."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a whole."""

    label: str
    value: int


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 16,
    anchor: str = "start",
    bold: bool = False,
    colour: str = INK,
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{escape(words)}</text>"
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}" '
        f'stroke-width="{_n(width)}"{dashes}/>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str, extra: str = "") -> str:
    size = f'width="{_n(max(width, 0))}" height="{_n(height)}"'
    return f'<rect x="{_n(x)}" y="{_n(y)}" {size} fill="{colour}"{extra}/>'


def _picture(title: str, description: str, height: float, parts: Sequence[str]) -> SafeString:
    """Return the finished drawing with its name and description."""
    seed = "\x00".join((title, description, *parts)).encode()
    identity = f"chart-{hashlib.sha256(seed).hexdigest()[:10]}"
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'width="{width}" height="{height}" role="img" '
        'aria-labelledby="{id}-title {id}-desc" font-family="{font}" focusable="false">'
        '<title id="{id}-title">{name}</title><desc id="{id}-desc">{description}</desc>{paper}{parts}</svg>',
        width=WIDTH,
        height=_n(height),
        id=identity,
        font=FONT,
        name=f"{title}. {description}" if description else title,
        description=description or title,
        paper=mark_safe(_rect(0, 0, WIDTH, height, PAPER)),  # noqa: S308 - numbers and constants only
        parts=mark_safe("".join(parts)),  # noqa: S308 - every word went through escape() in _text
    )


def _nice_maximum(values: Sequence[Number]) -> Fraction:
    """Return a round number at or above every value, for the end of an axis."""
    largest = max((exact(value) for value in values), default=Fraction(1))
    if largest <= 0:
        return Fraction(1)
    magnitude = Fraction(10) ** floor(log10(float(largest)))
    for step in (1, 2, 4, 5, 10):
        if largest <= magnitude * step:
            return magnitude * step
    return magnitude * 10


def _shown(value: Number | None, unit: str, target: Number | None, words: str = "") -> str:
    if value is None:
        return words or UNKNOWN
    if unit == "%":
        return percent(value, target=target)
    return f"{number(value)}{f' {unit}' if unit else ''}"


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars with their figures in a column at the right, and a target line if there is one."""

    title: str
    description: str
    bars: Sequence[Bar]
    unit: str = "%"
    target: Number | None = None
    target_words: str = ""
    maximum: Number | None = None
    label_heading: str = "Name"
    value_heading: str = "Figure"
    note: str = ""

    @property
    def headings(self) -> list[str]:
        """Return the head of the table behind the picture."""
        return [self.label_heading, self.value_heading]

    @property
    def rows(self) -> list[list[str]]:
        """Return the table behind the picture."""
        rows = [[bar.label, _shown(bar.value, self.unit, self.target, bar.words)] for bar in self.bars]
        if self.target is not None:
            rows.append([self.target_words or "Target", _shown(self.target, self.unit, None)])
        return rows

    @property
    def svg(self) -> SafeString:
        """Return the drawing."""
        known = [bar.value for bar in self.bars if bar.value is not None]
        if self.target is not None:
            known.append(self.target)
        top = exact(self.maximum) if self.maximum is not None else Fraction(100) if self.unit == "%" else None
        if top is None:
            top = _nice_maximum(known)
        left, right, bar_height, gap = 216, 536, 22, 12
        span = right - left

        def across(value: Number) -> float:
            return left + float(min(max(exact(value) / top, Fraction(0)), Fraction(1))) * span

        parts: list[str] = []
        head = 30 if self.target is not None else 8
        y = float(head)
        body: list[str] = []
        for bar in self.bars:
            lines = textwrap.wrap(bar.label, 26) or [""]
            height = max(bar_height, 19 * len(lines))
            middle = y + height / 2
            first = middle - 19 * (len(lines) - 1) / 2 + 5.5
            body += [_text(0, first + 19 * index, words) for index, words in enumerate(lines)]
            shown = _shown(bar.value, self.unit, self.target, bar.words)
            if bar.value is None:
                body.append(_text(left + 8, middle + 5.5, shown, colour=QUIET))
            else:
                below = self.target is not None and exact(bar.value) < exact(self.target)
                outline = f' stroke="{BRAND}" stroke-width="1.5"' if below else ""
                body.append(
                    _rect(
                        left,
                        middle - bar_height / 2,
                        max(across(bar.value) - left, 1.5),
                        bar_height,
                        BRAND_LIGHT if below else BRAND,
                        outline,
                    )
                )
                body.append(_text(right + 12, middle + 5.5, shown, bold=True))
            y += height + gap
        bottom = y - gap + 6
        for quarter in range(1, 5):
            x = left + span * quarter / 4
            parts.append(_line(x, head - 6, x, bottom, "#e8e8e8"))
        parts += body
        parts.append(_line(left, head - 6, left, bottom, QUIET, 1.5))
        if self.target is not None:
            x = across(self.target)
            words = self.target_words or f"Target {_shown(self.target, self.unit, None)}"
            parts.append(_line(x, head - 6, x, bottom, INK, 2, "6 4"))
            parts.append(_text(min(x, right - 30), 16, words, size=15, anchor="middle", bold=True))
        return _picture(self.title, self.description, bottom + 8, parts)


def _marker(kind: int, x: float, y: float, colour: str) -> str:
    diamond = f"M{_n(x)} {_n(y - 6.5)}l6.5 6.5l-6.5 6.5l-6.5 -6.5z"
    shapes = (
        f'<circle cx="{_n(x)}" cy="{_n(y)}" r="5" fill="{colour}"/>',
        _rect(x - 4.5, y - 4.5, 9, 9, colour),
        f'<path d="M{_n(x)} {_n(y - 6)}l6 11h-12z" fill="{colour}"/>',
        f'<path d="{diamond}" fill="{colour}"/>',
    )
    return shapes[kind % len(shapes)]


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over periods, named at their end and told apart by dash and marker."""

    title: str
    description: str
    periods: Sequence[str]
    series: Sequence[Series]
    unit: str = "%"
    target: Number | None = None
    target_words: str = ""
    maximum: Number | None = None
    minimum: Number = 0
    period_heading: str = "Period"
    note: str = ""

    @property
    def headings(self) -> list[str]:
        """Return the head of the table behind the picture."""
        return [self.period_heading, *(line.name for line in self.series)]

    @property
    def rows(self) -> list[list[str]]:
        """Return the table behind the picture, one row for each period."""
        return [
            [period, *(_shown(line.values[index], self.unit, self.target) for line in self.series)]
            for index, period in enumerate(self.periods)
        ]

    @property
    def svg(self) -> SafeString:
        """Return the drawing."""
        known = [value for line in self.series for value in line.values if value is not None]
        if self.target is not None:
            known.append(self.target)
        low = exact(self.minimum)
        top = exact(self.maximum) if self.maximum is not None else Fraction(100) if self.unit == "%" else None
        if top is None:
            top = _nice_maximum(known)
        longest = max((len(line.name) for line in self.series), default=8)
        left, right, head, foot = 52, WIDTH - min(170, 60 + longest * 8), 16, 300
        count = len(self.periods)

        def across(index: int) -> float:
            return left + 14 + (right - left - 28) * (index / (count - 1) if count > 1 else 0.5)

        def up(value: Number) -> float:
            share = (exact(value) - low) / (top - low)
            return foot - float(min(max(share, Fraction(0)), Fraction(1))) * (foot - head)

        parts: list[str] = []
        ends: list[tuple[float, float, str, str]] = []
        for step in range(5):
            value = low + (top - low) * Fraction(step, 4)
            parts.append(_line(left, up(value), right, up(value), QUIET if step == 0 else "#e3e3e3"))
            parts.append(
                _text(left - 8, up(value) + 5, _axis(value, self.unit), size=14, anchor="end", colour=QUIET)
            )
        every = max(1, ceil(count / 8))
        room = max(6, int((right - left) / max(1, ceil(count / every)) / 9))
        deepest = 1
        for index, period in enumerate(self.periods):
            if (count - 1 - index) % every:
                continue
            lines = textwrap.wrap(period, room) or [""]
            deepest = max(deepest, len(lines))
            for depth, words in enumerate(lines):
                parts.append(
                    _text(
                        across(index), foot + 22 + 17 * depth, words, size=14, anchor="middle", colour=QUIET
                    )
                )
        if self.target is not None:
            y = up(self.target)
            words = self.target_words or f"Target {_shown(self.target, self.unit, None)}"
            parts.append(_line(left, y, right, y, INK, 1.5, "6 4"))
            # At the end as the lines are: at the beginning one of them may lie on it.
            ends.append((y, right, words, INK))
        for order, line in enumerate(self.series):
            colour, dash = SERIES[order % len(SERIES)], DASHES[order % len(DASHES)]
            points = [
                (across(index), up(value)) if value is not None else None
                for index, value in enumerate(line.values)
            ]
            parts += _strokes(points, colour, dash)
            parts += [_marker(order, point[0], point[1], colour) for point in points if point]
            last = [(point, value) for point, value in zip(points, line.values, strict=True) if point]
            if last:
                (x, y), latest = last[-1]
                ends.append((y, x, f"{line.name} {_shown(latest, self.unit, self.target)}", colour))
        parts += _end_labels(ends, right, foot)
        return _picture(self.title, self.description, foot + 22 + 17 * deepest, parts)


def _axis(value: Fraction, unit: str) -> str:
    return f"{number(Decimal(value.numerator) / value.denominator)}{'%' if unit == '%' else ''}"


def _strokes(points: Sequence[tuple[float, float] | None], colour: str, dash: str) -> list[str]:
    """Return the line, broken where a value is missing."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return [
        f'<polyline points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in run)}" fill="none" stroke="{colour}" '
        f'stroke-width="3" stroke-linejoin="round"{dashes}/>'
        for run in runs
        if len(run) > 1
    ]


def _end_labels(ends: Sequence[tuple[float, float, str, str]], right: float, foot: float) -> list[str]:
    """Return the names at the ends of the lines, pushed apart where they would overlap."""
    parts: list[str] = []
    limit = 0.0
    for y, _x, words, colour in sorted(ends):
        lines = textwrap.wrap(words, 18) or [""]
        place = max(y + 5, limit)
        for depth, line in enumerate(lines):
            parts.append(_text(right + 2, place + 17 * depth, line, size=15, bold=True, colour=colour))
        limit = place + 17 * len(lines) + 3
    return parts


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One whole bar cut into parts, with a key in words below it.

    It is shown ``whole`` on every screen: a bar that runs off the edge of a phone hides its last part.
    """

    whole: ClassVar[bool] = True

    title: str
    description: str
    segments: Sequence[Segment]
    label_heading: str = "Part"
    value_heading: str = "Number"
    note: str = ""
    colours: Sequence[str] = field(default=SEGMENTS)

    @property
    def total(self) -> int:
        return sum(segment.value for segment in self.segments)

    @property
    def headings(self) -> list[str]:
        """Return the head of the table behind the picture."""
        return [self.label_heading, self.value_heading, "Share"]

    @property
    def rows(self) -> list[list[str]]:
        """Return the table behind the picture with its total."""
        total = self.total
        rows = [
            [
                segment.label,
                number(segment.value),
                percent(Fraction(segment.value * 100, total)) if total else UNKNOWN,
            ]
            for segment in self.segments
        ]
        return [*rows, ["Total", number(total), "100%" if total else UNKNOWN]]

    @property
    def svg(self) -> SafeString:
        """Return the drawing."""
        total = self.total
        parts: list[str] = []
        height = 44
        if not total:
            parts.append(_rect(0.75, 4, WIDTH - 1.5, height, PAPER, f' stroke="{QUIET}" stroke-width="1.5"'))
            parts.append(_text(WIDTH / 2, 32, "Nothing to show yet", anchor="middle", colour=QUIET))
        x = 0.0
        for order, segment in enumerate(self.segments):
            if not segment.value:
                continue
            width = WIDTH * segment.value / total
            colour = self.colours[order % len(self.colours)]
            parts.append(_rect(x, 4, width, height, colour, f' stroke="{PAPER}" stroke-width="2"'))
            shown = number(segment.value)
            if width > 14 + 10 * len(shown):
                ink = PAPER if order % len(self.colours) in {0, 4} else INK
                parts.append(_text(x + width / 2, 32, shown, anchor="middle", bold=True, colour=ink))
            x += width
        y, column = height + 34.0, 0
        for order, segment in enumerate(self.segments):
            left = column * WIDTH / 2
            colour = self.colours[order % len(self.colours)]
            parts.append(_rect(left + 1, y - 13, 15, 15, colour, f' stroke="{QUIET}" stroke-width="1"'))
            lines = textwrap.wrap(f"{segment.label}: {number(segment.value)}", 34)
            for depth, words in enumerate(lines):
                parts.append(_text(left + 26, y + 19 * depth, words))
            column = 1 - column
            if column == 0 or len(lines) > 1:
                y += 26 + 19 * (len(lines) - 1)
                column = 0
        bottom = y - 26 + 10 if column == 0 else y + 10
        return _picture(self.title, self.description, bottom, parts)


Chart = BarChart | LineChart | StackedBar
