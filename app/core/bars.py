"""Where the bars of a long chart stand: a hundred of them are placed faster here than in a page."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.rows import Columns

_SHORTEST = 0.25  # per cent: of a bar at the worst end something is seen
_OTHER = "#e8eeec"


def bar_places(
    rows: Sequence[Mapping[str, Any]],
    best: float,
    worst: float,
    *,
    left: float,
    span: float,
    step: int,
    line_after: int,
    gap: int,
    fills: Mapping[str, str],
    rtl: bool,
) -> Columns:
    """Return the columns of a chart of bars from the top down: words, colours and positions.

    A bar begins `left` per cent from the side and takes at most `span`; below the line that stands
    after `line_after` bars there is a `gap`.
    """
    tops = [at * step + (gap if line_after and at >= line_after else 0) for at in range(len(rows))]
    parts = [(row["value"] - worst) / (best - worst) * span for row in rows]
    widths = [min(max(part, _SHORTEST), span) for part in parts]
    states = [row["state"] for row in rows]
    return Columns(
        label=[row["label"] for row in rows],
        shown=[row["shown"] for row in rows],
        state=states,
        fill=[fills.get(state, _OTHER) for state in states],
        words_y=[top + 17 for top in tops],
        bar_y=[top + 5 for top in tops],
        width=[f"{width:.3f}" for width in widths],
        start=[f"{100 - left - width if rtl else left:.3f}" for width in widths],
    )
