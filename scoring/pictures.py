"""The charts of a ranking and of its stability."""

from scoring.charts import Bar, Frame, Interval, bar_chart, has_labels, interval_chart
from scoring.ranking import Ranking
from scoring.stability.report import Stability


def ranking_chart(ranking: Ranking) -> str:
    """Return the ranking: expected rank with 50 % and 90 % intervals, raw rank as a stroke."""
    count = len(ranking.proposals)
    rows = [
        Interval(
            label=proposal.id,
            outer=proposal.rank_90,
            inner=proposal.rank_50,
            point=proposal.expected_rank,
            mark=proposal.raw_rank,
            kind=proposal.group or "plain",
        )
        for proposal in ranking.proposals
    ]
    k = ranking.options.k if ranking.line else None
    groups = " Disc: fund. Diamond: draw. Ring: reject." if k else ""
    marks = " Upright stroke: rank by the raw mean." if has_labels(count) else ""
    frame = Frame(
        title="Expected rank and where each proposal could stand",
        description=(
            f"{count} proposals, best first. Point: expected rank. Thick: 50 % interval, thin: "
            f"90 % interval.{marks}{groups}"
        ),
        axis="rank (1 is best)",
        low=0.5,
        high=count + 0.5,
        line=None if k is None else k + 0.5,
        legend=f"Thick 50 %, thin 90 % interval.{marks}{groups}",
    )
    return interval_chart(frame, rows)


def severity_chart(ranking: Ranking) -> str:
    """Return how severe each reviewer is, in points, with one and two standard deviations."""
    ordered = sorted(ranking.reviewers, key=lambda reviewer: (-reviewer.severity, reviewer.id))
    rows = [
        Interval(
            label=f"{reviewer.id} ({reviewer.reviews})",
            outer=(reviewer.severity - 2 * reviewer.sd, reviewer.severity + 2 * reviewer.sd),
            inner=(reviewer.severity - reviewer.sd, reviewer.severity + reviewer.sd),
            point=reviewer.severity,
        )
        for reviewer in ordered
    ]
    reach = max((max(abs(end) for end in row.outer) for row in rows), default=None) or 1.0
    frame = Frame(
        title="How severe each reviewer is",
        description=(
            f"{len(rows)} reviewers, most severe first, with the number of their reviews. Point: "
            "estimate in points; thick: one, thin: two standard deviations. 0 is the average."
        ),
        axis="severity in points (right of 0: more severe than average)",
        low=-reach,
        high=reach,
        line=0.0,
        legend="In brackets: number of reviews. Thick: ± 1 sd, thin: ± 2 sd.",
    )
    return interval_chart(frame, rows)


def stability_chart(report: Stability) -> str:
    """Return how often each proposal is funded when its reviews are drawn anew."""
    rows = [
        Bar(
            label=standing.id,
            value=100 * standing.reviews,
            note=f"{100 * standing.reviews:.0f} % ({standing.kind})",
            kind="fund" if standing.funded else "reject",
        )
        for standing in report.standings
    ]
    frame = Frame(
        title="How often each proposal would be funded",
        description=(
            f"{len(rows)} proposals in the order of the decision; share of {report.draws} draws "
            "of the reviews in which each is funded, and whether that depends on the weights."
        ),
        axis="% of draws in which it is funded",
        low=0,
        high=190,
        ticks_to=100,
        legend="Green: funded on the reviews as they are. Grey: not funded.",
    )
    return bar_chart(frame, rows)
