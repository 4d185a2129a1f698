"""Where the marks of a chart stand: plain numbers, which charts.html of the templates draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import Money
from app.documents.facts import AllocationReport, CriterionMean, Decision, Scale, Standing

WIDTH = 680
_LEFT, _RIGHT = 34, 8
_MOST_BARS = 10
_MOST_MARKS = 1_200  # more of them cannot be told apart on a page, and cost a process its memory


@dataclass(frozen=True, slots=True)
class Mark:
    """One proposal: its place, its total, and how far single reviews reach."""

    x: float
    y: float
    top: float
    bottom: float
    decision: Decision


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: Decimal


@dataclass(frozen=True, slots=True)
class RankingChart:
    """The best total on top; `line` is where the money ended, None where nobody was funded."""

    height: int
    left: float
    right: float
    top: float
    bottom: float
    radius: float
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    places: tuple[tuple[float, int], ...]
    line: float | None
    every: int = 1  # so many proposals stand behind each mark that is drawn


def ranking_chart(
    ranked: Sequence[Standing], scale: Scale, line_after: str | None, *, height: int = 280
) -> RankingChart:
    """Place every ranked proposal from left (first) to right (last); of very many every nth."""
    drawn = [standing for standing in ranked if standing.total is not None]
    every = -(-len(drawn) // _MOST_MARKS) or 1
    left, right, top, bottom = float(_LEFT), float(WIDTH - _RIGHT), 22.0, float(height - 30)
    step = (right - left) / max(len(drawn), 1)
    up = _Upward(scale, drawn, top, bottom)
    marks = tuple(
        Mark(
            round(left + step * (index + 0.5), 2),
            up.at(standing.total),
            min(up.at(standing.lowest), up.at(standing.highest)),
            max(up.at(standing.lowest), up.at(standing.highest)),
            standing.decision,
        )
        for index, standing in enumerate(drawn)
        if index % every == 0
    )
    place = next((i for i, s in enumerate(drawn) if s.number == line_after), None)
    return RankingChart(
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        radius=round(max(1.2, min(4.2, step * 0.36)), 2),
        marks=marks,
        ticks=up.ticks(),
        places=_places(len(drawn), left, step),
        line=None if place is None else round(left + step * (place + 1), 2),
        every=every,
    )


class _Upward:
    """The vertical axis over the totals that occur: better is higher, whichever grade is best."""

    def __init__(self, scale: Scale, drawn: Sequence[Standing], top: float, bottom: float) -> None:
        seen = [v for s in drawn for v in (s.total, s.lowest, s.highest) if v is not None]
        self._step = _tick_step(scale, seen)
        best_first = sorted(seen or [scale.best, scale.worst], reverse=scale.best > scale.worst)
        self._best = self._outward(best_first[0], better=scale.best > scale.worst)
        self._worst = self._outward(best_first[-1], better=scale.best < scale.worst)
        self._top, self._bottom = top, bottom

    def at(self, value: Decimal | None) -> float:
        assert value is not None
        share = (value - self._best) / (self._worst - self._best)
        return round(self._top + float(share) * (self._bottom - self._top), 2)

    def ticks(self) -> tuple[Tick, ...]:
        count = int(abs(self._worst - self._best) / self._step)
        sign = 1 if self._worst > self._best else -1
        values = (self._best + sign * self._step * i for i in range(count + 1))
        return tuple(Tick(self.at(value), value) for value in values)

    def _outward(self, value: Decimal, *, better: bool) -> Decimal:
        """Move to the next tick, upwards in value where `better` says so, and never stay on one."""
        whole = value // self._step
        return (
            (whole + 1) * self._step if better else (whole - (value % self._step == 0)) * self._step
        )


def _tick_step(scale: Scale, seen: Sequence[Decimal]) -> Decimal:
    """Return a round step that gives about five ticks."""
    reach = (max(seen) - min(seen)) if seen else abs(scale.best - scale.worst)
    for step in ("0.05", "0.1", "0.25", "0.5", "1", "2", "5", "10", "20", "50", "100"):
        if reach / Decimal(step) <= 5:  # noqa: PLR2004 - more would crowd the axis
            return Decimal(step)
    return Decimal(1000)


def _places(count: int, left: float, step: float) -> tuple[tuple[float, int], ...]:
    """Return the ranks that are written below the axis: the first, and round ones."""
    every = next(n for n in (1, 5, 10, 20, 50, 100, 500, 5000) if count / n <= 15)  # noqa: PLR2004
    shown = [place for place in range(1, count + 1) if place == 1 or place % every == 0]
    return tuple((round(left + step * (place - 0.5), 2), place) for place in shown)


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that went to one country or came from one contribution, in minor units."""

    key: str
    awards: int
    paid: int
    of: int


@dataclass(frozen=True, slots=True)
class Bar:
    """`length` is in percent of the room, `filled` in percent of the bar."""

    label: str
    paid: Money
    length: float
    filled: float


def by_country(report: AllocationReport) -> tuple[Flow, ...]:
    """Return what went to each country of a lead organisation, the most first."""
    paid: dict[str, list[int]] = {}
    for award in report.awards:
        paid.setdefault(award.country, []).append(award.amount.minor)
    flows = (Flow(code, len(minor), sum(minor), sum(minor)) for code, minor in paid.items())
    return tuple(sorted(flows, key=lambda flow: (-flow.paid, flow.key)))


def by_contribution(report: AllocationReport) -> tuple[Flow, ...]:
    """Return what each contribution paid, in the order of the report."""
    sources = [source for award in report.awards for source in award.sources]
    return tuple(
        Flow(
            contribution.key,
            sum(source.contribution == contribution.key for source in sources),
            report.paid_by(contribution.key).minor,
            contribution.amount.minor,
        )
        for contribution in report.contributions
    )


def bars(flows: Sequence[Flow], labels: Mapping[str, str], currency: str) -> tuple[Bar, ...]:
    """Lay bars below each other; the longest takes all the room."""
    longest = max((flow.of for flow in flows), default=0) or 1
    return tuple(
        Bar(
            labels[flow.key],
            Money(flow.paid, currency),
            round(100 * flow.of / longest, 2),
            round(100 * flow.paid / (flow.of or 1), 2),
        )
        for flow in flows
    )


def most(flows: Sequence[Flow], limit: int = _MOST_BARS) -> tuple[Flow, ...]:
    """Return the first flows, the rest summed under an empty key."""
    if len(flows) <= limit:
        return tuple(flows)
    rest = flows[limit - 1 :]
    other = Flow(
        "", sum(f.awards for f in rest), sum(f.paid for f in rest), sum(f.of for f in rest)
    )
    return (*flows[: limit - 1], other)


@dataclass(frozen=True, slots=True)
class Grade:
    """A mean grade and how far it lies from the worst (0) to the best (1) of the scale."""

    label: str
    weight: Decimal
    mean: Decimal | None
    share: float | None


def grades(means: Sequence[CriterionMean], scale: Scale) -> tuple[Grade, ...]:
    return tuple(
        Grade(
            mean.label,
            mean.weight,
            mean.mean,
            None if mean.mean is None else share_of(mean.mean, scale),
        )
        for mean in means
    )


def share_of(grade: Decimal, scale: Scale) -> float:
    return round(float((grade - scale.worst) / (scale.best - scale.worst)), 4)


def part_of(paid: Money, given: Money) -> float:
    """Return how much of what was given is paid, from 0 to 1."""
    return float(Decimal(paid.minor) / given.minor) if given.minor else 0.0
