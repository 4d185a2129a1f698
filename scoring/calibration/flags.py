"""What a reader must know before trusting a ranking: where the reviews say little."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import numpy as np

from scoring.calibration.additive import GOOD_ENOUGH, Calibration
from scoring.calibration.connection import Connection
from scoring.calibration.likelihood import Variances
from scoring.calibration.peak import Peak
from scoring.calibration.priors import Mode
from scoring.calibration.quadrature import Landscape

AT_ZERO, AT_BOUND = 0.02, 0.98
"""An sd counts as 0, or as at its bound, up to or from this share of the bound."""

AT_FLOOR = 1.05
"""The residual sd counts as at its floor up to this multiple of it."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning with a name for programs, a sentence for people and the ids it is about."""

    code: str
    sentence: str
    ids: tuple[str, ...] = ()


def flags(calibration: Calibration, connection: Connection) -> list[Flag]:
    """Return all warnings about a calibration."""
    return [
        *_about_separation(calibration),
        *_about_variances(calibration),
        *_about_connection(calibration, connection),
        *_about_single_reviews(calibration),
        *_about_the_grid(calibration),
    ]


def _about_separation(calibration: Calibration) -> Iterator[Flag]:
    design = calibration.design
    if len(design.proposals) == 1:
        yield Flag("one_proposal", "There is one proposal only, so there is nothing to rank.")
    elif design.all_equal:
        yield Flag(
            "all_equal",
            "All reviews give the same total: these reviews do not separate the proposals.",
        )
    elif _near_zero(calibration.landscape, "tau"):
        yield Flag(
            "proposals_not_separated",
            "These reviews do not separate the proposals: differences between them are no larger "
            "than differences between two reviews of one proposal.",
        )


def _about_variances(calibration: Calibration) -> Iterator[Flag]:
    landscape = calibration.landscape
    posterior = landscape.posterior
    mode = posterior.variances(landscape.mode)
    if posterior.mode is Mode.DEFAULT and _near_zero(landscape, "omega"):
        yield Flag(
            "severity_not_found",
            "No lasting difference in severity shows between the reviewers, so the calibrated "
            "scores hardly correct for it.",
        )
    if mode.s <= AT_FLOOR * posterior.floor:
        yield Flag(
            "residual_at_floor",
            "The model explains the reviews almost completely, as happens with very few reviews; "
            "the noise is held at its floor, the rounding of the grades.",
        )
    nothing = calibration.design.all_equal or len(calibration.design.proposals) == 1
    for sd, words in ((mode.tau, "proposals"), (mode.omega, "reviewers")):
        # where nothing differs, where the search ended means nothing
        if not nothing and sd >= AT_BOUND * posterior.bound:
            yield Flag(
                f"{words}_at_bound",
                f"The differences between {words} are as large as the model allows; "
                "check the scale in the criteria file.",
            )


def _near_zero(landscape: Landscape | Peak, name: str) -> bool:
    """Return whether an sd is most likely about 0, the other sds being at their joint mode."""
    posterior = landscape.posterior
    mode = asdict(posterior.variances(landscape.mode))
    if isinstance(landscape, Peak):  # narrow in its logarithm, so its mode is where it is
        return bool(mode[name] <= AT_ZERO * posterior.bound)
    values = posterior.bound * np.linspace(0, 1, 25)[:-1] ** 2
    densities = [
        posterior.log_density(Variances(**{**mode, name: float(value)})) for value in values
    ]
    return bool(values[int(np.argmax(densities))] <= AT_ZERO * posterior.bound)


def _about_connection(calibration: Calibration, connection: Connection) -> Iterator[Flag]:
    if connection.pieces > 1:
        outside = np.flatnonzero(connection.piece > 0)
        yield Flag(
            "disconnected",
            f"The reviews fall into {connection.pieces} pieces without a reviewer in common. "
            "Between pieces the order rests on the assumption that all have equally good "
            "proposals; let a reviewer of one piece read a proposal of another.",
            tuple(calibration.design.proposals[i] for i in outside),
        )


def _about_single_reviews(calibration: Calibration) -> Iterator[Flag]:
    design = calibration.design
    lonely = _ids(design.proposals, design.reviews_per_proposal == 1)
    if lonely:
        yield Flag(
            "single_review_proposals",
            f"{len(lonely)} of {len(design.proposals)} proposals have one review only; "
            "their place is the least certain.",
            lonely,
        )
    once = _ids(design.reviewers, design.reviews_per_reviewer == 1)
    if once:
        yield Flag(
            "single_review_reviewers",
            f"{len(once)} of {len(design.reviewers)} reviewers gave one review only; "
            "their severity can hardly be told from the quality of what they read.",
            once,
        )


def _ids(names: tuple[str, ...], which: Iterable[np.bool_]) -> tuple[str, ...]:
    return tuple(name for name, chosen in zip(names, which, strict=True) if chosen)


def _about_the_grid(calibration: Calibration) -> Iterator[Flag]:
    if calibration.grid_change > GOOD_ENOUGH:
        yield Flag(
            "grid_coarse",
            "A finer grid of variances still moved an expected rank by "
            f"{calibration.grid_change:.3f} of a place.",
        )
