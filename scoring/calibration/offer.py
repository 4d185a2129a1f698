"""Model B is offered only where it predicts held-out reviews better; and it says who moved."""

from typing import Any

import numpy as np

from scoring.calibration import scale_use
from scoring.calibration.additive import Calibration
from scoring.calibration.design import Floats
from scoring.calibration.held_out import by_additive, by_bilinear, held_out
from scoring.publishing import POINTS, published

CLEARLY_OTHER = 2.0
"""A slope counts as other than 1 from so many of its standard deviations."""


def scale_use_offer(calibration: Calibration, *, sign: int, seed: int) -> dict[str, Any]:
    """Return whether scale use is worth allowing for, and if so what it changes.

    `sign` is -1 on scales where low is good; `seed` draws the held-out parts.
    """
    design = calibration.design
    folds = min(10, len(design.y))
    if folds < 2:  # noqa: PLR2004  (one review cannot be both known and held out)
        return {"offered": False, "sentence": "One review cannot be tested against others."}
    errors = held_out(
        design,
        folds=folds,
        seed=seed,
        methods={"additive": by_additive, "bilinear": by_bilinear},
    )
    gain, standard_error = errors.gain("bilinear", "additive")
    offered = errors.helps("bilinear", "additive")
    tested = {
        "folds": folds,
        "errors": {name: published(error) for name, error in errors.errors.items()},
        "gain": published(gain, 6),
        "standard_error": published(standard_error, 6),
    }
    if not offered:
        sentence = "Allowing for scale use does not predict held-out reviews better; not offered."
        return {"offered": False, "sentence": sentence, "held_out": tested}
    fit = scale_use.fit(design)
    return {
        "offered": True,
        "sentence": "Allowing for scale use predicts held-out reviews better than chance explains.",
        "held_out": tested,
        "settled": fit.settled,
        "reviewers": [
            {
                "id": name,
                "slope": published(float(slope), POINTS),
                "sd": published(float(sd), POINTS),
                "moved": bool(abs(slope - 1) > CLEARLY_OTHER * sd),
            }
            for name, slope, sd in zip(design.reviewers, fit.slope, fit.slope_sd, strict=True)
        ],
        "proposals": _proposals(calibration, fit, sign),
    }


def _proposals(
    calibration: Calibration, fit: scale_use.ScaleUse, sign: int
) -> list[dict[str, Any]]:
    before, after = _ranks(calibration.quality.mean), _ranks(fit.quality)
    return [
        {
            "id": name,
            "calibrated": published(sign * (fit.mean + float(theta)), POINTS),
            "rank": after[i],
            "rank_without": before[i],
        }
        for i, (name, theta) in enumerate(
            zip(calibration.design.proposals, fit.quality, strict=True)
        )
    ]


def _ranks(quality: Floats) -> list[int]:
    values = np.round(quality, 9)
    return [int(1 + (values > value).sum()) for value in values]
