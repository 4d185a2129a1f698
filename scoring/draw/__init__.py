"""The lottery at the funding line: fair chances, then a draw that anyone can verify."""

from scoring.draw.hold import Chances, Result, chances, hold
from scoring.draw.intervals import Interval, interval
from scoring.draw.merit import Lottery, guaranteed, merit_lottery
from scoring.draw.seed import (
    Entry,
    PastDraw,
    commitment,
    drand_randomness,
    drand_round_at,
    drand_time_of,
    entered_randomness,
    nist_randomness,
    refuse_early_round,
    refuse_second_draw,
    seed_from_hex,
    seed_of,
)
from scoring.draw.systematic import Drawing, draw_places
from scoring.draw.uniform import uniform_lottery

__all__ = [
    "Chances",
    "Drawing",
    "Entry",
    "Interval",
    "Lottery",
    "PastDraw",
    "Result",
    "chances",
    "commitment",
    "drand_randomness",
    "drand_round_at",
    "drand_time_of",
    "draw_places",
    "entered_randomness",
    "guaranteed",
    "hold",
    "interval",
    "merit_lottery",
    "nist_randomness",
    "refuse_early_round",
    "refuse_second_draw",
    "seed_from_hex",
    "seed_of",
    "uniform_lottery",
]
