"""Does calibration help? Held-out errors of four ways of scoring on three real panels.

    python -m bench.scoring_held_out [--json FILE] [--charts FOLDER]

Needs the real data (tests/realdata.py says where it is looked for). The charts are
those of docs/scoring/method.md; they carry no identifier of the data.
"""

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import argparse
import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
from scipy import stats

from scoring.calibration import reml
from scoring.calibration.design import Design, make_design
from scoring.calibration.held_out import METHODS, HeldOut, held_out
from scoring.calibration.priors import Mode
from scoring.charts import Bar, Frame, bar_chart
from scoring.pictures import ranking_chart, severity_chart
from scoring.ranking import Options, Ranking, rank_reviews
from scoring.tables import Review, Rules, rules_from

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EQUIPOISE_REAL_DATA", HERE.parent / "shared" / "data"))
FOLDS = 10


@dataclass(frozen=True)
class Panel:
    """Where a real panel lies, and which end of its scale is good."""

    name: str
    file: str
    proposal: str
    reviewer: str
    grade: str
    best: float
    worst: float
    step: float
    panel: str | None = None

    def rows(self) -> list[dict[str, str]]:
        with (DATA / self.file).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def design(self) -> Design:
        rows, sign = self.rows(), 1 if self.best > self.worst else -1
        return make_design(
            [row[self.proposal] for row in rows],
            [row[self.reviewer] for row in rows],
            [sign * float(row[self.grade]) for row in rows],
            width=abs(self.best - self.worst),
            grid=self.step,
        )

    def rules(self) -> Rules:
        scale = {name: Decimal(str(getattr(self, name))) for name in ("best", "worst", "step")}
        return rules_from({"scale": scale, "criteria": [{"key": "grade", "weight": 1}]})

    def reviews(self) -> list[Review]:
        return [
            Review(
                row[self.proposal],
                row[self.reviewer],
                {"grade": Decimal(row[self.grade])},
                panel=row[self.panel] if self.panel else None,
            )
            for row in self.rows()
        ]


MINT = Panel(
    "SNSF MINT, two sections",
    "scores_snsf_mint/grades.csv",
    "proposal_id",
    "assessor_id",
    "grade_num",
    6,
    1,
    1,
    "section",
)
AIBS = Panel(
    "AIBS 2014–2015",
    "scores_aibs/reviews.csv",
    "proposal_id",
    "reviewer_id",
    "overall",
    1.0,
    5.0,
    0.1,
)
NIH = Panel(
    "NIH R01 (60 %)",
    "scores_nih_r01/reviews.csv",
    "application_id",
    "reviewer_id",
    "overall_impact",
    1,
    9,
    1,
)
PANELS = (MINT, AIBS, NIH)


def errors_of(panel: Panel) -> tuple[Design, HeldOut]:
    design = panel.design()
    return design, held_out(design, folds=FOLDS, methods=METHODS)


def table(results: dict[str, tuple[Design, HeldOut]]) -> list[str]:
    lines = [
        (
            "| panel | reviews | proposals | reviewers | raw mean | z-scores | additive | bilinear "
            "| additive better than mean by (s.e.) | bilinear better than additive by (s.e.) |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, (design, result) in results.items():
        errors = result.errors
        gains = [result.gain("additive", "mean"), result.gain("bilinear", "additive")]
        shown = " | ".join(f"{gain:.4f} ({error:.4f})" for gain, error in gains)
        figures = " | ".join(f"{errors[method]:.4f}" for method in METHODS)
        lines.append(
            f"| {name} | {len(design.y)} | {len(design.proposals)} | {len(design.reviewers)} "
            f"| {figures} | {shown} |"
        )
    return lines


def agreement_with_the_panel() -> dict[str, float]:
    """Spearman correlation with the later panel score, NIH applications that were discussed."""
    final = {r["application_id"]: r["final_impact"] for r in NIH.rows() if r["final_impact"]}
    design = NIH.design()
    count = len(design.proposals)
    mean = np.bincount(design.proposal, design.y, count) / design.reviews_per_proposal
    theta = reml.fit(design).solution.proposals.mean
    listed = [i for i, proposal in enumerate(design.proposals) if proposal in final]
    scores = [-float(final[design.proposals[i]]) for i in listed]
    return {
        "applications": len(listed),
        "raw mean": float(stats.spearmanr(mean[listed], scores).statistic),
        "additive": float(stats.spearmanr(theta[listed], scores).statistic),
    }


def anonymous(ranking: Ranking) -> Ranking:
    """Return the ranking with places instead of identifiers."""
    proposals = tuple(
        replace(proposal, id=f"{place}.") for place, proposal in enumerate(ranking.proposals, 1)
    )
    ordered = sorted(ranking.reviewers, key=lambda reviewer: -reviewer.severity)
    reviewers = tuple(
        replace(reviewer, id=f"reviewer {number:02}") for number, reviewer in enumerate(ordered, 1)
    )
    return replace(ranking, proposals=proposals, reviewers=reviewers)


def change_chart(results: dict[str, tuple[Design, HeldOut]]) -> str:
    names = {"z_score": "z-scores", "additive": "additive", "bilinear": "bilinear"}
    rows = []
    for panel, (_, result) in results.items():
        errors = result.errors
        for method, shown in names.items():
            change = 100 * (errors[method] / errors["mean"] - 1)
            rows.append(
                Bar(
                    f"{panel.split()[0]}: {shown}",
                    change,
                    f"{change:+.1f} %",
                    "fund" if change < 0 else "draw",
                )
            )
    frame = Frame(
        title="Error in predicting a review that was held back, against the raw mean",
        description="Change of the root mean squared error in percent; left of 0 is better.",
        axis="change of the error in % (left: predicts better than the raw mean)",
        low=-14,
        high=14,
        line=0,
        legend="Green: smaller error than the raw mean. Brown: larger.",
    )
    return bar_chart(frame, rows)


def draw(folder: Path, results: dict[str, tuple[Design, HeldOut]]) -> None:
    mint = anonymous(rank_reviews(MINT.reviews(), MINT.rules(), Options(k=54, mode=Mode.SNSF)))
    aibs = anonymous(rank_reviews(AIBS.reviews(), AIBS.rules(), Options(k=18)))
    charts = {
        "snsf-ranks": ranking_chart(mint),
        "snsf-severity": severity_chart(anonymous(rank_reviews(MINT.reviews(), MINT.rules()))),
        "aibs-ranks": ranking_chart(aibs),
        "aibs-severity": severity_chart(aibs),
        "held-out": change_chart(results),
    }
    for name, chart in charts.items():
        (folder / f"{name}.svg").write_text(chart, encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--charts", type=Path)
    arguments = parser.parse_args(argv)
    if not DATA.exists():
        print(f"Skipped: the real data is not at {DATA}; set EQUIPOISE_REAL_DATA.")
        return
    results = {panel.name: errors_of(panel) for panel in PANELS}
    agreement = agreement_with_the_panel()
    print("\n".join(table(results)))
    print("\nNIH, agreement with the later panel score (Spearman):", agreement)
    if arguments.json:
        errors = {name: result.errors for name, (_, result) in results.items()}
        content = {"held_out": errors, "folds": FOLDS, "nih_agreement": agreement}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if arguments.charts:
        draw(arguments.charts, results)


if __name__ == "__main__":
    main()
