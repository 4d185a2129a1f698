"""Charts as SVG text, with nothing but this file: the same in a page, a report and on disk.

Every chart carries a title and a description for those who do not see it. Colours and sizes are
presentation attributes (no style attribute, so a strict Content-Security-Policy lets them pass)
and every part has a class, so a page can dress it otherwise. Kinds differ in shape, not in colour
alone. They are narrow and their words large, so that they can still be read on a phone, where a
page shows them at about three quarters of their size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT, EDGE = 440, 150, 14, 12
TALL_ROW, SHORT_ROW, MANY_ROWS = 21, 4, 80
LINE, LETTER = 18, 7.2  # height of a line of words, width of a letter, in pixels
TITLE_LETTERS, LEGEND_LETTERS, AXIS_LETTERS, LABEL_LETTERS = 46, 57, 38, 19
INK, PAPER = "#1b1f23", "#ffffff"
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

    @property
    def top(self) -> int:
        """Return where the rows begin, below the heading."""
        return 34 + (LINE + 3) * len(wrap(self.title, TITLE_LETTERS))

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
        y = frame.top + (number + 0.5) * height
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
        y = frame.top + (number + 0.5) * height
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
            yield _text(row.note, right + 5, y + 5, "note", "start")
        yield "</g>"


def _whole(frame: Frame, count: int, rows: Iterator[str], *, tall: bool) -> str:
    below = frame.top + max(count, 1) * (TALL_ROW if tall else SHORT_ROW)
    axis, legend = wrap(frame.axis, AXIS_LETTERS), wrap(frame.legend, LEGEND_LETTERS)
    under = below + 38 + LINE * len(axis)
    height = under + LINE * len(legend)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'aria-label={quoteattr(frame.title)} viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="14">'
    )
    parts = [
        opening,
        f"<title>{escape(frame.title)}</title>",
        f"<desc>{escape(frame.description)}</desc>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
        *(
            f'<text class="heading" x="{EDGE}" y="{26 + (LINE + 3) * number}" font-size="16" '
            f'font-weight="600" fill="{INK}">{escape(line)}</text>'
            for number, line in enumerate(wrap(frame.title, TITLE_LETTERS))
        ),
        *_axis(frame, below),
        *_lines(axis, (LEFT + WIDTH - RIGHT) / 2, below + 38, "axis", "middle"),
        *rows,
        *_line_across(frame, below),
        *_lines(legend, EDGE, under + 4, "legend", "start"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axis(frame: Frame, below: float) -> Iterator[str]:
    for value in ticks(frame):
        x = frame.x(value)
        yield _upright(x, frame.top - 6, below, "#dde1e5", "grid")
        yield _text(_number(value), x, below + 17, "tick", "middle")


def ticks(frame: Frame) -> list[float]:
    """Return round values for the axis, so few that their figures keep apart."""
    top = frame.high if frame.ticks_to is None else frame.ticks_to
    for most in (8, 4):
        found = nice_steps(frame.low, top, most)
        longest = max(len(_number(value)) for value in found)
        if len(found) * LETTER * (longest + 1) <= WIDTH - LEFT - RIGHT:
            return found
    return nice_steps(frame.low, top, 2)


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _lines(lines: Sequence[str], x: float, y: float, kind: str, anchor: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _text(line, x, y + LINE * number, kind, anchor)


def _line_across(frame: Frame, below: float) -> Iterator[str]:
    if frame.line is not None:
        x = frame.x(frame.line)
        yield (
            f'<line class="line" x1="{x:g}" y1="{frame.top - 10}" x2="{x:g}" y2="{below:g}" '
            f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="5 4"/>'
        )


def nice_steps(low: float, high: float, most: int = 8) -> list[float]:
    """Return round values in [low, high], at most so many steps."""
    rough = (high - low) / most
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
    shown = words if len(words) <= LABEL_LETTERS else f"{words[: LABEL_LETTERS - 1]}…"
    return _text(shown, LEFT - 8, y + 5, "label", "end")


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
