"""Charts as SVG text, with nothing but this file: the same in a page, a report and on disk.

Every chart carries a title and a description for those who do not see it. Colours and sizes are
presentation attributes (no style attribute, so a strict Content-Security-Policy lets them pass)
and every part has a class, so a page can dress it otherwise. Kinds differ in shape, not in colour
alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 760, 150, 24, 56, 64
TALL_ROW, SHORT_ROW, MANY_ROWS = 18, 4, 80
INK, FAINT, PAPER = "#1b1f23", "#8a9199", "#ffffff"
COLOURS = {"fund": "#0b6e4f", "draw": "#b35c00", "reject": "#5c6670", "plain": "#1d4f91"}


@dataclass(frozen=True, slots=True)
class Interval:
    """A row of an interval chart: `outer` and `inner` ranges, the `point`, perhaps a `mark`.

    `kind` is fund, draw, reject or plain; the mark is a second figure to compare with (an upright
    stroke).
    """

    label: str
    outer: tuple[float, float]
    inner: tuple[float, float]
    point: float
    mark: float | None = None
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart; `note` is written behind the bar."""

    label: str
    value: float
    note: str = ""
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the rows: headings, the axis from `low` to `high`, a line across.

    Ticks end at `ticks_to`, which leaves room for notes behind the bars.
    """

    title: str
    description: str
    axis: str
    low: float
    high: float
    line: float | None = None
    legend: str = ""
    ticks_to: float | None = None

    def x(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 2)


def interval_chart(frame: Frame, rows: Sequence[Interval]) -> str:
    """Return a chart with one line per row: thin outer range, thick inner range, point, mark."""
    tall = has_labels(len(rows))
    return _whole(frame, len(rows), _interval_rows(frame, rows, tall=tall), tall=tall)


def bar_chart(frame: Frame, rows: Sequence[Bar]) -> str:
    """Return a chart with one horizontal bar per row, starting at 0 or at the end nearest to it."""
    tall = has_labels(len(rows))
    return _whole(frame, len(rows), _bar_rows(frame, rows, tall=tall), tall=tall)


def has_labels(count: int) -> bool:
    """Return whether rows are tall enough for labels, marks and notes."""
    return count <= MANY_ROWS


def _interval_rows(frame: Frame, rows: Sequence[Interval], *, tall: bool) -> Iterator[str]:
    height = TALL_ROW if tall else SHORT_ROW
    thick, radius = (6.0, 4.0) if tall else (2.0, 1.2)
    for number, row in enumerate(rows):
        y = TOP + (number + 0.5) * height
        colour = COLOURS[row.kind]
        yield f'<g class="row {row.kind}"><title>{escape(row.label)}</title>'
        if tall:
            yield _label(row.label, y)
        for kind, ends, width in (("outer", row.outer, 1.2), ("inner", row.inner, thick)):
            yield (
                f'<line class="{kind}" x1="{frame.x(ends[0]):g}" y1="{y:g}" '
                f'x2="{frame.x(ends[1]):g}" y2="{y:g}" stroke="{colour}" '
                f'stroke-width="{width:g}" stroke-opacity="0.55"/>'
            )
        if row.mark is not None and tall:
            yield _upright(frame.x(row.mark), y - 6, y + 6, INK, "mark")
        yield _point(frame.x(row.point), y, radius, row.kind)
        yield "</g>"


def _bar_rows(frame: Frame, rows: Sequence[Bar], *, tall: bool) -> Iterator[str]:
    height = TALL_ROW if tall else SHORT_ROW
    start = min(max(0.0, frame.low), frame.high)
    for number, row in enumerate(rows):
        y = TOP + (number + 0.5) * height
        left, right = sorted((frame.x(start), frame.x(row.value)))
        words = escape(f"{row.label} {row.note}".strip())
        yield f'<g class="row {row.kind}"><title>{words}</title>'
        if tall:
            yield _label(row.label, y)
        yield (
            f'<rect class="bar" x="{left:g}" y="{y - 0.35 * height:g}" '
            f'width="{right - left:g}" height="{0.7 * height:g}" fill="{COLOURS[row.kind]}"/>'
        )
        if tall and row.note:
            yield _text(row.note, right + 5, y + 4, "note", "start")
        yield "</g>"


def _whole(frame: Frame, count: int, rows: Iterator[str], *, tall: bool) -> str:
    below = TOP + max(count, 1) * (TALL_ROW if tall else SHORT_ROW)
    height = below + BOTTOM
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'aria-label={quoteattr(frame.title)} viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="12">'
    )
    heading = (
        f'<text class="heading" x="16" y="24" font-size="15" font-weight="600" fill="{INK}">'
        f"{escape(frame.title)}</text>"
    )
    parts = [
        opening,
        f"<title>{escape(frame.title)}</title>",
        f"<desc>{escape(frame.description)}</desc>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        heading,
        *_axis(frame, below),
        *rows,
        *_line_across(frame, below),
        _text(frame.legend, 16, height - 10, "legend", "start") if frame.legend else "",
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _axis(frame: Frame, below: float) -> Iterator[str]:
    top = frame.high if frame.ticks_to is None else frame.ticks_to
    for value in nice_steps(frame.low, top):
        x = frame.x(value)
        yield _upright(x, TOP - 6, below, "#dde1e5", "grid")
        yield _text(f"{value:,.10g}", x, below + 16, "tick", "middle")
    yield _text(frame.axis, (LEFT + WIDTH - RIGHT) / 2, below + 34, "axis", "middle")


def _line_across(frame: Frame, below: float) -> Iterator[str]:
    if frame.line is not None:
        x = frame.x(frame.line)
        yield (
            f'<line class="line" x1="{x:g}" y1="{TOP - 10}" x2="{x:g}" y2="{below:g}" '
            f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 4"/>'
        )


def nice_steps(low: float, high: float) -> list[float]:
    """Return round values in [low, high], at most eight steps apart."""
    rough = (high - low) / 8
    size = 10.0 ** floor(log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.99)
    first = -floor(-low / step + 1e-9)
    last = floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _text(words: str, x: float, y: float, kind: str, anchor: str) -> str:
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{INK}">'
        f"{escape(words)}</text>"
    )


def _label(words: str, y: float) -> str:
    return _text(words if len(words) <= 22 else f"{words[:21]}…", LEFT - 8, y + 4, "label", "end")  # noqa: PLR2004


def _upright(x: float, top: float, bottom: float, colour: str, kind: str) -> str:
    return (
        f'<line class="{kind}" x1="{x:g}" y1="{top:g}" x2="{x:g}" y2="{bottom:g}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
    )


def _point(x: float, y: float, radius: float, kind: str) -> str:
    """Return a full disc, a diamond for the draw, or a ring for what is rejected."""
    colour = COLOURS[kind]
    if kind == "draw":
        return (
            f'<path class="point" d="M{x - radius:g} {y:g}L{x:g} {y - radius:g}'
            f'L{x + radius:g} {y:g}L{x:g} {y + radius:g}Z" fill="{colour}"/>'
        )
    fill = PAPER if kind == "reject" else colour
    return (
        f'<circle class="point" cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" '
        f'stroke="{colour}" stroke-width="1.5"/>'
    )
